"""The writes of this room: an arrival begins, is stored, registered, acknowledged, or ends without a file.

Each is safe to repeat, for a connection that is lost while committing leaves open whether it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.media.facts import Facts
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence.actions import Registered, register
from plainview.holdings.evidence.rules import Claims, Why
from plainview.holdings.ingest import lease, rules
from plainview.holdings.ingest.holder import new_holder
from plainview.holdings.ingest.identify import Finding
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import Name
from plainview.holdings.ingest.origin import Origin

SYSTEM = "system:sweep"


@dataclass(frozen=True)
class Coming:
    """What is known of a file before its first byte."""

    door: str
    name: Name
    actor: str
    claims: Claims
    origin: Origin
    size: int | None = None
    expires_at: datetime | None = None  # where the bytes may come in pieces, over days


def begin(coming: Coming, arrival: UUID | None = None) -> Arrival:
    """Notes that a file is coming, under a lease of this process. Repeated with the same id it changes nothing."""
    origin = coming.origin
    made, _ = Arrival.objects.get_or_create(
        pk=arrival or uuid4(),
        defaults={
            "handle": new_handle(),
            "door": coming.door,
            "name": coming.name.text,
            "name_bytes": coming.name.raw,
            "source": origin.shown,
            "source_key": origin.key,
            "identity": origin.identity,
            "size": coming.size,
            "actor": coming.actor,
            "claims": coming.claims.as_json(),
            "expires_at": coming.expires_at,
            "holder": new_holder(),
            "lease_until": timezone.now() + lease.LENGTH,
        },
    )
    return made


def progress(arrival: Arrival, writer: dict[str, Any], offset: int, expires_at: datetime) -> None:
    """Notes how much of an upload is durable. Raises lease.LeaseLostError."""
    arrival.writer, arrival.offset, arrival.expires_at = writer, offset, expires_at
    arrival.object_id = UUID(writer["id"])
    _update(arrival, "writer", "offset", "expires_at", "object_id")


def keep_stored(arrival: Arrival, stored: Stored) -> None:
    """Notes that all bytes are durable and read back: from here on a crash loses nothing. Raises LeaseLostError."""
    arrival.stored, arrival.object_id = stored.as_json(), stored.id
    arrival.size = arrival.offset = stored.size
    arrival.writer = None
    _update(arrival, "stored", "object_id", "size", "offset", "writer")


def stored_of(arrival: Arrival) -> Stored | None:
    """Returns what the arrival's bytes came to, None before all of them were durable and read back."""
    return Stored.from_json(arrival.stored) if arrival.stored else None


def _update(arrival: Arrival, *fields: str) -> None:
    until = timezone.now() + lease.LENGTH
    changed = {name: getattr(arrival, name) for name in fields}
    if not lease.held(arrival).update(lease_until=until, **changed):
        raise lease.LeaseLostError(f"arrival {arrival.pk} is in other hands")
    arrival.lease_until = until


def take_into_evidence(
    arrival: Arrival, stored: Stored, facts: Facts, claims: Claims, finding: Finding, reasons: list[Why]
) -> Arrival:
    """Registers the file and ends the arrival, in one transaction; returns the arrival as it ended.

    Raises lease.LeaseLostError where somebody else took it over meanwhile and has not come to an end either.
    """
    with transaction.atomic():
        locked = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if locked.state != Arrival.State.RECEIVING:
            return locked
        if locked.holder != arrival.holder:
            raise lease.LeaseLostError(f"arrival {arrival.pk} is in other hands")
        registered = register(
            stored=stored,
            facts=facts,
            name=locked.name,
            door=locked.door,
            actor=locked.actor,
            claims=claims,
            camera=finding.camera,
            vehicle=finding.vehicle,
            officer=finding.officer,
            carrier=finding.carrier,
            belief=finding.belief,
            reasons=reasons,
            source=locked.source,
            beside=finding.beside,
        )
        return _end(locked, registered)


def _end(arrival: Arrival, registered: Registered) -> Arrival:
    recording = registered.recording
    twin = registered.duplicate_of
    arrival.file = registered.file
    arrival.state = rules.end_state(quarantined=recording.quarantined, duplicate=twin is not None)
    arrival.reason = rules.end_reason(
        [(why.reason.sentence, why.detail) for why in registered.reasons],
        waits=recording.quarantined and not registered.reasons,
        twin=str(twin.recording_id) if twin else "",
        joined=registered.joined or "",
    )
    arrival.holder, arrival.ended_at = "", timezone.now()
    arrival.writer = arrival.stored = None
    arrival.save(update_fields=["file", "state", "reason", "holder", "ended_at", "writer", "stored"])
    return arrival


def acknowledge(arrival: Arrival, receipt: str) -> None:
    """Notes that the receipt is on the disk. Only now may a camera be told."""
    Arrival.objects.filter(pk=arrival.pk).update(receipt=receipt)
    arrival.receipt = receipt


def fail(arrival: Arrival, reason: str, actor: str | None = None) -> Arrival:
    """Ends an arrival of which nothing is kept; history says so. Does nothing to one that has ended."""
    with transaction.atomic():
        locked = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if locked.state != Arrival.State.RECEIVING:
            return locked
        locked.state, locked.reason, locked.ended_at = Arrival.State.FAILED, reason, timezone.now()
        locked.holder, locked.writer, locked.stored = "", None, None
        locked.save(update_fields=["state", "reason", "ended_at", "holder", "writer", "stored"])
        custody.open_item("arrival", locked.handle)
        custody.record(
            Kind.INGEST_ARRIVAL_FAILED,
            locked.handle,
            actor=actor or locked.actor,
            facts={
                "name": locked.name,
                "door": locked.door,
                "source": locked.source,
                "received": locked.offset,
                "size": locked.size,
                "reason": reason,
                "claims": locked.claims,
            },
        )
        return locked


def note_swept(object_id: UUID, kind: str, size: int, actor: str = SYSTEM) -> None:
    """Writes into history that bytes were removed which no arrival and no original explained."""
    with transaction.atomic():
        handle = custody.open_item("leftover")
        custody.record(
            Kind.INGEST_LEFTOVER_SWEPT,
            handle,
            actor=actor,
            facts={"object": str(object_id), "what": kind, "size": size},
        )


def expiry(days: int) -> datetime:
    """Returns when an upload ends that nobody goes on with from now."""
    return timezone.now() + timedelta(days=days)
