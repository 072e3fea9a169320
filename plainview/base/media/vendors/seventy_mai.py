"""70mai dash cameras: NO/EV/PA names in local time, and a `GPS ` box of 36-byte rows."""

from __future__ import annotations

import re
import struct

from ..inside.findings import Findings
from ..inside.movie import Movie
from . import FileName, Named

LARGEST = 4 << 20
_NAME = re.compile(r"([A-Z]{2})(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-(\d{6})([FB]?)", re.IGNORECASE)
_MODES = {"NO": "continuous", "EV": "emergency", "PA": "parking", "LA": "time-lapse", "TL": "time-lapse"}
_ROW = struct.Struct("<IIIIcIcI")  # recorded, fix, second, meters an hour, N/S, latitude, E/W, longitude; 10 bytes more
_STEP = 36


def named(name: FileName) -> Named | None:
    """The clock of the name is the camera's own; the number counts files, whatever made them."""
    hit = _NAME.fullmatch(name.stem)
    if not hit or name.ending != "mp4":
        return None
    mode, year, month, day, hour, minute, second, number, side = hit.groups()
    made = Named(maker="70mai", device="70mai dash camera", sequence=int(number))
    made.said.append(
        {"source": "name", "value": f"{year}-{month}-{day}T{hour}:{minute}:{second}", "by": "the file name"}
    )
    made.tags["mode"] = _MODES.get(mode.upper(), mode.upper())
    if side:
        made.tags["camera"] = {"F": "front", "B": "rear"}[side.upper()]
    return made


def movie(movie: Movie, found: Findings) -> None:
    """Reads the rows of the box: one for each second, zeros where nothing was recorded."""
    box = movie.holding(b"GPS ")
    if box is None:
        return
    body = movie.feed.read_at(box.body, min(box.end - box.body, LARGEST))
    points: list[tuple[int | None, float, float, int | None]] = []
    for at in range(0, len(body) - _ROW.size + 1, _STEP):
        recorded, fix, second, _, ns, lat, ew, lon = _ROW.unpack_from(body, at)
        if not recorded:
            break
        if fix and second < 86_400 and ns in b"NSns" and ew in b"EWew":
            points.append((second * 1000, _degrees(lat, ns in b"Ss"), _degrees(lon, ew in b"Ww"), None))
    if points:
        found.habit = found.habit or "local"
        found.device = found.device or "70mai dash camera"
        found.place(points, "70mai GPS box in the file")


def _degrees(packed: int, negative: bool) -> float:
    """Degrees, then thousandths of minutes in five digits."""
    degrees = packed // 100_000 + packed % 100_000 / 60_000
    return -degrees if negative else degrees
