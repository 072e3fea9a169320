"""Begins and ends an import: the batch, its parked rows, its event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.holdings.incidents.models import Batch, Parked
from plainview.holdings.incidents.reading import Surveyed
from plainview.ledger.canonical import Json

KINDS = {
    "calls": Kind.INCIDENTS_CALLS_IMPORTED,
    "matters": Kind.INCIDENTS_MATTERS_IMPORTED,
    "recordings": Kind.EVIDENCE_RECORDINGS_IMPORTED,
}


@dataclass(frozen=True)
class Refused:
    """A row that waits to be mended."""

    row: int
    column: str
    reason: str
    cells: dict[str, str]


def begin(kind: str, path: Path, found: Surveyed, layout: str, actor: str) -> Batch:
    """Opens the batch. Rows parked by an earlier import of the very same file are its rows now, and no longer wait."""
    Parked.objects.filter(batch__kind=kind, batch__sha256=found.sha256, mended_at=None).update(mended_at=timezone.now())
    return Batch.objects.create(
        handle=open_item("batch"), kind=kind, name=path.name, map=layout, sha256=found.sha256, actor=actor
    )


def park(batch: Batch, refused: Iterable[Refused]) -> int:
    """Keeps rows that could not go in; returns how many."""
    count = 0
    with connection.cursor() as cursor:
        statement = 'copy incidents_parked (batch_id, row, "column", reason, cells) from stdin'
        with cursor.copy(statement) as out:
            for row in refused:
                cells = {name: text.replace("\0", "�") for name, text in row.cells.items()}
                out.write_row((batch.pk, row.row, row.column, row.reason, Jsonb(cells)))
                count += 1
    return count


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
        **counts(batch),
    }
    record(KINDS[batch.kind], batch.handle, actor=actor, facts=facts)
    return batch


def counts(batch: Batch) -> dict[str, int]:
    """Returns what became of the rows; the parts add up to `rows`."""
    names = ("rows", "taken", "changed", "unchanged", "parked")
    return {name: getattr(batch, name) for name in names}


def still_parked(kind: str) -> int:
    """Returns how many rows of this kind wait to be mended, over all batches."""
    return Parked.objects.filter(batch__kind=kind, mended_at=None).count()
