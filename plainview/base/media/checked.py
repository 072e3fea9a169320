"""What the worker answers, checked value by value: a hostile file may have taken it over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from .errors import MediaError
from .facts import Point, Said, Stream
from .inside.kinds import KINDS
from .limits import MOST_POINTS, MOST_TEXT

_LARGEST = 1 << 48
_STREAM_WORDS = ("kind", "codec", "profile", "pixels", "fps", "language")
_STREAM_NUMBERS = ("width", "height", "rotation", "frames", "sample_rate", "channels", "bit_rate")
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?)?)?")
_ZONE = re.compile(r"UTC|[+-]\d{2}:\d{2}")
_SOURCES = ("gps", "recorder", "sidecar", "container", "written")
_MOMENTS = ("start", "trigger", "end", "at")


def text(value: Any, most: int = MOST_TEXT) -> str:
    """Returns one line of printable text, cut to a length; anything else becomes nothing."""
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else " " for c in value[: 4 * most]).strip()[:most]


def number(value: Any, least: int = 0, most: int = _LARGEST) -> int | None:
    """Returns a whole number within bounds, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= most else None


def kind(value: Any) -> str | None:
    """Returns a known kind of file."""
    return value if isinstance(value, str) and value in KINDS else None


def streams(value: Any) -> list[Stream]:
    """Returns at most 64 streams of known keys."""
    made: list[Stream] = []
    for raw in _list(value)[:64]:
        if isinstance(raw, Mapping):
            words = {key: text(raw.get(key), 40) for key in _STREAM_WORDS}
            counts = {key: number(raw.get(key)) for key in _STREAM_NUMBERS}
            kept = {k: v for k, v in words.items() if v} | {k: v for k, v in counts.items() if v is not None}
            made.append(cast(Stream, kept))
    return made


def said(value: Any) -> list[Said]:
    """Returns at most 40 stated times in their one form."""
    made = []
    for raw in _list(value)[:40]:
        if not isinstance(raw, Mapping) or raw.get("source") not in _SOURCES or raw.get("moment") not in _MOMENTS:
            continue
        stated, zone, habit = text(raw.get("value"), 40), raw.get("zone"), raw.get("habit")
        if not _ISO.fullmatch(stated):
            continue
        made.append(
            Said(
                source=str(raw["source"]),
                value=stated,
                zone=zone if isinstance(zone, str) and _ZONE.fullmatch(zone) else None,
                moment=str(raw["moment"]),
                at_ms=number(raw.get("at_ms"), -_LARGEST) or 0,
                habit=habit if habit in ("UTC", "local") else None,
                by=text(raw.get("by"), 80),
            )
        )
    return made


def points(value: Any) -> list[Point]:
    """Returns positions that lie on the earth."""
    made = []
    for raw in _list(value)[:MOST_POINTS]:
        if not isinstance(raw, list) or len(raw) != 4:
            continue
        lat, lon = number(raw[1], -90_000_000, 90_000_000), number(raw[2], -180_000_000, 180_000_000)
        if lat is not None and lon is not None:
            made.append(Point(number(raw[0], -_LARGEST), lat, lon, number(raw[3], -_LARGEST)))
    return made


def texts(value: Any, most: int = 20) -> list[str]:
    """Returns at most so many sentences."""
    return [t for t in (text(raw) for raw in _list(value)[:most]) if t]


def tags(value: Any) -> dict[str, str]:
    """Returns at most 40 words with their names."""
    if not isinstance(value, Mapping):
        return {}
    pairs = ((text(k, 40), text(v)) for k, v in list(value.items())[:40])
    return {k: v for k, v in pairs if k and v}


def numbers(answer: Any, *names: str, most: int = 1 << 32) -> tuple[int, ...]:
    """Returns the named numbers of an answer.

    Raises:
        MediaError: one is missing or out of bounds.
    """
    found = [number(answer.get(name), 0, most) if isinstance(answer, Mapping) else None for name in names]
    if any(n is None for n in found):
        raise MediaError("The decoder's answer is not understood.")
    return tuple(n for n in found if n is not None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
