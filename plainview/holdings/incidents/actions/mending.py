"""Tries parked rows again: after the roster was mended, or after a person corrected their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.holdings.incidents.actions.batches import Parking, Refused
from plainview.holdings.incidents.models import Batch, Parked
from plainview.ledger.canonical import Json

# Takes rows under one header into a batch: returns the refused ones, and how many went in.
Taker = Callable[[Batch, list[str], Iterator[tuple[int, list[str]]]], tuple[Parking, int]]


@dataclass(frozen=True)
class Mended:
    """What trying again did."""

    tried: int
    taken: int
    parked: int  # still


@transaction.atomic
def mend(kind: str, take: Taker, *, actor: str, batch: int | None = None, row: int | None = None) -> Mended:
    """Tries the parked rows of a kind again: all, those of one batch, or a single one. Good rows go in."""
    waiting = Parked.objects.filter(batch__kind=kind, mended_at=None).select_for_update(of=("self",))
    waiting = waiting.filter(batch=batch) if batch is not None else waiting
    waiting = waiting.filter(pk=row) if row is not None else waiting
    rows = list(waiting.select_related("batch").order_by("batch_id", "row", "pk"))
    taken = 0
    for _, of_batch in groupby(rows, key=lambda p: p.batch_id):
        taken += _mend_batch(list(of_batch), take, actor)
    return Mended(len(rows), taken, len(rows) - taken)


def _mend_batch(rows: list[Parked], take: Taker, actor: str) -> int:
    batch = rows[0].batch
    refused: dict[int, Refused] = {}
    for header, alike in groupby(rows, key=lambda p: list(p.cells)):
        lines = ((n, list(p.cells.values())) for n, p in by_number(list(alike)))
        parking, _ = take(batch, header, lines)
        refused |= {r.row: r for r in parking}
    went_in = [p for p in rows if p.pk not in refused]
    for p in rows:
        if p.pk in refused and p.reason != refused[p.pk].reason:
            p.column, p.reason = refused[p.pk].column, refused[p.pk].reason
            p.save(update_fields=["column", "reason"])
    Parked.objects.filter(pk__in=[p.pk for p in went_in]).update(mended_at=timezone.now(), mended_by=actor)
    if went_in:
        facts: dict[str, Json] = {"name": batch.name, "taken": len(went_in), "parked": len(rows) - len(went_in)}
        record(Kind.INCIDENTS_ROWS_MENDED, batch.handle, actor=actor, facts=facts)
    return len(went_in)


def by_number(rows: list[Parked]) -> Iterator[tuple[int, Parked]]:
    """Yields the rows, numbered by their own ids: two files may each have a row 7."""
    for p in rows:
        yield p.pk, p


@transaction.atomic
def correct(parked: Parked, cells: dict[str, str]) -> Parked:
    """Gives a parked row other cells; what came stays readable in the file's own hash and in `cells` of history."""
    parked = Parked.objects.select_for_update().get(pk=parked.pk)
    parked.cells = {name: cells.get(name, text) for name, text in parked.cells.items()}
    parked.save(update_fields=["cells"])
    return parked
