"""Axis Body Worn: one container (folder) a recording, clips named by their start in UTC, a GPS trail and bookmarks."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from ..inside.findings import Findings, iso, unix_ms
from . import FileName, Named

# <UserID>_<BWCSerialNumber>_<TriggerOnTime>; the time is the press, not the start with its buffer.
_CONTAINER = re.compile(r"(.+)_([A-Za-z0-9-]+)_(\d{8}T\d{6})Z")
_CLIP = re.compile(r"(\d{8})[_T]?(\d{6})Z?_([A-Za-z0-9-]+)")
_TRAIL = re.compile(r"(\d{8})_(\d{6})_([A-Za-z0-9-]+)_([A-Za-z0-9-]+)_gpstrail", re.IGNORECASE)
_BOOKMARK = re.compile(r"bookmark_([0-9TZ:_-]+?)_([A-Za-z0-9-]+)")
_WKT = re.compile(r"POINT\s*\(\s*([-\d.]+)\s+([-\d.]+)", re.IGNORECASE)
# Clips of one recording are put in order by their start, counted from a day before any was made.
_COUNTED_FROM = datetime(2015, 1, 1)


def named(name: FileName) -> Named | None:
    """Clips count only inside their container's folder: alone, such a name could be anyone's local time."""
    trail = _TRAIL.fullmatch(name.stem) if name.ending == "json" else None
    # Saved out of its container, a recording is called after it: by itself, or before the clip's own name.
    own, _, rest = name.stem.partition(".")
    container = _CONTAINER.fullmatch(name.folder) or _CONTAINER.fullmatch(own)
    if not (container or trail):
        return None
    made = Named(maker="Axis", device="Axis body-worn camera")
    if container:
        made.press, made.serial = f"axis:{container[0]}", container[2]
        made.tags["user"] = container[1]
        _say(made, "folder", container[3], "%Y%m%dT%H%M%S", "trigger", "the name of the recording's container")
    stem = rest if container and container[0] == own else name.stem
    if trail:
        made.sidecar, made.serial = True, made.serial or trail[4]
        made.press = made.press or f"axis:{trail[3]}"
        _say(made, "name", trail[1] + trail[2], "%Y%m%d%H%M%S", "start", "the name of the GPS trail")
    elif mark := _BOOKMARK.match(stem):
        made.sidecar = True
        made.tags["bookmark"] = mark[1]
    elif clip := _CLIP.fullmatch(stem):
        made.sidecar = name.ending == "key"
        start = _say(made, "name", clip[1] + clip[2], "%Y%m%d%H%M%S", "start", "the name of the clip")
        made.sequence = int((start - _COUNTED_FROM).total_seconds()) if start else None
    return made


def sidecar(kind: str, data: bytes, found: Findings) -> bool:
    """The GPS trail: places with seconds from the recording's start and times in UTC."""
    if kind != "json" or b"CoordinateEntries" not in data[:4096]:
        return False
    try:
        entries = json.loads(data)["CoordinateEntries"]
    except (ValueError, TypeError, KeyError, RecursionError):
        found.trouble("The GPS trail is not understood: its JSON is damaged.")
        return True
    rows = [row for entry in entries[:200_000] if (row := _entry(entry))] if isinstance(entries, list) else []
    found.place([(at, lat, lon, utc) for at, lat, lon, utc in rows], "Axis GPS trail")
    timed = [(at, utc) for at, _, _, utc in rows if at is not None and utc is not None]
    if timed:
        start = datetime.fromtimestamp((timed[0][1] - timed[0][0]) / 1000, UTC).replace(tzinfo=None)
        found.say("sidecar", iso(start), zone="UTC", by="the camera's GPS trail")
    return True


def _entry(entry: Any) -> tuple[int | None, float, float, int | None] | None:
    try:
        place = _WKT.search(entry["LocationWKT"])
        if place is None:
            return None
        seconds, said = entry.get("SecondsFromStart"), entry.get("Timestamp")
        utc = datetime.fromisoformat(said).astimezone(UTC).replace(tzinfo=None) if said else None
        at = round(float(seconds) * 1000) if seconds is not None else None
        return at, float(place[2]), float(place[1]), unix_ms(utc) if utc else None
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return None


def _say(made: Named, source: str, text: str, form: str, moment: str, by: str) -> datetime | None:
    try:
        when = datetime.strptime(text, form)
    except ValueError:
        return None
    made.said.append({"source": source, "value": iso(when), "zone": "UTC", "moment": moment, "by": by})
    return when
