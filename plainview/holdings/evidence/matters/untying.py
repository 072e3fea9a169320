"""Takes a call or a recording off a matter. It may let footage go, so it takes two people, as lifting a hold does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, record, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.policy.lookup import current_hash
from plainview.holdings.evidence.models import Recording, RecordingMatter, UntieRequest
from plainview.holdings.evidence.naming import matter_fact, recording_fact
from plainview.holdings.evidence.rules import Refused, reason_given
from plainview.holdings.incidents.models import Call, Matter, MatterCall
from plainview.ledger.canonical import Json


@transaction.atomic
def ask_to_untie(
    matter: Matter, reason: str, *, actor: str, call: Call | None = None, recording: Recording | None = None
) -> UntieRequest:
    """Asks for a call, or a recording that is tied directly, to be taken off. It stays until a second person agrees.

    Raises rules.Refused.
    """
    Matter.objects.select_for_update().get(pk=matter.pk)
    if not _tied(matter, call, recording):
        raise Refused("It is not tied to this matter directly, so there is nothing to take off.")
    if UntieRequest.objects.filter(matter=matter, call=call, recording=recording, decided_at=None).exists():
        raise Refused("Somebody asked for that already. A second person has to agree.")
    asked = UntieRequest.objects.create(
        matter=matter,
        call=call,
        recording=recording,
        reason=reason_given(reason),
        asked_at=timezone.now(),
        asked_by=actor,
    )
    _tell(Kind.INCIDENTS_MATTER_UNLINK_ASKED, asked, actor, asked.reason)
    return asked


@transaction.atomic
def agree_to_untie(request_id: int, *, actor: str) -> UntieRequest:
    """Takes it off: the second of the two people, never the one who asked. Raises rules.Refused."""
    asked = _waiting(request_id)
    if asked.asked_by == actor:
        raise Refused("You asked for this: somebody else has to agree.")
    _close(asked, actor, granted=True)
    if not _take_off(asked):
        raise Refused("It is no longer tied to this matter.")
    told = [Entry(Kind.INCIDENTS_MATTER_UNLINKED, asked.matter.handle, _facts(asked, asked.reason))]
    if asked.recording is not None:  # why stays with the matter: the recording's history goes to more people
        said: dict[str, Json] = {"matter": matter_fact(asked.matter.handle)}
        told.append(Entry(Kind.EVIDENCE_RECORDING_UNLINKED, asked.recording.handle, said))
    record_many(told, actor=actor, policy=current_hash())
    return asked


@transaction.atomic
def refuse_to_untie(request_id: int, reason: str, *, actor: str) -> UntieRequest:
    """Leaves it tied; the one who asked takes the wish back by this, too. Raises rules.Refused."""
    asked = _waiting(request_id)
    asked.decision = reason_given(reason)
    _close(asked, actor, granted=False)
    _tell(Kind.INCIDENTS_MATTER_UNLINK_REFUSED, asked, actor, asked.decision)
    return asked


def _tied(matter: Matter, call: Call | None, recording: Recording | None) -> bool:
    if call is not None:
        return MatterCall.objects.filter(matter=matter, call=call).exists()
    return RecordingMatter.objects.filter(matter=matter, recording=recording).exists()


def _waiting(request_id: int) -> UntieRequest:
    """Returns what still waits, locked; of two people at the same moment the second waits."""
    rows = UntieRequest.objects.select_for_update(of=("self",)).select_related("matter", "call", "recording")
    asked = rows.get(pk=request_id)
    if asked.decided_at is not None:
        raise Refused("It is decided already.")
    return asked


def _close(asked: UntieRequest, actor: str, *, granted: bool) -> None:
    asked.decided_at, asked.decided_by, asked.granted = timezone.now(), actor, granted
    asked.save(update_fields=["decided_at", "decided_by", "granted", "decision"])


def _take_off(asked: UntieRequest) -> bool:
    if asked.call_id is not None:
        return bool(MatterCall.objects.filter(matter=asked.matter_id, call=asked.call_id).delete()[0])
    return bool(RecordingMatter.objects.filter(matter=asked.matter_id, recording=asked.recording_id).delete()[0])


def _tell(kind: Kind, asked: UntieRequest, actor: str, why: str) -> None:
    record(kind, asked.matter.handle, actor=actor, facts=_facts(asked, why), policy=current_hash())


def _facts(asked: UntieRequest, why: str) -> dict[str, Json]:
    facts: dict[str, Json] = {"why": why}
    if asked.call is not None:
        facts["call"] = asked.call.number
    if asked.recording is not None:
        facts["recording"] = recording_fact(asked.recording.handle)
    return facts
