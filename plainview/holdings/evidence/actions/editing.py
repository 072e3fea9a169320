"""What people say of a recording: its classes, its call number, its title. Every change keeps the old value."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence import rules
from plainview.holdings.evidence.actions.lowering import ask_to_lower
from plainview.holdings.evidence.actions.marking import mark
from plainview.holdings.evidence.actions.tying import tie_recordings, untie_numbers
from plainview.holdings.evidence.lowering import lowers, needs_second
from plainview.holdings.evidence.models import Recording


def set_classes(recording_id: UUID, wanted: Iterable[str], *, actor: str, reason: str = "") -> Event | None:
    """Makes the recording bear exactly these classes of the policy in force; without any it is unclassified.

    Where that lowers it after an arrest or force, a second person is asked instead, and a reason is needed: then the
    event says so. Returns the event, or None where nothing changes. Raises rules.Refused.
    """
    with transaction.atomic():
        recording = _locked(recording_id)
        before = sorted(recording.classes)
        after = rules.class_change(before, wanted, _known_classes())
        if before == after:
            return None
        if recording.pk in needs_second([recording.pk]) and lowers(before, after, policy.current_policy()):
            return ask_to_lower([(recording, after)], reason, actor=actor)[0]
        mark(recording, before, after, actor, reason)
        recording.classes = after
        recording.save(update_fields=["classes"])
        return record(
            Kind.EVIDENCE_RECORDING_CLASSED,
            recording.handle,
            actor=actor,
            policy=policy.current_hash(),
            facts={"old": list(before), "new": list(after), "reason": reason},
        )


def _known_classes() -> list[str]:
    in_force = policy.current_policy()
    return [each.id for each in in_force.classes] if in_force else []


def set_call_number(recording_id: UUID, text: str, *, actor: str) -> Event | None:
    """Sets the number of the call that the recording belongs to, and ties it to that call; empty text takes it away.

    Returns the event, or None where nothing changes. Raises rules.Refused for what is not a call number.
    """
    with transaction.atomic():
        event = _set(recording_id, "call_number", rules.call_number(text), Kind.EVIDENCE_RECORDING_CALL_NUMBERED, actor)
        if event is not None:
            untie_numbers([recording_id], actor=actor)
            tie_recordings([recording_id], actor=actor)
        return event


def set_title(recording_id: UUID, text: str, *, actor: str) -> Event | None:
    """Sets the title that people see in lists; empty text takes it away.

    Returns the event, or None where nothing changes. Raises rules.Refused for a title that is too long.
    """
    return _set(recording_id, "title", rules.title(text), Kind.EVIDENCE_RECORDING_TITLED, actor)


def _set(recording_id: UUID, field: str, value: str, kind: Kind, actor: str) -> Event | None:
    with transaction.atomic():
        recording = _locked(recording_id)
        before = getattr(recording, field)
        if before == value:
            return None
        setattr(recording, field, value)
        recording.save(update_fields=[field])
        return record(kind, recording.handle, actor=actor, facts={"old": before, "new": value})


def _locked(recording_id: UUID) -> Recording:
    # NO KEY: a new file of the same press may still point at it meanwhile
    found = Recording.objects.select_for_update(no_key=True).get(pk=recording_id)
    rules.require_living(found.destroyed_at)
    return found
