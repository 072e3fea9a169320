"""How long one recording is kept: its classes under the policies, and what holds it beyond them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils import timezone

from plainview.base.policy import lookup as policy
from plainview.base.policy.rules import HoldState, KeepUntil, MatterState
from plainview.holdings.evidence.models import Hold, Recording, RecordingCall, RecordingMatter
from plainview.holdings.incidents.models import Matter, MatterCall

NOT_SHOWN = "(not shown to you)"


def kept_until(recording: Recording, on: date | None = None) -> KeepUntil:
    """Returns how long the recording is kept, why, and by which clause, with the matters and holds that hold it."""
    return policy.judge(
        recording.classes,
        timezone.localdate(recording.start) if recording.start else None,
        matters_of(recording),
        holds_of(recording),
        uploaded_day=timezone.localdate(recording.uploaded),
        on=on,
    )


def kept_many(recordings: Sequence[Recording], on: date | None = None) -> dict[UUID, KeepUntil]:
    """Returns the same for the recordings of a page, in a handful of queries however many they are."""
    ids = [recording.pk for recording in recordings]
    matters, holds, terms = _matters_by(ids), _holds_by(ids), policy.terms()
    return {
        recording.pk: policy.judge(
            recording.classes,
            timezone.localdate(recording.start) if recording.start else None,
            matters.get(recording.pk, ()),
            holds.get(recording.pk, ()),
            uploaded_day=timezone.localdate(recording.uploaded),
            on=on,
            known_terms=terms,
        )
        for recording in recordings
    }


def _matters_by(ids: Sequence[UUID]) -> dict[UUID, list[MatterState]]:
    direct = RecordingMatter.objects.filter(recording__in=ids).values_list("recording_id", "matter_id")
    through = RecordingCall.objects.filter(recording__in=ids, call__mattercall__isnull=False)
    ties = set(direct) | set(through.values_list("recording_id", "call__mattercall__matter_id"))
    matters = Matter.objects.in_bulk({matter for _, matter in ties})
    found: dict[UUID, list[MatterState]] = defaultdict(list)
    for recording, pk in sorted(ties, key=lambda tie: matters[tie[1]].number):
        each = matters[pk]
        found[recording].append(MatterState(each.number, each.kind, each.status, each.status_on))
    return found


def _holds_by(ids: Sequence[UUID]) -> dict[UUID, list[HoldState]]:
    found: dict[UUID, list[HoldState]] = defaultdict(list)
    for each in Hold.objects.filter(recording__in=ids, lifted_at__isnull=True).order_by("pk"):
        found[each.recording_id].append(_state(each))
    return found


def _state(hold: Hold) -> HoldState:
    return HoldState(f"hold-{hold.pk}", hold.reason, tuple(filter(None, [hold.lift_asked_by])))


def masked(kept: KeepUntil, hidden: Collection[str]) -> KeepUntil:
    """Returns the same without the numbers of matters of kinds that the reader is not told."""
    secret = [m.id for m in kept.matters if m.kind in hidden]
    if not secret:
        return kept
    shown = tuple(replace(m, kind="matter", id=NOT_SHOWN) if m.kind in hidden else m for m in kept.matters)
    reasons = tuple(
        replace(r, because=_without(r.because, secret), step=_without(r.step, secret)) for r in kept.reasons
    )
    return replace(kept, matters=shown, reasons=reasons)


def _without(text: str, secret: Collection[str]) -> str:
    for number in secret:
        text = text.replace(number, NOT_SHOWN)
    return text


def matters_of(recording: Recording) -> list[MatterState]:
    """Returns where the matters stand that the recording is linked to, directly or through its call."""
    return [MatterState(each.number, each.kind, each.status, each.status_on) for each in linked_matters(recording)]


def linked_matters(recording: Recording) -> list[Matter]:
    """Returns the matters that the recording is linked to, directly or through its call, by number."""
    # As two lists of few: joined with "or" the database would walk every tie of the department. What another matter
    # took over has no ties left, so it is never here.
    direct = RecordingMatter.objects.filter(recording=recording).values("matter")
    through = MatterCall.objects.filter(call__recording_ties__recording=recording).values("matter")
    return list(Matter.objects.filter(pk__in=direct.union(through)).order_by("number"))


def holds_of(recording: Recording) -> list[HoldState]:
    """Returns the holds that people placed on it and two people have not lifted."""
    standing = recording.person_holds.filter(lifted_at__isnull=True).order_by("pk")
    return [_state(each) for each in standing]
