"""One dispatch explained: what was expected, which recordings matched by which rule and how sure, and the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from plainview.duties.activation.chart import Picture, Span, on_a_line
from plainview.duties.activation.models import Drift, Finding
from plainview.duties.activation.rules.finding import Status
from plainview.holdings.evidence.models import Recording

FLAG_WORDS = {
    "late_start": "The camera was switched on late",
    "early_stop": "The camera was switched off early",
    "gap": "There is a hole in the middle",
}
STATUS_WORDS = {
    Status.RECORDED: "Recorded from beginning to end",
    Status.PARTIAL: "Recorded in part",
    Status.EXCUSED: "Without footage, with a reason on record",
    Status.EXCLUDED: "No recording expected of this type of call",
    Status.PENDING: "No footage so far; its upload is not due yet",
    Status.NOT_RECORDED: "Not recorded, and nothing explains it",
}
REASON_WORDS = {
    "cancelled": "called off before anybody arrived",
    "no_camera_issued": "the officer had no body camera then, as the fleet list says",
    "camera_fault": "the camera was on record as broken",
}


@dataclass(frozen=True)
class Match:
    """One recording with why it is counted, and how sure that is."""

    recording: Recording
    rule: str
    sure: str
    start: datetime
    stop: datetime
    press: datetime
    drift: int  # seconds that were taken off


def matches(finding: Finding) -> list[Match]:
    """Returns the officer's and the car's matched recordings, by start."""
    own, car = set(finding.recordings), set(finding.in_car)
    found = Recording.objects.filter(pk__in=own | car).select_related("camera", "vehicle")
    drifts = _drifts(found)
    told = [_match(each, finding, each.pk in own, drifts) for each in found]
    return sorted(told, key=lambda match: (match.rule != OWN, match.start))


OWN = "the officer's body camera"


def _match(recording: Recording, finding: Finding, own: bool, drifts: Sequence[Drift]) -> Match:
    assert recording.start is not None
    assert recording.stop is not None
    drift = next((d for d in drifts if d.camera_id == recording.camera_id and _covers(d, recording.start)), None)
    seconds = drift.seconds if drift else 0
    off = timedelta(seconds=seconds)
    start, stop = recording.start - off, recording.stop - off
    shared = min(stop, finding.end) - max(start, finding.begin)
    rule = OWN if own else f"the camera of {recording.vehicle}"
    return Match(
        recording, rule, _sure(recording, shared, seconds), start, stop,
        (recording.trigger_on or recording.start) - off, seconds,
    )  # fmt: skip


def _sure(recording: Recording, shared: timedelta, drift: int) -> str:
    told = [f"{_minutes(shared)} in common"]
    if recording.trigger_on is None:
        told.append("the press is not known, so that its start is taken for it")
    if not recording.held_here:
        told.append("times as the other system states them")
    elif recording.time_basis:
        told.append("times as our own reading of the file says")
    if drift:
        told.append(f"its clock, {abs(drift)} seconds {'ahead' if drift > 0 else 'behind'}, corrected")
    return "; ".join(told)


def _minutes(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


def _drifts(recordings: Iterable[Recording]) -> list[Drift]:
    cameras = {each.camera_id for each in recordings if each.camera_id}
    return list(Drift.objects.filter(Q(camera__in=cameras), withdrawn_at__isnull=True))


def _covers(drift: Drift, at: datetime) -> bool:
    return drift.first <= at and (drift.last is None or at < drift.last)


def picture(finding: Finding, found: Sequence[Match]) -> Picture:
    """Returns expected time and recordings on one line of time."""
    spans = [Span("expected", "Expected", finding.begin, max(finding.begin, finding.end))]
    spans += [Span("body" if m.rule == OWN else "in-car", m.rule.capitalize(), m.start, m.stop, m.press) for m in found]
    return on_a_line(spans)


def sentences(finding: Finding) -> list[str]:
    """Returns what the finding says, sentence by sentence."""
    told = [STATUS_WORDS[Status(finding.status)] + "."]
    if finding.reason:
        told = [f"{told[0][:-1]}: {REASON_WORDS.get(finding.reason, finding.reason)}."]
    if "late_start" in finding.flags:
        told.append(f"{FLAG_WORDS['late_start']}, {_seconds(finding.late)} after the expected time began.")
    if "early_stop" in finding.flags:
        told.append(f"{FLAG_WORDS['early_stop']}, {_seconds(finding.early)} before it ended.")
    if "gap" in finding.flags:
        told.append(f"{FLAG_WORDS['gap']} that no camera of the officer recorded.")
    return told


def _seconds(number: int | None) -> str:
    return _minutes(timedelta(seconds=number or 0))
