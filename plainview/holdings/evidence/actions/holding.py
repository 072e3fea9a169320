"""Holds that people place at once, with a reason. A hold beats every clock, and it takes two people to lift it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.lookup import current_hash
from plainview.holdings.evidence.models import Hold, Recording
from plainview.holdings.evidence.rules import Refused, reason_given, require_living
from plainview.ledger.canonical import Json


@transaction.atomic
def place_hold(recording_id: UUID, reason: str, *, actor: str) -> Hold:
    """Holds a recording from this moment on. Raises rules.Refused without a reason."""
    recording = Recording.objects.select_for_update(no_key=True).get(pk=recording_id)
    require_living(recording.destroyed_at)
    hold = Hold.objects.create(
        recording=recording, reason=reason_given(reason), placed_at=timezone.now(), placed_by=actor
    )
    _tell(Kind.EVIDENCE_HOLD_PLACED, hold, actor, hold.reason)
    return hold


@transaction.atomic
def ask_to_lift(hold_id: int, reason: str, *, actor: str) -> Hold:
    """Asks for a hold to be lifted: the first of the two people. Raises rules.Refused."""
    hold = _standing(hold_id)
    if hold.lift_asked_by:
        raise Refused("Somebody asked for that already. A second person has to agree.")
    hold.lift_asked_at, hold.lift_asked_by, hold.lift_reason = timezone.now(), actor, reason_given(reason)
    hold.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
    _tell(Kind.EVIDENCE_HOLD_LIFT_ASKED, hold, actor, hold.lift_reason)
    return hold


@transaction.atomic
def keep_hold(hold_id: int, reason: str, *, actor: str) -> Hold:
    """Refuses to lift a hold, or takes the wish back: the hold stands as before. Raises rules.Refused."""
    hold = _standing(hold_id)
    if not hold.lift_asked_by:
        raise Refused("Nobody asks for it to be lifted.")
    hold.lift_asked_at, hold.lift_asked_by, hold.lift_reason = None, "", ""
    hold.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
    _tell(Kind.EVIDENCE_HOLD_KEPT, hold, actor, reason_given(reason))
    return hold


@transaction.atomic
def lift(hold_id: int, *, actor: str) -> Hold:
    """Lifts a hold: the second of the two people, never the one who asked. Raises rules.Refused."""
    hold = _standing(hold_id)
    if not hold.lift_asked_by:
        raise Refused("First somebody else has to ask for it to be lifted, and say why.")
    if hold.lift_asked_by == actor:
        raise Refused("You asked for it to be lifted: somebody else has to agree.")
    hold.lifted_at, hold.lifted_by = timezone.now(), actor
    hold.save(update_fields=["lifted_at", "lifted_by"])
    _tell(Kind.EVIDENCE_HOLD_LIFTED, hold, actor, hold.lift_reason)
    return hold


def _standing(hold_id: int) -> Hold:
    """Returns a hold that still stands, locked; of two people at the same moment the second waits."""
    hold = Hold.objects.select_for_update(of=("self",)).select_related("recording").get(pk=hold_id)
    if hold.lifted_at is not None:
        raise Refused("It is lifted already.")
    return hold


def _tell(kind: Kind, hold: Hold, actor: str, reason: str) -> None:
    facts: dict[str, Json] = {"hold": f"hold-{hold.pk}", "reason": reason, "placed_by": hold.placed_by}
    record(kind, hold.recording.handle, actor=actor, facts=facts, policy=current_hash())
