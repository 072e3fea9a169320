"""Reads every object from end to end, the one that was read longest ago first, as long as the time lasts.

Where it stops is in the database, so a killed sweep loses one batch at most. An object is read on every shelf that has
a whole copy of it, and its row is compared with what history said when it came in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from plainview.base.storage import actions as storage
from plainview.base.storage import keys
from plainview.base.storage.errors import Destroyed, KeyUnusable, Missing, StorageError
from plainview.base.storage.models import Copy, StoredObject
from plainview.duties.retention.books.models import Reading
from plainview.duties.retention.books.problem import Problem, What, of_object
from plainview.duties.retention.books.rowcheck import against_history

AT_ONCE = 32
SECONDS = 5.0  # after which a batch is noted, however few it read


@dataclass
class Batch:
    """What was read and noted together."""

    ids: list[UUID] = field(default_factory=list)
    size: int = 0
    problems: list[Problem] = field(default_factory=list)


def prepare() -> None:
    """Puts new objects in line, and takes out those that were destroyed. Set-based."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into books_reading (object_id) select id from storage_storedobject o where destroyed_at is null "
            "and not exists (select from books_reading r where r.object_id = o.id) on conflict do nothing"
        )
        cursor.execute(
            "delete from books_reading r using storage_storedobject o "
            "where o.id = r.object_id and o.destroyed_at is not null"
        )


def read(deadline: float, began: datetime) -> Iterator[Batch]:
    """Yields batches, each to be noted by `note`, until `deadline` (of time.monotonic) or until all were read."""
    while time.monotonic() < deadline:
        waiting = Reading.objects.filter(Q(read_at=None) | Q(read_at__lt=began))
        oldest = waiting.order_by(F("read_at").asc(nulls_first=True), "object_id")
        found = list(oldest.select_related("object")[:AT_ONCE])
        if not found:
            return
        yield _batch([each.object for each in found], deadline)


def note(batch: Batch) -> None:
    """Keeps that these were read, in the caller's transaction with what was found."""
    assert connection.in_atomic_block
    Reading.objects.filter(object_id__in=batch.ids).update(read_at=timezone.now())


def _batch(objects: list[StoredObject], deadline: float) -> Batch:
    batch, began = Batch(), time.monotonic()
    for obj in objects:
        batch.problems += check_object(obj)
        batch.ids.append(obj.id)
        batch.size += obj.size
        if time.monotonic() >= min(deadline, began + SECONDS):
            break
    with transaction.atomic():
        batch.problems += against_history([obj for obj in objects if obj.id in set(batch.ids)])
    return batch


def check_object(obj: StoredObject) -> list[Problem]:
    """Reads an object on every shelf that has it whole."""
    copies = Copy.objects.filter(object=obj, state=Copy.State.GOOD).values_list("shelf", flat=True)
    return [problem for name in (obj.shelf, *copies) for problem in _read(obj, name)]


def _read(obj: StoredObject, name: str) -> Iterator[Problem]:
    try:
        storage.check(obj, on=name)
    except Destroyed:
        return
    except KeyUnusable as problem:
        yield _unusable(obj, problem)
    except (StorageError, OSError) as problem:
        now = StoredObject.objects.get(id=obj.id)  # destroyed or moved while we read
        has_it = now.shelf == name or now.copies.filter(shelf=name, state=Copy.State.GOOD).exists()
        if now.destroyed_at is None and has_it:
            what = What.MISSING if isinstance(problem, Missing) else What.CHANGED
            says = f"Object {obj.id} (item {obj.handle}, {obj.size:,} bytes) on the shelf {name}: {problem}."
            yield of_object(what, obj.id, name, says)


def _unusable(obj: StoredObject, problem: KeyUnusable) -> Problem:
    """The key of a whole month is one finding; a row whose own key doesn't open is one of its own."""
    try:
        keys.record_epoch(obj.epoch_id)
    except KeyUnusable as epoch:
        return Problem(What.MISSING, f"epoch:{obj.epoch_id}", f"{epoch}.", obj.id)
    return of_object(What.CHANGED, obj.id, "row", f"Object {obj.id} (item {obj.handle}) can't be opened: {problem}.")
