"""Ends what a crash left: finishes what can be finished, removes what nobody will go on with, says how much of each.

Three kinds of leftovers: arrivals whose process is dead, arrivals that were registered but not acknowledged, and bytes
that no arrival and no original explains. Other rooms' leftovers join through `SWEEPS`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Busy, StorageError
from plainview.base.storage.stored import Stored
from plainview.base.storage.writer import Writer
from plainview.holdings.ingest import actions, lease, receipts
from plainview.holdings.ingest.lease import Heartbeat
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.patience import patiently
from plainview.holdings.ingest.reception import TROUBLE, complete

log = logging.getLogger(__name__)
GRACE = timedelta(hours=1)  # bytes nobody explains may belong to a process that hasn't noted them yet
AT_ONCE = 200
DIED = "The process that received it ended before the file was whole. Nothing of it was kept; take the file again."
EXPIRED = "The upload was not finished in time. Nothing of it was acknowledged; take the file again."
BYTES_GONE = "What had been received of it can't be used any more ({why}). Take the file again."

WORDS = {
    "resumed": "arrivals finished that a dead process had left",
    "acknowledged": "receipts written that were missing",
    "failed": "arrivals ended of which nothing was kept",
    "expired": "uploads ended that nobody went on with",
    "removed": "pieces removed that nothing explained",
    "waiting": "left alone: they may still go on",
}
Counts = Counter[str]
Sweep = Callable[[timedelta], Counts]


def sweep(grace: timedelta = GRACE) -> dict[str, int]:
    """Ends every leftover and returns how many of each kind. Safe beside running doors; `grace` guards young bytes."""
    counts: Counts = Counter(dict.fromkeys(WORDS, 0))
    for each in SWEEPS:
        counts.update(each(grace))
    return dict(counts)


def sweep_arrivals(grace: timedelta) -> Counts:
    """Resumes or ends the arrivals that nobody works on, and writes the receipts that are missing."""
    counts: Counts = Counter()
    for identifier in _open_arrivals():
        arrival = patiently(lambda pk=identifier: lease.take_over(pk))  # type: ignore[misc]
        if arrival is not None:
            counts[_end(arrival)] += 1
    counts.update(acknowledge_missing())
    return counts


def _open_arrivals() -> list[UUID]:
    """Arrivals that nobody may be working on; an upload that waits for its next piece is left alone."""
    now = timezone.now()
    waits = Q(holder="", expires_at__gt=now, stored__isnull=True) & ~Q(offset__gte=F("size"))
    found = Arrival.objects.filter(state=Arrival.State.RECEIVING).exclude(waits)
    return list(found.order_by("began_at").values_list("pk", flat=True))


def _end(arrival: Arrival) -> str:
    """Brings one arrival to its end, under our lease; returns the word to count it by."""
    try:
        with Heartbeat(arrival):
            stored = actions.stored_of(arrival) or _finish_upload(arrival)
            if stored is not None:
                complete(arrival, stored)
                return "resumed"
    except Busy:
        return "waiting"
    except StorageError as problem:
        actions.fail(arrival, BYTES_GONE.format(why=problem), actions.SYSTEM)
        return "failed"
    except TROUBLE as problem:
        log.error("arrival %s can't be finished now: %s", arrival.pk, problem)
        lease.give_back(arrival)
        return "waiting"
    return _end_without_bytes(arrival)


def _finish_upload(arrival: Arrival) -> Stored | None:
    """Returns what an upload came to whose last byte is here, None for one that isn't whole."""
    if arrival.writer is None or arrival.offset != arrival.size:
        return None
    stored = Writer.resume(arrival.writer).finish()
    actions.keep_stored(arrival, stored)
    return stored


def _end_without_bytes(arrival: Arrival) -> str:
    if arrival.expires_at is not None and arrival.expires_at > timezone.now():
        lease.give_back(arrival)  # its process died, the upload may still go on
        return "waiting"
    expired = arrival.expires_at is not None
    if arrival.object_id is not None:
        storage.discard_unregistered(arrival.object_id)
    actions.fail(arrival, EXPIRED if expired else DIED, actions.SYSTEM)
    return "expired" if expired else "failed"


def acknowledge_missing() -> Counts:
    """Writes the receipts of what was registered by a process that died before it could."""
    counts: Counts = Counter()
    ended = Arrival.objects.filter(receipt="").exclude(state__in=[Arrival.State.RECEIVING, Arrival.State.FAILED])
    found = list(ended.select_related("file__object", "file__duplicate_of").order_by("ended_at")[:AT_ONCE])
    for outcome in receipts.acknowledge(found):
        counts["acknowledged" if outcome.taken else "waiting"] += 1
    return counts


def sweep_bytes(grace: timedelta) -> Counts:
    """Removes bytes older than `grace` that no original, no open writer and no arrival explains."""
    counts: Counts = Counter()
    for leftover in storage.leftovers(grace):
        if leftover.object_id is None or _is_claimed(leftover.object_id):
            continue
        if storage.discard_unregistered(leftover.object_id):
            actions.note_swept(leftover.object_id, leftover.kind, leftover.size)
            counts["removed"] += 1
    return counts


def _is_claimed(object_id: UUID) -> bool:
    return Arrival.objects.filter(object_id=object_id, state=Arrival.State.RECEIVING).exists()


SWEEPS: list[Sweep] = [sweep_arrivals, sweep_bytes]
