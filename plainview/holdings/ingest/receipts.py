"""Acknowledging: the events are in the signed log, the receipt is on the disk, only then is anybody told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from plainview.base.custody import sequencer
from plainview.base.custody.guard import LogBroken
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.receipts import write_receipt
from plainview.holdings.ingest import actions
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.patience import DatabaseAwayError, patiently

log = logging.getLogger(__name__)
LATER = "It is stored and registered, but {why}: it has no receipt yet. `plainview sweep` writes it."


def acknowledge(arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Waits until the arrivals' events are in the log, writes their receipts and returns what became of them.

    One checkpoint covers all of them. Where the log can't be written the files stay, without a receipt, as `failed`.
    """
    pending = [a for a in arrivals if a.state != Arrival.State.FAILED and not a.receipt]
    try:
        if pending:
            patiently(lambda: _acknowledge(pending))
        return patiently(lambda: [outcome_of(arrival) for arrival in arrivals])
    except (DatabaseAwayError, OSError, sequencer.NotSettled, LogBroken) as problem:
        log.error("not acknowledged: %s", problem)
        why = LATER.format(why=str(problem).rstrip("."))
        return [Outcome("failed", why, size=a.size, arrival=str(a.pk)) for a in arrivals]


def _acknowledge(arrivals: Sequence[Arrival]) -> None:
    handles = {a.file.handle: a for a in arrivals if a.file}
    events = {e.item_id: e for e in Event.objects.filter(item__in=handles, kind=Kind.EVIDENCE_FILE_STORED)}
    sequencer.settle(events.values())
    for handle, arrival in handles.items():
        path = path_of(arrival)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_receipt(events[handle], path)
        actions.acknowledge(arrival, str(path.relative_to(settings.DATA)))


def path_of(arrival: Arrival) -> Path:
    """Returns where the receipt of an arrival lies."""
    return Path(settings.DATA) / "receipts" / f"{arrival.began_at:%Y/%m}" / f"{arrival.pk}.json"


def file_of(arrival: Arrival) -> Path:
    """Returns the receipt that an acknowledged arrival has."""
    return Path(settings.DATA) / arrival.receipt


def outcome_of(arrival: Arrival) -> Outcome:
    """Returns what became of an arrival that has ended and, unless it failed, has its receipt."""
    file = arrival.file
    if file is None:
        return Outcome("failed", arrival.reason, size=arrival.size, arrival=str(arrival.pk))
    return Outcome(
        status=arrival.state,
        reason=arrival.reason,
        sha256=bytes(file.object.sha256).hex(),
        size=file.object.size,
        recording=str(file.recording_id),
        receipt=file_of(arrival),
        duplicate_of=str(file.duplicate_of.recording_id) if file.duplicate_of else "",
        file=str(file.pk),
        arrival=str(arrival.pk),
    )
