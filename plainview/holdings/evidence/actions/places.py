"""Places where people may expect privacy: what the officer said and did about the camera in a home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.lookup import current_hash
from plainview.holdings.evidence.models import PrivatePlace, Recording
from plainview.holdings.evidence.rules import Refused, reason_given
from plainview.ledger.canonical import Json

NOTE_LENGTH = 2000


@dataclass(frozen=True)
class Said:
    """What happened in a private place. `began` and `ended` are empty where it is the whole recording."""

    disclosed: bool
    objected: bool
    decision: str
    said_at: datetime | None = None
    began: datetime | None = None
    ended: datetime | None = None
    note: str = ""


@transaction.atomic
def mark_place(recording_id: UUID, said: Said, *, actor: str) -> PrivatePlace:
    """Marks a stretch of a recording as a private place. Raises rules.Refused."""
    recording = Recording.objects.select_for_update(no_key=True).get(pk=recording_id)
    _check(recording, said)
    place = PrivatePlace.objects.create(
        recording=recording,
        began=said.began,
        ended=said.ended,
        disclosed=said.disclosed,
        objected=said.objected,
        said_at=said.said_at,
        decision=said.decision,
        note=said.note.strip(),
        marked_at=timezone.now(),
        marked_by=actor,
    )
    record(Kind.EVIDENCE_PLACE_MARKED, recording.handle, actor=actor, facts=_facts(place), policy=current_hash())
    return place


@transaction.atomic
def withdraw_place(place_id: int, reason: str, *, actor: str) -> PrivatePlace:
    """Takes a mark back, with the reason; it stays as a record. Raises rules.Refused."""
    place = PrivatePlace.objects.select_for_update(of=("self",)).select_related("recording").get(pk=place_id)
    if place.withdrawn_at is not None:
        raise Refused("It is taken back already.")
    place.withdrawn_at, place.withdrawn_by, place.withdrawn_why = timezone.now(), actor, reason_given(reason)
    place.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    facts: dict[str, Json] = {**_facts(place), "reason": place.withdrawn_why}
    record(Kind.EVIDENCE_PLACE_WITHDRAWN, place.recording.handle, actor=actor, facts=facts, policy=current_hash())
    return place


def standing_places(recording_id: UUID) -> list[PrivatePlace]:
    """Returns the private places of a recording, in their order; whoever hands footage out asks this first."""
    found = PrivatePlace.objects.filter(recording=recording_id, withdrawn_at=None)
    return sorted(found, key=lambda place: (place.began or place.marked_at, place.pk))


def _check(recording: Recording, said: Said) -> None:
    if (said.began is None) != (said.ended is None):
        raise Refused("Give both the beginning and the end, or neither for the whole recording.")
    if said.began is not None and said.ended is not None and said.ended <= said.began:
        raise Refused("It ends before it begins.")
    outside = (
        recording.start is not None
        and recording.stop is not None
        and said.began is not None
        and said.ended is not None
        and (said.ended <= recording.start or said.began >= recording.stop)
    )
    if outside:
        raise Refused("That time is not part of this recording.")
    if said.decision not in PrivatePlace.Decision.values:
        raise Refused("Say what was decided about the camera.")
    if len(said.note) > NOTE_LENGTH:
        raise Refused(f"A note has at most {NOTE_LENGTH} characters.")


def _facts(place: PrivatePlace) -> dict[str, Json]:
    def written(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "began": written(place.began),
        "ended": written(place.ended),
        "disclosed": place.disclosed,
        "objected": place.objected,
        "said_at": written(place.said_at),
        "decision": place.decision,
        "note": place.note,
    }
