"""History against PostgreSQL itself and against the bare hashing, in one run on a durable, throw-away database.

python -m bench.custody                      the table
python -m bench.custody --leaves 1000000     the audit of a million leaves (minutes to make them)
"""

from __future__ import annotations

import argparse
import atexit
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FORK = multiprocessing.get_context("fork")
CLIENTS, ITEMS, BATCH, BACKLOG = 8, 200, 5000, 20_000
NOTE = "x" * 200  # of the row that stands for the business change


def main() -> int:
    """Prints the table; exits 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=200_000, help="size of the log that is audited")
    parser.add_argument("--seconds", type=float, default=8, help="for each rate of writing")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="plainview-bench-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)  # after the database has stopped, which ends the same way
    rows = table(data, chosen.seconds, chosen.leaves)
    if chosen.json:
        print(json.dumps(rows, indent=1))
    else:
        show(rows)
    return 0 if all(row["met"] for row in rows if row["met"] is not None) else 1


def table(data: Path, seconds: float, leaves: int) -> list[dict[str, Any]]:
    """Runs everything and returns one row for each figure."""
    install(data)
    from plainview.base import custody

    handles = custody.open_items("file", [f"{i:032x}" for i in range(ITEMS)])
    execute("create table bench_change (id bigserial primary key, note text not null)")
    bare = rate(one_row, handles, seconds)
    ours = rate(change_and_event, handles, seconds)
    rows = [
        row("change + event, 8 clients (/s)", ours, "one row a transaction", bare, ours / bare, 0.5, more=True),
    ]
    rows.append(draining(handles))
    with sequencer_running():
        kept = rate(change_and_event, handles, seconds)
    rows.append(row("the same while the sequencer works (/s)", kept, "without it", ours, kept / ours))
    rows += auditing(leaves, handles)
    return rows


def install(data: Path) -> None:
    """Makes a durable installation of its own."""
    os.environ.update(PLAINVIEW_DATA=str(data), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ.pop("PLAINVIEW_THROWAWAY_DATABASE", None)
    from plainview.site import installation

    installation.ensure(data)


def execute(statement: str) -> None:
    """Runs one statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def rate(client: Callable[[list[str], float, int], int], handles: list[str], seconds: float) -> float:
    """Returns how many a second all clients together commit."""
    queue: Any = FORK.SimpleQueue()
    start = time.monotonic() + 1  # until then they have connected
    crew = [FORK.Process(target=_client, args=(client, handles, start, seconds, i, queue)) for i in range(CLIENTS)]
    for each in crew:
        each.start()
    done: int = sum(queue.get() for _ in crew)
    for each in crew:
        each.join()
    return done / seconds


def _client(client: Any, handles: list[str], start: float, seconds: float, number: int, queue: Any) -> None:
    abandon_connection()
    execute("select 1")
    time.sleep(max(0, start - time.monotonic()))
    queue.put(client(handles, start + seconds, number))


def abandon_connection() -> None:
    """After a fork the connection belongs to the parent."""
    from django.db import connections

    connections["default"].connection = None


def one_row(handles: list[str], end: float, number: int) -> int:
    """PostgreSQL's own rate: one row a transaction, as fast as the driver can."""
    import psycopg
    from django.conf import settings

    found = settings.DATABASES["default"]
    done = 0
    with psycopg.connect(host=found["HOST"], user=found["USER"], dbname=found["NAME"], autocommit=True) as link:
        while time.monotonic() < end:
            link.execute("insert into bench_change (note) values (%s)", [NOTE])
            done += 1
    return done


def change_and_event(handles: list[str], end: float, number: int) -> int:
    """The same row with its event, in one transaction, as an action writes it."""
    from django.db import connection, transaction

    from plainview.base import custody
    from plainview.base.custody.kinds import Kind

    done = 0
    while time.monotonic() < end:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("insert into bench_change (note) values (%s)", [NOTE])
            custody.record(
                Kind.EVIDENCE_RECORDING_CLASSED,
                handles[(number + done * CLIENTS) % len(handles)],
                actor=f"account:{number:08d}",
                facts={"old": ["unclassified"], "new": ["criminal"], "reason": "arrest on scene"},
            )
        done += 1
    return done


def draining(handles: list[str]) -> dict[str, Any]:
    """Empties the outbox after a day on which nobody drained it."""
    from plainview.base.custody import sequencer

    write(BACKLOG, handles)
    began = time.monotonic()
    moved = sequencer.drain()
    found = moved / (time.monotonic() - began)
    return row(f"drain of {moved:,} events (/s)", found, "goal", 5000, found / 5000, 1.0, more=True)


@contextmanager
def sequencer_running() -> Iterator[None]:
    """A sequencer in a process of its own."""
    stop = FORK.Event()
    process = FORK.Process(target=_sequence, args=(stop,))
    process.start()
    yield
    stop.set()
    process.join()


def _sequence(stop: threading.Event) -> None:
    from plainview.base.custody import sequencer

    abandon_connection()
    sequencer.run(stop)


def auditing(leaves: int, handles: list[str]) -> list[dict[str, Any]]:
    """The audit against hashing the same leaves from memory."""
    from plainview.base.custody import guard, place
    from plainview.base.custody.audit import items, tree

    grow(leaves, handles)
    log = place.tile_log()
    size = log.size
    bare = rebuilding(list(log.entries(0, size)))
    hashed = timed(lambda: list(tree.check(size, lambda *_: None)))
    folded = timed(lambda: list(items.check(size, lambda *_: None)))
    start = timed(guard.check_start)
    name = f"{size:,} leaves"
    return [
        row(f"audit of {name}, disk and database (s)", hashed, "rebuild from memory", bare, hashed / bare, 2.0),
        row(f"bodies and chains of {name} (s)", folded, "rebuild from memory", bare, folded / bare),
        row("guard at the start of a process (s)", start, "rebuild from memory", bare, start / bare),
    ]


def rebuilding(entries: list[bytes]) -> float:
    """Returns how long the bare hashing of these entries takes."""
    from plainview.ledger import merkle

    return timed(lambda: merkle.root([merkle.leaf_hash(entry) for entry in entries]))


def grow(leaves: int, handles: list[str]) -> None:
    """Adds events until the log has as many leaves."""
    from plainview.base.custody import guard, sequencer

    sequencer.drain()
    missing = max(leaves - guard.end_of_database()[0], 0)
    for first in range(0, missing, BATCH):
        write(min(BATCH, missing - first), handles)
        sequencer.drain()
    execute("analyze")


def write(count: int, handles: list[str]) -> None:
    """Records so many events, all in the outbox."""
    from django.db import transaction

    from plainview.base import custody
    from plainview.base.custody.kinds import Kind

    entries = [
        custody.Entry(Kind.EVIDENCE_FILE_PLAYED, handles[i % ITEMS], {"bytes": i, "copy": "remux"})
        for i in range(count)
    ]
    with transaction.atomic():
        custody.record_many(entries, actor="account:00000001")


def timed(work: Callable[[], Any]) -> float:
    """Returns how many seconds the work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def row(
    what: str, ours: float, peer: str, theirs: float, ratio: float, goal: float | None = None, *, more: bool = False
) -> dict[str, Any]:
    """Returns one line of the table; without a goal it is only shown."""
    met = None if goal is None else (ratio >= goal if more else ratio <= goal)
    return {"what": what, "ours": ours, "peer": peer, "theirs": theirs, "ratio": ratio, "goal": goal, "met": met}


def show(rows: list[dict[str, Any]]) -> None:
    """Prints the table."""
    print(f"{'':<52} {'ours':>10}  {'against':<24} {'':>10} {'ratio':>6} {'goal':>6}")
    for each in rows:
        goal = "" if each["goal"] is None else f"{each['goal']:.2f}"
        missed = "" if each["met"] in (True, None) else "  MISSED"
        print(
            f"{each['what']:<52} {each['ours']:>10,.2f}  {each['peer']:<24} {each['theirs']:>10,.2f} "
            f"{each['ratio']:>6.2f} {goal:>6}{missed}"
        )


if __name__ == "__main__":
    sys.exit(main())
