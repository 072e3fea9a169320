"""Begins and ends an import: the batch, its parked rows, its event."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg.types.json import Jsonb

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.holdings.incidents.cells import BadRow
from plainview.holdings.incidents.maps import Map, Place, WrongHeader
from plainview.holdings.incidents.models import Batch, Parked
from plainview.holdings.incidents.reading import BrokenTable, Surveyed
from plainview.ledger.canonical import Json

KINDS = {
    "calls": Kind.INCIDENTS_CALLS_IMPORTED,
    "matters": Kind.INCIDENTS_MATTERS_IMPORTED,
    "recordings": Kind.EVIDENCE_RECORDINGS_IMPORTED,
}
MANY = 10_000  # rows of an import after which the planner is told at once
IN_MEMORY = 4 << 20  # bytes of refused rows; more lie in a temporary file until they are parked
Row = TypeVar("Row")
Progress = Callable[[int], None]
Lines = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Refused:
    """A row that waits to be mended."""

    row: int
    column: str
    reason: str
    cells: dict[str, str]


class Parking:
    """Refused rows of one file, however many: on disk beyond a few megabytes."""

    def __init__(self) -> None:
        self.count = 0
        # It lives as long as the import does, and goes with it.
        self._file: IO[str] = tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115

    def add(self, refused: Refused) -> None:
        """Keeps a row."""
        self.count += 1
        json.dump([refused.row, refused.column, refused.reason, refused.cells], self._file)
        self._file.write("\n")

    def __iter__(self) -> Iterator[Refused]:
        self._file.seek(0)
        for line in self._file:
            yield Refused(*json.loads(line))


@dataclass
class Sorting(Generic[Row]):
    """Sorts a file's rows into good ones and refused ones while they stream by."""

    layout: Map
    read: Callable[[int, Sequence[str], Mapping[str, Place]], Row]  # raises BadRow
    progress: Progress | None = None
    parking: Parking = field(default_factory=Parking)
    seen: int = 0

    def good(self, lines: Lines) -> Iterator[Row]:
        """Yields what the good rows say and keeps the rest. Raises WrongHeader."""
        first = next(lines, None)
        if first is None:
            raise WrongHeader("the file is empty.")
        header = first[1]
        yield from self.under(header, lines)

    def under(self, header: list[str], lines: Lines) -> Iterator[Row]:
        """The same for rows whose header is known. Raises WrongHeader."""
        places = self.layout.places(header)
        try:
            for number, cells in lines:
                self.seen += 1
                if self.progress is not None and self.seen % 5000 == 0:
                    self.progress(self.seen)
                try:
                    yield self.read(number, cells, places)
                except BadRow as problem:
                    self.refuse(number, problem.column, str(problem), header, cells)
        except BrokenTable as problem:
            self.seen += 1
            self.refuse(problem.row, "", f"{problem} Nothing after this row could be read.", header, [])

    def refuse(self, number: int, column: str, reason: str, header: list[str], cells: list[str]) -> None:
        """Keeps a row that can't go in, cell by cell as it came."""
        named = dict(zip(header, cells, strict=False))
        extra = {f"cell {n + 1}": text for n, text in enumerate(cells[len(header) :], len(header))}
        self.parking.add(Refused(number, column, reason, {**named, **extra}))


def begin(kind: str, path: Path, found: Surveyed, layout: str, actor: str, zone: str = "") -> Batch:
    """Opens the batch. Rows parked by an earlier import of the very same file are its rows now, and no longer wait."""
    Parked.objects.filter(batch__kind=kind, batch__sha256=found.sha256, mended_at=None).update(
        mended_at=timezone.now(), mended_by=actor
    )
    return Batch.objects.create(
        handle=open_item("batch"), kind=kind, name=path.name, map=layout, zone=zone, sha256=found.sha256, actor=actor
    )


def park(batch: Batch, refused: Parking) -> int:
    """Keeps rows that could not go in; returns how many."""
    with connection.cursor() as cursor:
        statement = 'copy incidents_parked (batch_id, row, "column", reason, cells, mended_by) from stdin'
        with cursor.copy(statement) as out:
            for row in refused:
                cells = {name: text.replace("\0", "�") for name, text in row.cells.items()}
                out.write_row((batch.pk, row.row, row.column, row.reason, Jsonb(cells), ""))
    return refused.count


def end(batch: Batch, *, rows: int, taken: int, changed: int, parked: int, actor: str) -> Batch:
    """Writes the counts and the event."""
    batch.rows, batch.taken, batch.changed, batch.parked = rows, taken, changed, parked
    batch.unchanged = rows - taken - changed - parked
    batch.ended_at = timezone.now()
    batch.save()
    facts: dict[str, Json] = {
        "name": batch.name,
        "sha256": bytes(batch.sha256).hex(),
        "map": batch.map,
        "zone": batch.zone,
        **counts(batch),
    }
    record(KINDS[batch.kind], batch.handle, actor=actor, facts=facts)
    return batch


def refresh_statistics(rows: int, *models: type[Model]) -> None:
    """Tells the planner at once what a large import brought: until it knows, what is asked next may take minutes."""
    if rows >= MANY:
        tables = ", ".join(model._meta.db_table for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"analyze {tables}")


def counts(batch: Batch) -> dict[str, int]:
    """Returns what became of the rows; the parts add up to `rows`."""
    names = ("rows", "taken", "changed", "unchanged", "parked")
    return {name: getattr(batch, name) for name in names}


def still_parked(kind: str) -> int:
    """Returns how many rows of this kind wait to be mended, over all batches."""
    return Parked.objects.filter(batch__kind=kind, mended_at=None).count()
