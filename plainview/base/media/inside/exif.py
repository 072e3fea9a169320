"""What a camera writes into a picture: time, zone, place, maker, serial number."""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Any

from .findings import Findings, iso, unix_ms

LARGEST = 256 << 10
MOST_ENTRIES = 500
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_MAKE, _MODEL, _EXIF, _GPS, _SHOT, _OFFSET, _SERIAL = 0x010F, 0x0110, 0x8769, 0x8825, 0x9003, 0x9011, 0xA431


def read(data: bytes, found: Findings) -> None:
    """Adds the picture's own words; anything that doesn't hold together is passed over."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if not order or len(data) < 8:
        return
    main = _entries(data, order, struct.unpack_from(order + "I", data, 4)[0])
    shot = _entries(data, order, _number(main.get(_EXIF)))
    place = _entries(data, order, _number(main.get(_GPS)))
    words = [w for w in (_text(main.get(_MAKE)), _text(main.get(_MODEL))) if w]
    found.device = found.device or " ".join(words) or None
    found.serial = found.serial or _text(shot.get(_SERIAL)) or None
    when = _time(_text(shot.get(_SHOT)), "%Y:%m:%d %H:%M:%S")
    if when:
        found.say("container", iso(when), zone=_text(shot.get(_OFFSET)) or None, habit="local", by="the camera")
    _place(place, found)


def _place(place: dict[int, Any], found: Findings) -> None:
    lat, lon = _degrees(place.get(2), place.get(1)), _degrees(place.get(4), place.get(3))
    clock, day = place.get(7), _text(place.get(29))
    utc = None
    if isinstance(clock, tuple) and len(clock) == 3 and day:
        hour, minute, second = (int(part) for part in clock)
        utc = _time(f"{day} {hour:02}:{minute:02}:{second:02}", "%Y:%m:%d %H:%M:%S")
    if utc:
        found.say("gps", iso(utc), zone="UTC", by="satellite time in the picture")
    if lat is not None and lon is not None:
        found.place([(None, lat, lon, unix_ms(utc) if utc else None)], "place in the picture")


def _entries(data: bytes, order: str, at: int) -> dict[int, Any]:
    if not 8 <= at <= len(data) - 2:
        return {}
    count = min(struct.unpack_from(order + "H", data, at)[0], MOST_ENTRIES)
    made: dict[int, Any] = {}
    for n in range(count):
        if (start := at + 2 + 12 * n) + 12 > len(data):
            break
        tag, kind, length = struct.unpack_from(order + "HHI", data, start)
        size = _WIDTHS.get(kind, 0) * length
        if 0 < size <= 4096:
            place = start + 8 if size <= 4 else struct.unpack_from(order + "I", data, start + 8)[0]
            made[tag] = _value(data[place : place + size], order, kind, length)
    return made


def _value(raw: bytes, order: str, kind: int, length: int) -> Any:
    if kind in (2, 7):
        return raw
    if kind in (5, 10):
        code = "I" if kind == 5 else "i"
        flat = struct.unpack(f"{order}{len(raw) // 4}{code}", raw[: len(raw) // 4 * 4])
        return tuple(a / b if b else 0.0 for a, b in zip(flat[::2], flat[1::2], strict=False))
    code = {1: "B", 3: "H", 4: "I", 9: "i"}[kind]
    width = struct.calcsize(code)
    return struct.unpack(f"{order}{len(raw) // width}{code}", raw[: len(raw) // width * width])


def _number(value: Any) -> int:
    return int(value[0]) if isinstance(value, tuple) and value else 0


def _text(value: Any) -> str:
    return value.split(b"\0")[0].decode("latin-1").strip() if isinstance(value, bytes) else ""


def _time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _degrees(value: Any, side: Any) -> float | None:
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    made = float(value[0] + value[1] / 60 + value[2] / 3600)
    return -made if _text(side)[:1] in ("S", "W") else made
