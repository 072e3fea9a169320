"""The last step, which nothing takes back. Each transaction looks at everything once more, under locks: who holds a
recording a moment before has won, who comes a moment after finds it gone.

Works off the list in chunks. Killed at any moment, the next run goes on: a chunk is destroyed wholly or not at all, and
ciphertext whose key is gone is unlinked by whoever comes next.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody import sequencer
from plainview.base.custody.actions import in_transaction
from plainview.base.custody.kinds import Kind
from plainview.base.policy.lookup import current_hash
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.duties.retention.books import actions as books
from plainview.duties.retention.books.alone import alone
from plainview.duties.retention.books.problem import Problem, What
from plainview.duties.retention.disposal import course, ending, holding, publishing
from plainview.duties.retention.disposal.holding import Locked
from plainview.duties.retention.disposal.models import Batch, Line
from plainview.holdings.evidence.models import File, Playable, Recording, Track
from plainview.ledger.canonical import Json

ACTOR = "system:disposal"
LOCK = 0x64657374726F79
CHUNK = 250  # recordings of one transaction
NAMED = 2000  # files of one recording that its event names one by one
TRIES = 8  # where somebody else's locks crossed ours
Tell = Callable[[int], None]
_SPARED = """
update disposal_line l set state = 'spared', why = n.why from unnest(%s::bigint[], %s::text[]) n (id, why)
where l.id = n.id"""
_GONE = """
update disposal_line l set state = 'gone', gone_at = %s, items = n.items, size = n.size
from unnest(%s::bigint[], %s::int[], %s::bigint[]) n (id, items, size) where l.id = n.id"""


class AtWork(RuntimeError):
    """Another process is at it."""


@dataclass(frozen=True)
class Chunk:
    """What one transaction did."""

    gone: int
    spared: int
    alarms: list[Problem]


def go_on(batch: Batch, tell: Tell = lambda count: None, chunk: int = CHUNK) -> Batch:
    """Destroys what is left of a batch that was begun, and finishes it; or stops it and says why. Returns it.

    Raises AtWork where another process destroys.
    """
    with alone(LOCK) as held:
        if not held:
            raise AtWork("Another process is destroying. It goes on; this one has nothing to do.")
        batch = Batch.objects.select_related("manifest").defer("manifest__data").get(pk=batch.pk)
        if batch.state != Batch.State.DESTROYING:
            return batch
        if problems := _problems(batch):
            return _stop(batch, " ".join(problems))
        listed = _listed(batch)
        while done := _again(lambda: _chunk(batch, listed, chunk)):
            if done.alarms:
                books.raise_alarm(done.alarms)
            tell(done.gone + done.spared)
        return _finish(batch)


def go_on_with_all(tell: Tell = lambda count: None) -> list[Batch]:
    """Goes on with every batch that was begun and not finished."""
    begun = Batch.objects.filter(state=Batch.State.DESTROYING).order_by("begun_at")
    return [go_on(batch, tell) for batch in begun]


def _problems(batch: Batch) -> list[str]:
    if not publishing.published(batch):
        return ["Its list doesn't lie in the published log as it was announced."]
    return course.why_not_now(batch)


def _listed(batch: Batch) -> set[str]:
    """Returns the handles on the published list: what isn't there was never announced."""
    with publishing.list_path(batch).open(encoding="utf-8") as file:
        next(file)
        return {json.loads(line)["recording"] for line in file}


def _stop(batch: Batch, why: str) -> Batch:
    if batch.stopped != why:
        with transaction.atomic():
            batch.stopped = why
            batch.save(update_fields=["stopped"])
            custody.record(Kind.DISPOSAL_BATCH_STOPPED, batch.handle, actor=ACTOR, facts={"why": why})
    return batch


def _again(work: Callable[[], Chunk | None]) -> Chunk | None:
    """Two transactions whose locks cross: PostgreSQL ends one of them, and it may simply come again."""
    for attempt in range(TRIES):
        try:
            return work()
        except OperationalError:
            if attempt + 1 == TRIES or connection.in_atomic_block:
                raise
            time.sleep(0.05 * 2**attempt)
    return None


def _chunk(batch: Batch, listed: set[str], size: int) -> Chunk | None:
    """Destroys or spares the next recordings; None where none is left."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        lines = list(batch.lines.filter(state=Line.State.GOING).order_by("id")[:size])
        if not lines or batch.state != Batch.State.DESTROYING:
            return None
        found = holding.lock(batch, [line.recording_id for line in lines])
        reasons = {line.pk: _why_spared(line, found, listed) for line in lines}
        going = [line for line in lines if not reasons[line.pk]]
        entries = [*_destroy(batch, going, found), *_spare(batch, lines, reasons, found)]
        custody.record_many(entries, actor=ACTOR, policy=current_hash())
        alarms = [
            Problem(What.HISTORY, f"disposal:{line.recording_id}", f"Recording {line.recording_id} was spared: {why}.")
            for line in lines
            if (why := found[line.recording_id].differs)
        ]
        return Chunk(len(going), len(lines) - len(going), alarms)


def _why_spared(line: Line, found: dict[UUID, Locked], listed: set[str]) -> str:
    now = found[line.recording_id]
    return "it isn't on the published list" if now.handle not in listed else now.why_spared


def _spare(
    batch: Batch, lines: Sequence[Line], reasons: dict[int, str], found: dict[UUID, Locked]
) -> Iterator[custody.Entry]:
    stays = [line for line in lines if reasons[line.pk]]
    with connection.cursor() as cursor:
        cursor.execute(_SPARED, [[line.pk for line in stays], [reasons[line.pk] for line in stays]])
    for line in stays:
        line.why = reasons[line.pk]
        facts: dict[str, Json] = {"disposal": batch.handle, "why": line.why}
        yield custody.Entry(
            Kind.DISPOSAL_RECORDING_SPARED, found[line.recording_id].handle, facts, {"disposal": batch.handle}
        )


def _destroy(batch: Batch, lines: Sequence[Line], found: dict[UUID, Locked]) -> Iterator[custody.Entry]:
    ids, now = [line.recording_id for line in lines], timezone.now()
    things = holding.things_of(ids)
    objects = [each.object_id for of in things.values() for each in of]
    storage.authorize_destruction(objects, batch.handle)
    storage.destroy_many(objects, batch.handle)
    Track.objects.filter(file__recording__in=ids).delete()
    files = File.objects.filter(recording__in=ids)
    files.update(playable=Playable.UNPLAYABLE, why_not="It was destroyed.", preparing="", preparing_until=None)
    files.filter(prepared_at=None).update(prepared_at=now)
    Recording.objects.filter(pk__in=ids).update(destroyed_at=now, destroyed_by=batch.handle)
    counts = [len(things.get(pk, ())) for pk in ids]
    sizes = [sum(each.size for each in things.get(pk, ())) for pk in ids]
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [now, [line.pk for line in lines], counts, sizes])
    for line, size in zip(lines, sizes, strict=True):
        mine = things.get(line.recording_id, [])
        facts: dict[str, Json] = {
            "disposal": batch.handle,
            "clause": line.clause,
            "until": str(line.until) if line.until else None,
            "files": sum(each.original for each in mine),
            "items": [{"item": each.handle, "sha256": each.sha256, "bytes": each.size} for each in mine[:NAMED]],
            "bytes": size,
        }
        public: dict[str, Json] = {"disposal": batch.handle, "items": len(mine)}
        yield custody.Entry(Kind.DISPOSAL_RECORDING_DESTROYED, found[line.recording_id].handle, facts, public)


def _finish(batch: Batch) -> Batch:
    """Unlinks what is left, looks at every shelf, and writes the certificate; or waits for a shelf that is away."""
    problems = storage.finish_destructions()
    if not in_transaction():
        sequencer.drain()
    waiting = StoredObject.objects.filter(order=batch.handle, destroyed_at__isnull=False, unlinked_at=None).count()
    if waiting:
        why = problems[0] if problems else "another process holds them"
        return _stop(batch, f"{waiting:,} files are destroyed, but still listed on a shelf: {why}")
    return ending.finish(batch)
