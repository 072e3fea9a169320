"""Dash cameras on Novatek chips (VIOFO and many more): a `gps ` box that lists `freeGPS ` blocks among the pictures."""

from __future__ import annotations

import re
import struct
from datetime import datetime

from ..inside.findings import Findings, iso
from ..inside.movie import Movie
from . import FileName, Named

_NAME = re.compile(r"(\d{4})_(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})_(\d{3,6})([FRIT]?)", re.IGNORECASE)
_CLOCK = struct.Struct("<6I3c")  # hour, minute, second, year, month, day; fix, N/S, E/W
_PLACE = struct.Struct("<2f")  # degrees and minutes as NMEA packs them
MOST_BLOCKS = 20_000


def named(name: FileName) -> Named | None:
    """The clock of the name is the camera's own; the number counts files."""
    hit = _NAME.fullmatch(name.stem)
    if not hit:
        return None
    year, month, day, hour, minute, second, number, side = hit.groups()
    made = Named(maker="dash camera", device="dash camera", sequence=int(number))
    made.said.append(
        {"source": "name", "value": f"{year}-{month}-{day}T{hour}:{minute}:{second}", "by": "the file name"}
    )
    if side:
        made.tags["camera"] = {"F": "front", "R": "rear", "I": "inside", "T": "telephoto"}[side.upper()]
    return made


def movie(movie: Movie, found: Findings) -> None:
    """Reads one block a second. Its clock is UTC on some models and local on others, so no zone is said."""
    box = movie.holding(b"gps ")
    if box is None:
        return
    table = movie.feed.read_at(box.body + 8, min(box.end - box.body - 8, 8 * MOST_BLOCKS))
    points: list[tuple[int | None, float, float, int | None]] = []
    first: tuple[int, datetime] | None = None
    for second, (offset, _) in enumerate(struct.iter_unpack(">II", table[: len(table) // 8 * 8])):
        block = movie.feed.read_at(offset, 96)
        if block[4:12] != b"freeGPS " or len(block) < 84 or not (row := _row(block)):
            continue
        when, lat, lon = row
        first = first or (second * 1000, when)
        points.append((second * 1000, lat, lon, None))
    if first:
        found.habit = found.habit or "local"
        found.place(points, "dash camera GPS blocks in the file")
        found.say("recorder", iso(first[1]), moment="at", at_ms=first[0], by="the dash camera's GPS blocks")


def _row(block: bytes) -> tuple[datetime, float, float] | None:
    hour, minute, second, year, month, day, fix, ns, ew = _CLOCK.unpack_from(block, 48)
    lat, lon = _PLACE.unpack_from(block, 76)
    if fix != b"A" or ns not in (b"N", b"S") or ew not in (b"E", b"W") or not (0 <= lat <= 9000 and 0 <= lon <= 18000):
        return None
    try:
        when = datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second)
    except (ValueError, OverflowError):
        return None
    return when, _degrees(lat) * (-1 if ns == b"S" else 1), _degrees(lon) * (-1 if ew == b"W" else 1)


def _degrees(packed: float) -> float:
    degrees = int(packed // 100)
    return degrees + (packed - degrees * 100) / 60
