"""PURE. One line of a table of recordings held elsewhere, or the reason why it can't go in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from plainview.holdings.evidence.rules import CLOCK_TOLERANCE, EARLIEST_START_YEAR, UNCLASSIFIED
from plainview.holdings.incidents.cells import BadRow, Cells, read_cells
from plainview.holdings.incidents.maps import Map, Place

FOLDER = Path(__file__).parent / "maps"
FIELDS = (
    "recording_id", "badge", "camera_serial", "kind", "vehicle", "trigger_on", "start", "stop", "uploaded", "class",
    "call_id", "title",
)  # fmt: skip
KINDS = ("body", "in-car", "interview")
_SLUG = re.compile(r"[^a-z0-9]+")
_OURS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class RecordingRow:
    """A recording as the file says it; moments in UTC."""

    row: int
    recording_id: str
    badge: str
    serial: str
    kind: str
    vehicle: str
    trigger_on: datetime | None
    start: datetime | None
    stop: datetime | None
    uploaded: datetime | None
    classes: tuple[str, ...]
    call_number: str
    title: str


def read_recording(
    row: int, cells: Sequence[str], places: Mapping[str, Place], layout: Map, zone: ZoneInfo | None, now: datetime
) -> RecordingRow:
    """Returns the recording. Raises BadRow with the first thing wrong."""
    found = read_cells(cells, places, layout, zone)
    trigger_on, start, stop, uploaded = (found.moment(name) for name in ("trigger_on", "start", "stop", "uploaded"))
    kind = found.text("kind").lower()
    if kind not in KINDS:
        raise found.wrong("kind", f"“{kind}” is no kind of camera. Write {', '.join(KINDS[:-1])} or {KINDS[-1]}.")
    _check_times(found, trigger_on, start, stop, uploaded, now)
    return RecordingRow(
        row=row,
        recording_id=found.text("recording_id"),
        badge=found.text("badge"),
        serial=found.text("camera_serial"),
        kind=kind,
        vehicle=found.text("vehicle"),
        trigger_on=trigger_on,
        start=start,
        stop=stop,
        uploaded=uploaded,
        classes=classes_of(found.text("class")),
        call_number=" ".join(found.text("call_id").upper().split()),
        title=found.text("title"),
    )


def _check_times(
    found: Cells,
    trigger_on: datetime | None,
    start: datetime | None,
    stop: datetime | None,
    uploaded: datetime | None,
    now: datetime,
) -> None:
    """A start that can't be known is stored with the blank shown; one that can't be true waits for a person."""
    if start is None and uploaded is None:
        raise found.wrong("start", "neither start nor upload: nothing says when.")
    if start is None and (stop or trigger_on):
        raise found.wrong("start", "empty, although the row says when it was triggered or stopped. Fill it in.")
    if start is not None and stop is not None and stop < start:
        raise found.wrong("stop", f"it stops at {stop:%H:%M:%S} UTC, before it starts at {start:%H:%M:%S} UTC.")
    if trigger_on is not None and stop is not None and trigger_on > stop:
        raise found.wrong("trigger_on", "the press lies after the stop.")
    if start is not None and (start > now + CLOCK_TOLERANCE or start.year < EARLIEST_START_YEAR):
        raise found.wrong("start", f"{start:%Y-%m-%d %H:%M} UTC can't be right: look at the camera's clock.")


def classes_of(text: str) -> tuple[str, ...]:
    """Returns the classes that a cell names, separated by semicolons; a name that is no id of ours is made into one."""
    names = (part.strip() for part in text.split(";"))
    ids = dict.fromkeys(each if _OURS.fullmatch(each) else _SLUG.sub("-", each.lower()).strip("-") for each in names)
    return tuple(sorted(each for each in ids if each and each != UNCLASSIFIED)) or (UNCLASSIFIED,)


__all__ = ["FIELDS", "FOLDER", "BadRow", "RecordingRow", "classes_of", "read_recording"]
