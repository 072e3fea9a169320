"""The second person for a lowered class: one asks, another agrees or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, record, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.policy.lookup import current_hash
from plainview.holdings.evidence.actions.marking import mark
from plainview.holdings.evidence.models import ClassRequest, Recording
from plainview.holdings.evidence.rules import Refused, reason_given


def ask_to_lower(cases: Sequence[tuple[Recording, list[str]]], reason: str, *, actor: str) -> list[Event]:
    """Asks for other classes of recordings that are locked by the caller. Raises Refused, without a reason as well."""
    reason = reason_given(reason)
    open_ones = set(
        ClassRequest.objects.filter(recording__in=[r for r, _ in cases], decided_at=None).values_list(
            "recording_id", flat=True
        )
    )
    if open_ones:
        raise Refused("Another change of its class waits for a second person. That has to be decided first.")
    now = timezone.now()
    ClassRequest.objects.bulk_create(
        ClassRequest(recording=r, wanted=wanted, reason=reason, asked_at=now, asked_by=actor) for r, wanted in cases
    )
    told = [
        Entry(Kind.EVIDENCE_LOWERING_ASKED, r.handle, {"old": sorted(r.classes), "new": list(wanted), "reason": reason})
        for r, wanted in cases
    ]
    return record_many(told, actor=actor, policy=current_hash())


@transaction.atomic
def agree_to_lower(request_id: int, *, actor: str) -> Event:
    """Gives the recording the classes that another person asked for. Raises Refused for the one who asked."""
    asked = _open(request_id, actor)
    recording = asked.recording
    before = sorted(recording.classes)
    mark(recording, before, asked.wanted, actor, asked.reason)
    recording.classes = asked.wanted
    recording.save(update_fields=["classes"])
    _decide(asked, actor, granted=True, why="")
    return record(
        Kind.EVIDENCE_RECORDING_CLASSED,
        recording.handle,
        actor=actor,
        policy=current_hash(),
        facts={"old": before, "new": list(asked.wanted), "reason": asked.reason, "asked_by": asked.asked_by},
    )


@transaction.atomic
def refuse_to_lower(request_id: int, why: str, *, actor: str, withdraw: bool = False) -> Event:
    """Leaves the classes as they are; `withdraw` for the one who asked. Raises Refused."""
    asked = _open(request_id, "" if withdraw else actor)
    if withdraw and asked.asked_by != actor:
        raise Refused("Only the one who asked can take it back.")
    reason = reason_given(why)
    _decide(asked, "system:withdrawn" if withdraw else actor, granted=False, why=reason)
    return record(
        Kind.EVIDENCE_LOWERING_REFUSED,
        asked.recording.handle,
        actor=actor,
        policy=current_hash(),
        facts={"new": list(asked.wanted), "reason": reason},
    )


def _open(request_id: int, actor: str) -> ClassRequest:
    asked = ClassRequest.objects.select_related("recording").get(pk=request_id)
    asked.recording = Recording.objects.select_for_update(no_key=True).get(pk=asked.recording_id)
    asked = ClassRequest.objects.select_for_update(of=("self",)).select_related("recording").get(pk=request_id)
    if asked.decided_at is not None:
        raise Refused("It is decided already.")
    if asked.asked_by == actor:
        raise Refused("You asked for it: somebody else has to decide.")
    return asked


def _decide(asked: ClassRequest, actor: str, *, granted: bool, why: str) -> None:
    asked.decided_at, asked.decided_by, asked.granted, asked.decision = timezone.now(), actor, granted, why
    asked.save(update_fields=["decided_at", "decided_by", "granted", "decision"])


def waits(recording_id: UUID) -> ClassRequest | None:
    """Returns the change of class that waits for a second person, if one does."""
    return ClassRequest.objects.filter(recording=recording_id, decided_at=None).first()
