"""Moves events from the outbox into the log: one process at a time, in batches, in the order of each item.

The outbox is emptied by `delete … returning` inside the transaction that inserts the leaves. "Everything after the last
one seen" would lose events: sequences hand out numbers before their transactions commit. Within one item the order is
right because record() holds the item's row until it commits. The lock is PostgreSQL's advisory lock of the session, so
the lease of a process that dies ends with its connection.

Whatever dies in the middle: the database is committed first, then tiles, then the row of the checkpoint, then its file,
then the sealed head. The next drain finishes what is missing, and comes to the same bytes.

Nobody is notified of new events: NOTIFY would make every commit wait for every other. The loop looks again instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody import actions, checkpoints, guard, place
from plainview.base.custody.kinds import Kind
from plainview.base.custody.lock import only_one
from plainview.base.custody.models import Event, Item
from plainview.base.custody.moving import catch_up, move_batch
from plainview.base.custody.rules import HEARTBEAT
from plainview.ledger.tiles import TileLog

LOOK_AGAIN = 0.25  # seconds
LONGEST_PAUSE = 10.0  # seconds, while something is broken
ACTOR = "system:sequencer"

log = logging.getLogger(__name__)


class NotSettled(TimeoutError):
    """Events did not get into a signed checkpoint in time. They are safe in the outbox; nothing was acknowledged."""


def drain() -> int:
    """Moves everything that waits into the log and returns how many events; 0 where another process is at it.

    Signs a checkpoint over it, unless the last one is younger than a second: then a later drain does.
    Raises guard.LogBroken, and NotNow inside a transaction.
    """
    _require_no_transaction()
    with only_one() as alone:
        return _drain() if alone else 0


def settle(events: Iterable[Event], timeout: float = 30.0) -> None:
    """Waits until a signed checkpoint covers these events; does the sequencer's work itself if nobody else does.

    Call it after the transaction has committed, and once for many events: checkpoints are a second apart at least.
    Raises NotSettled after `timeout` seconds, guard.LogBroken, and NotNow inside a transaction.
    """
    ids = [event.id for event in events]
    deadline, pause = time.monotonic() + timeout, 0.01
    _require_no_transaction()
    while not _covered(ids):
        drain()
        if _covered(ids):
            return
        if time.monotonic() >= deadline:
            raise NotSettled(
                f"{len(ids)} events are not in the log after {timeout:g} s. They are kept and will follow."
            )
        time.sleep(pause)
        pause = min(pause * 2, 0.1)


def heartbeat() -> bool:
    """Writes an event and a checkpoint if none was signed for ten minutes, so that a log that was frozen shows."""
    with only_one() as alone:
        last = checkpoints.latest()
        if not alone or last is None or timezone.now() - last.signed_at < HEARTBEAT:
            return False
        with transaction.atomic():
            handle = log_item()
            actions.record(Kind.CUSTODY_CHECKPOINT_HEARTBEAT, handle, actor=ACTOR, facts={}, public={"size": last.size})
        _drain()
    return True


def log_item() -> str:
    """Returns the handle of the log's own item, opened when first needed."""
    found = Item.objects.filter(kind="log").values_list("handle", flat=True).order_by("opened_at").first()
    return found or actions.open_item("log")


def run(stop: threading.Event) -> int:
    """Drains and keeps the heartbeat until told to stop; then drains once more. Returns how many events it moved.

    Outlasts a database that restarts and a disk that is full. While the log is broken it moves nothing and looks again.
    """
    moved, failures = 0, 0
    while not stop.is_set():
        try:
            moved += drain()
            heartbeat()
            failures = 0
        except Exception as problem:  # whatever it is, the loop has to be there when it is over
            failures = min(failures + 1, 10)
            log.error("the log stands still: %s", problem)
            connection.close()
        stop.wait(min(LOOK_AGAIN * 2**failures, LONGEST_PAUSE))
    return moved + _last_drain()


class NotNow(RuntimeError):
    """The log can't be written inside a transaction: its leaves might be rolled back after they were published."""


def _require_no_transaction() -> None:
    if actions.in_transaction():
        raise NotNow("drain() and settle() come after the transaction has committed")


def _drain() -> int:
    tiles = place.tile_log()
    size = _ready(tiles)
    moved = 0
    while entries := move_batch(size):
        tiles.append(entries)
        size += len(entries)
        moved += len(entries)
        checkpoints.publish(tiles, size)
    checkpoints.publish(tiles, size)
    return moved


def _ready(tiles: TileLog) -> int:
    """Returns the size of the log once tiles and database end in the same leaf. Raises guard.LogBroken."""
    guard.require_sound()
    size, last = guard.end_of_database()
    if size == tiles.size and (not size or last == tiles.leaf_hash(size - 1)):
        return size
    problems = guard.check_start()
    if problems:
        raise guard.LogBroken(problems)
    return catch_up(tiles)


def _covered(ids: list[UUID]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from custody_leaf where event_id = any(%s) "
            "and index < (select size from custody_checkpoint order by id desc limit 1)",
            [ids],
        )
        return int(cursor.fetchone()[0]) == len(set(ids))


def _last_drain() -> int:
    try:
        return drain()
    except Exception as problem:  # the process is leaving; what is left waits in the outbox
        log.error("stopped with events waiting: %s", problem)
        return 0
    finally:
        connection.close()
