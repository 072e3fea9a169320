"""Motorola (WatchGuard): names with officer, local minute, camera and segment; V300 pairs of JSON and WebVTT."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from ..inside.findings import Findings, iso
from ..inside.script import decode
from . import FileName, Named

_NAME = re.compile(r"([A-Za-z][A-Za-z'.-]*)_(\d{12})_([A-Z0-9]{3,20})-(\d{1,3})")
_CUE = re.compile(r"(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})\s+-->")
_PLACE = re.compile(r"([NS])\s*([\d.]+)[°\s,]+([EW])\s*([\d.]+)", re.IGNORECASE)
MOST_CUES = 200_000


def named(name: FileName) -> Named | None:
    """Segments of one press share everything but the last number, and the minute may move on with it."""
    hit = _NAME.fullmatch(name.stem)
    if not hit:
        return None
    officer, clock, serial, part = hit.groups()
    day = f"{clock[:4]}-{clock[4:6]}-{clock[6:8]}"
    return Named(
        maker="Motorola",
        device="Motorola body-worn camera",
        serial=serial,
        sequence=int(part),
        said=[{"source": "name", "value": f"{day}T{clock[8:10]}:{clock[10:]}", "by": "the file name"}],
        tags={"officer": re.sub(r"([a-z])([A-Z])", r"\1 \2", officer)},
    )


def sidecar(kind: str, data: bytes, found: Findings) -> bool:
    """The JSON states times in UTC; each WebVTT cue is JSON with place and officer."""
    text = decode(data)
    if kind == "json" and text and '"DataPoints"' in text:
        return _points(text, found)
    if kind == "vtt" and text and "gpsCoordinates" in text:
        return _cues(text, found)
    return False


def _points(text: str, found: Findings) -> bool:
    try:
        points = json.loads(text)["DataPoints"]
        first = next(p["Time"] for p in points if isinstance(p, dict) and "Time" in p)
        moment = datetime.fromisoformat(first)
    except (ValueError, TypeError, KeyError, StopIteration, RecursionError):
        found.trouble("The camera's JSON is not understood: no data point with a time.")
        return True
    zone = "UTC"
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    found.say(
        "sidecar", iso(moment.replace(microsecond=moment.microsecond // 1000 * 1000)), zone=zone, by="JSON of a V300"
    )
    found.device = found.device or "Motorola V300"
    return True


def _cues(text: str, found: Findings) -> bool:
    places: list[tuple[int | None, float, float, int | None]] = []
    at_ms: int | None = None
    for line in text.splitlines()[:MOST_CUES]:
        if cue := _CUE.match(line.strip()):
            hours, minutes, seconds, thousandths = cue.groups()
            at_ms = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)
        elif line.lstrip().startswith("{"):
            said = _json(line)
            if hit := _PLACE.search(str(said.get("gpsCoordinates", ""))):
                lat = float(hit[2]) * (-1 if hit[1] in "Ss" else 1)
                lon = float(hit[4]) * (-1 if hit[3] in "Ww" else 1)
                places.append((at_ms, lat, lon, None))
            found.tag("officer", str(said.get("officer") or ""))
    found.place(places, "WebVTT of a V300")
    found.device = found.device or "Motorola V300"
    return True


def _json(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
