"""A technician decides what to make of a recording that waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.models import Officer
from plainview.holdings.evidence.actions import press
from plainview.holdings.evidence.actions.registration import unit_on
from plainview.holdings.evidence.models import File, Quarantine, Recording
from plainview.holdings.evidence.rules import Reason, Refused
from plainview.holdings.fleet import lookup as fleet
from plainview.holdings.fleet.models import Camera
from plainview.ledger.canonical import Json


class Verdict(StrEnum):
    """What a person can decide."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    NOT_EVIDENCE = "not-evidence"

    @property
    def sentence(self) -> str:
        """What it means, in plain words."""
        return {
            Verdict.ASSIGN: "What was missing is filled in",
            Verdict.ACCEPT: "Accepted as it is",
            Verdict.NOT_EVIDENCE: "Not evidence; kept all the same",
        }[self]


@dataclass(frozen=True)
class Decision:
    """What a person decided, and why. With `assign`, what is None stays as it was."""

    verdict: Verdict
    note: str
    camera: Camera | None = None
    officer: Officer | None = None
    start: datetime | None = None


# What an assignment answers. The others are about content: only a person's word settles them.
_ANSWERED_BY_CAMERA = {Reason.CAMERA_NOT_STATED, Reason.CAMERA_UNREGISTERED}
_ANSWERED_BY_OFFICER = {Reason.BADGE_UNKNOWN, Reason.NOBODY_CARRIED, Reason.OFFICER_DISPUTED}
_ANSWERED_BY_START = {Reason.START_IMPLAUSIBLE, Reason.START_UNKNOWN}


def resolve_quarantine(recording_id: UUID, decision: Decision, *, actor: str) -> Event:
    """Carries the decision out: nothing is deleted whatever it is, and what it leaves open stays open.

    Raises:
        Refused: nothing is open, a note is missing, or an assignment assigns nothing.
    """
    with transaction.atomic():
        recording = Recording.objects.select_for_update(no_key=True).get(pk=recording_id)
        open_rows = list(recording.quarantines.select_for_update().filter(resolved_at__isnull=True))
        _check(decision, open_rows)
        before = _facts(recording)
        found = _assign(recording, decision)
        answered = [row for row in open_rows if _answers(decision, recording, Reason(row.reason))]
        for row in answered:
            row.resolved_at, row.resolved_by = timezone.now(), actor
            row.resolution = f"{decision.verdict.sentence}. {decision.note}".strip()
            row.save()
        left = [Reason(row.reason) for row in open_rows if row not in answered]
        left += _ask(recording, [why for why in found if why not in left])
        recording.quarantined = any(reason.quarantines for reason in left)
        recording.save()
        return record(
            Kind.EVIDENCE_RECORDING_RESOLVED,
            recording.handle,
            actor=actor,
            facts={
                "verdict": decision.verdict.value,
                "note": decision.note,
                "answered": sorted(row.reason for row in answered),
                "open": sorted(reason.value for reason in left),
                "old": before,
                "new": _facts(recording),
            },
        )


def _check(decision: Decision, open_rows: list[Quarantine]) -> None:
    if not open_rows:
        raise Refused("Nothing about this recording is waiting for a decision. Somebody may have decided it just now.")
    if not decision.note.strip():
        raise Refused("Say in a few words why: whoever reads the history later has only this note.")
    if decision.verdict is Verdict.ASSIGN and not (decision.camera or decision.officer or decision.start):
        raise Refused("Fill in a camera, an officer or a start; or choose to accept the recording as it is.")


def _answers(decision: Decision, recording: Recording, reason: Reason) -> bool:
    if decision.verdict is not Verdict.ASSIGN:
        return True
    named = decision.officer is not None or (reason is Reason.NOBODY_CARRIED and recording.officer_id is not None)
    return (
        (decision.camera is not None and reason in _ANSWERED_BY_CAMERA)
        or (named and reason in _ANSWERED_BY_OFFICER)
        or (decision.start is not None and reason in _ANSWERED_BY_START)
    )


def _assign(recording: Recording, decision: Decision) -> list[Reason]:
    """Fills in what was decided; returns what has to be asked because of it."""
    if decision.verdict is not Verdict.ASSIGN:
        return []
    if decision.camera:
        recording.camera, recording.kind = decision.camera, decision.camera.kind
    if decision.start:
        _move(recording, decision.start, decision.note)
    asked = _carried(recording) if decision.officer is None and (decision.camera or decision.start) else []
    if decision.officer:
        recording.officer = decision.officer
    recording.unit = unit_on(recording.officer, recording.start)
    return asked


def _carried(recording: Recording) -> list[Reason]:
    """Once camera and start are known, the fleet list says who carried it; a blank is asked for, never guessed."""
    if recording.officer_id or recording.camera is None or recording.start is None:
        return []
    carry = fleet.carried_by(recording.camera.serial, recording.start)
    if carry is None:
        return [Reason.NOBODY_CARRIED]
    recording.officer, recording.vehicle = carry.officer, carry.vehicle
    return []


def _ask(recording: Recording, reasons: list[Reason]) -> list[Reason]:
    Quarantine.objects.bulk_create(
        Quarantine(recording=recording, reason=reason.value, opened_at=timezone.now()) for reason in reasons
    )
    return reasons


def _move(recording: Recording, start: datetime, note: str) -> None:
    """Puts the recording at its true time; what the files say of themselves is kept beside it."""
    files = list(recording.files.all())
    why = {"believed": start.isoformat(), "why": f"set by a person: {note}", "basis": "person"}
    old, at = recording.start, start
    for file in files:
        if old and file.start:
            press.shift(file, start - old)
        elif not old:
            at = _lay_out(file, at)
        file.time_basis = {**file.time_basis, **why, "believed": file.start.isoformat() if file.start else None}
    File.objects.bulk_update(files, ["start", "stop", "time_basis"])
    press.refresh(recording)


def _lay_out(file: File, at: datetime) -> datetime:
    """Places one of several files of unknown time after the one before; returns where the next begins."""
    if file.role != "footage":
        return at
    length = file.facts.get("duration_ms")
    file.start, file.stop = at, at + timedelta(milliseconds=length) if length is not None else None
    return file.stop or at


def _facts(recording: Recording) -> dict[str, Json]:
    return {
        "camera": recording.camera.serial if recording.camera else None,
        "officer": recording.officer.badge if recording.officer else None,
        "unit": recording.unit.name if recording.unit else None,
        "start": recording.start.isoformat() if recording.start else None,
        "stop": recording.stop.isoformat() if recording.stop else None,
    }
