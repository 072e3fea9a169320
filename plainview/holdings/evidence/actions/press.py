"""Which recording a new file belongs to, and how far the recording reaches with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from plainview.holdings.evidence.actions.arriving import Arriving
from plainview.holdings.evidence.grouping import ONE_PRESS_WITHIN, Segment, joins
from plainview.holdings.evidence.models import File, Recording
from plainview.ledger.canonical import Json

NEIGHBORS = 200  # recordings of one camera that are compared
SAME_BYTES = "the same bytes of the same camera at the same time are here already"


def recording_of(case: Arriving, twin: File | None, beside: File | None = None) -> tuple[Recording | None, str | None]:
    """Returns the recording that the file belongs to, locked, and why; (None, None) where it begins one."""
    if twin is not None and _same_place(case, twin) and (there := _locked(twin.recording_id)):
        return there, SAME_BYTES
    for recording in _neighbors(case):
        why = joins(case.segment, [segment_of(file) for file in recording.files.all()])
        if why and (near := _locked(recording.pk)):
            return near, why
    if beside is not None and (its := _locked(beside.recording_id)):
        return its, f"it lay beside {beside.name} under the same name"
    return None, None


def segment_of(file: File) -> Segment:
    """Returns a registered file as a part of a press."""
    sequence = file.facts.get("sequence")
    return Segment(file.name, file.role, file.press, sequence, file.start, file.stop)


def _same_place(case: Arriving, twin: File) -> bool:
    there = twin.recording
    same_camera = (
        there.camera_id == case.camera.pk if case.camera else not there.camera_id and there.serial == case.serial
    )
    return same_camera and twin.start == case.start


def _locked(recording_id: UUID) -> Recording | None:
    """Returns the recording, locked; None for one that was destroyed, also a moment ago: nothing is added to it."""
    found = Recording.objects.select_for_update(of=("self",), no_key=True).get(pk=recording_id)
    return None if found.destroyed_at else found


def _neighbors(case: Arriving) -> list[Recording]:
    """Recordings of the same camera that are near in time or share the name of the press, nearest first."""
    if not case.serial:
        return []
    same = Q(camera=case.camera) if case.camera else Q(camera=None, serial=case.serial)
    near = Q()
    if case.facts.press:
        near |= Q(files__press=case.facts.press)
    if case.start:
        first, last = case.start - ONE_PRESS_WITHIN, (case.stop or case.start) + ONE_PRESS_WITHIN
        near |= Q(listed_at__range=(first, last))
    if not near:
        return []
    found = (
        Recording.objects.filter(same & near, held_here=True, destroyed_at=None).prefetch_related("files").distinct()
    )
    anchor = case.start or case.now
    return sorted(found.order_by("-listed_at")[:NEIGHBORS], key=lambda each: abs(each.listed_at - anchor))


def refresh(recording: Recording) -> None:
    """Sets the recording's span, length and size from its files, and saves it."""
    files = list(recording.files.select_related("object"))
    parts = [f for f in files if f.role == "footage" and not _is_copy(f, files)]
    lengths = [f.facts["duration_ms"] for f in parts if f.facts.get("duration_ms") is not None]
    timed = sorted((f for f in parts or files if f.start), key=lambda f: f.start or recording.uploaded)
    recording.size = sum(f.object.size for f in files)
    recording.duration_ms = sum(lengths) if lengths else None
    recording.start = timed[0].start if timed else None
    recording.stop = _latest(timed)
    recording.listed_at = recording.start or recording.uploaded
    recording.press = next((f.press for f in parts if f.press), "")
    recording.time_basis = (timed or files)[0].time_basis
    recording.has_picture = any(_has_picture(f) for f in parts)
    recording.save()


def _is_copy(file: File, files: list[File]) -> bool:
    return any(file.duplicate_of_id == other.pk for other in files)


def _latest(timed: list[File]) -> datetime | None:
    return max((f.stop for f in timed if f.stop), default=None)


def _has_picture(file: File) -> bool:
    return any(stream.get("kind") == "video" for stream in file.facts.get("streams") or [])


def extent(recording: Recording) -> dict[str, Json]:
    """Returns what history keeps of a recording's span."""

    def written(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "start": written(recording.start),
        "stop": written(recording.stop),
        "trigger_on": written(recording.trigger_on),
        "duration_ms": recording.duration_ms,
        "size": recording.size,
    }


def shift(file: File, by: timedelta) -> None:
    """Moves a file in time; the caller saves it."""
    file.start = file.start + by if file.start else None
    file.stop = file.stop + by if file.stop else None
