"""Parked rows, one by one: corrected and tried again, or set aside with a reason. What came is never lost."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.holdings.evidence.feeds.actions import Refused
from plainview.holdings.evidence.imports.calls import try_calls_again
from plainview.holdings.evidence.imports.recordings import mend_recordings
from plainview.holdings.incidents.actions.mending import Mended, correct
from plainview.holdings.incidents.models import Parked
from plainview.ledger.canonical import Json


@transaction.atomic
def correct_and_try(parked: Parked, cells: dict[str, str], *, actor: str) -> bool:
    """Gives a row other cells and tries it. Returns whether it went in; if not, it says why anew. Raises Refused."""
    waiting = Parked.objects.select_for_update(of=("self",)).select_related("batch").get(pk=parked.pk)
    if waiting.mended_at is not None:
        raise Refused("This row does not wait any more.")
    old: dict[str, Json] = {name: text for name, text in waiting.cells.items() if cells.get(name, text) != text}
    if old:
        correct(waiting, cells)
        new: dict[str, Json] = {name: cells[name] for name in old}
        facts: dict[str, Json] = {"row": waiting.row, "old": old, "new": new}
        record(Kind.INCIDENTS_ROW_CORRECTED, waiting.batch.handle, actor=actor, facts=facts)
    return try_rows(waiting.batch.kind, actor=actor, row=waiting.pk).taken == 1


def try_rows(kind: str, *, actor: str, batch: int | None = None, row: int | None = None) -> Mended:
    """Tries parked rows of a kind again."""
    act = try_calls_again if kind == "calls" else mend_recordings
    return act(actor=actor, batch=batch, row=row)


@transaction.atomic
def set_aside(parked: Parked, reason: str, *, actor: str) -> None:
    """Says that a row is not going in, and why: a test call, a line of totals. It stays to be read. Raises Refused."""
    reason = " ".join(reason.split())[:500]
    if not reason:
        raise Refused("Say why the row is not going in.")
    waiting = Parked.objects.select_for_update(of=("self",)).select_related("batch").get(pk=parked.pk)
    if waiting.mended_at is not None:
        raise Refused("This row does not wait any more.")
    waiting.mended_at, waiting.mended_by, waiting.set_aside = timezone.now(), actor, reason
    waiting.save(update_fields=["mended_at", "mended_by", "set_aside"])
    facts: dict[str, Json] = {"row": waiting.row, "why": reason}
    record(Kind.INCIDENTS_ROW_SET_ASIDE, waiting.batch.handle, actor=actor, facts=facts)
