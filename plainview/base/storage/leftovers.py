"""Files on the shelf that nothing explains: what a crash left, and what somebody put there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from uuid import UUID

from plainview.base.storage.models import StoredObject
from plainview.base.storage.shelf import Found
from plainview.base.storage.shelves import names, shelf

_BATCH = 500


@dataclass(frozen=True)
class Leftover:
    """A file without a row that nobody is writing. An upload that may go on is one, too, until it does."""

    kind: str  # object: complete · part: begun · stray: a name that storage never gives, not ours to remove
    object_id: UUID | None
    path: Path
    size: int  # bytes on the disk
    changed_at: datetime


def leftovers(older_than: timedelta) -> Iterator[Leftover]:
    """Yields files that no row and no open writer explains, unchanged for at least `older_than`."""
    before = datetime.now(UTC) - older_than
    old = (found for found in _everything() if not found.open and found.changed_at <= before)
    while batch := list(islice(old, _BATCH)):
        yield from _without_row(batch)


def _everything() -> Iterator[Found]:
    return chain.from_iterable(shelf(name).everything() for name in names())


def _without_row(batch: list[Found]) -> Iterator[Leftover]:
    ids = [found.object_id for found in batch if found.object_id]
    known = set(StoredObject.objects.filter(id__in=ids).values_list("id", flat=True))
    for found in batch:
        if found.kind == "part" or found.object_id not in known:
            yield Leftover(found.kind, found.object_id, found.path, found.size, found.changed_at)
