"""GoPro's telemetry format: keys of four letters, nested, big-endian. Read for position and satellite time only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_KEYS = 5_000  # of one payload
_STRUCT = {"b": "b", "B": "B", "s": "h", "S": "H", "l": "i", "L": "I", "j": "q", "J": "Q", "f": "f", "d": "d"}
_STRUCT |= {"q": "i", "Q": "q", "F": "4s", "G": "16s", "U": "16s", "c": "c"}
_GPS_EPOCH = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fix:
    """One position; `part` says how far into its payload it lies, from 0 to 1."""

    part: float
    lat: float
    lon: float
    utc: datetime | None = None  # naive UTC
    clock: float | None = None  # seconds of a drone's own clock, where it gives no other time


@dataclass(slots=True)
class Payload:
    """What one payload (about a second) says."""

    device: str | None = None
    utc: datetime | None = None  # satellite time at its beginning, naive UTC
    fixes: list[Fix] = field(default_factory=list)
    fine: bool = False  # the fixes have a time each
    boot: tuple[float, datetime] | None = None  # a drone's own clock (seconds) and what it was in UTC


@dataclass(slots=True)
class _Stream:
    """The settled values of one stream, which apply to the samples that follow."""

    scale: list[float] = field(default_factory=list)
    types: str = ""
    locked: bool = True
    utc: datetime | None = None


def keys(data: bytes | memoryview) -> Iterator[tuple[bytes, str, int, int, memoryview]]:
    """Yields key, type letter, size of one, how many, and the bytes. Ends quietly where the data does."""
    view, at, left = memoryview(data), 0, MOST_KEYS
    while at + 8 <= len(view) and left:
        key, letter, size = bytes(view[at : at + 4]), chr(view[at + 4]), view[at + 5]
        count = view[at + 6] << 8 | view[at + 7]
        end = at + 8 + size * count
        if not key.isalnum() and b" " not in key and b"_" not in key:
            return
        if end > len(view):
            return
        yield key, letter, size, count, view[at + 8 : end]
        at, left = at + 8 + (size * count + 3 & ~3), left - 1


def read_payload(data: bytes | memoryview) -> Payload:
    """Returns what the payload says. Positions without a lock are left out."""
    payload = Payload()
    for key, letter, _, _, body in keys(data):
        if key == b"DEVC" and letter == "\0":
            _device(body, payload)
    return payload


def _device(data: memoryview, payload: Payload) -> None:
    for key, letter, _, _, body in keys(data):
        if key == b"DVNM" and (name := _text(body)) not in ("Camera", ""):
            payload.device = payload.device or name
        elif key == b"STRM" and letter == "\0":
            _stream(body, payload)


def _stream(data: memoryview, payload: Payload) -> None:
    stream = _Stream()
    for key, letter, size, count, body in keys(data):
        if key == b"SCAL":
            stream.scale = [float(n) for n in _values(letter, body)]
        elif key == b"TYPE":
            stream.types = _text(body)
        elif key == b"GPSF":
            stream.locked = int.from_bytes(body[:4], "big") >= 2
        elif key == b"GPSU":
            stream.utc = _gpsu(bytes(body))
        elif key in _READERS:
            _READERS[key](stream, payload, letter, size, count, body)


def _gps5(stream: _Stream, payload: Payload, letter: str, size: int, count: int, body: memoryview) -> None:
    if not stream.locked or letter != "l" or size < 8 or payload.fine:
        return
    payload.utc = stream.utc
    lat, lon = stream.scale[:2] if len(stream.scale) > 1 else (1e7, 1e7)
    rows = (struct.unpack_from(">ii", body, n * size) for n in range(count))
    payload.fixes = [
        Fix(n / count, row[0] / (lat or 1), row[1] / (lon or 1), _later(stream.utc, n / count))
        for n, row in enumerate(rows)
    ]


def _gps9(stream: _Stream, payload: Payload, letter: str, size: int, count: int, body: memoryview) -> None:
    if not stream.types.startswith("lllllllSS") or size < 32:
        return
    scale = (stream.scale + [1.0] * 9)[:9]
    fixes = []
    for n in range(count):
        row = [raw / (by or 1) for raw, by in zip(struct.unpack_from(">7i2H", body, n * size), scale, strict=True)]
        if row[8] >= 2:
            when = _GPS_EPOCH + timedelta(days=row[5], seconds=row[6]) if 0 < row[5] < 36525 else None
            fixes.append(Fix(n / count, row[0], row[1], when))
    if fixes:
        payload.fixes, payload.fine = fixes, True
        payload.utc = next((_later(f.utc, -f.part) for f in fixes if f.utc), None)


def _drone(stream: _Stream, payload: Payload, letter: str, size: int, count: int, body: memoryview) -> None:
    """A Karma's position, in its own clock since it was switched on."""
    if not stream.types.startswith("Llll") or size < 12 or payload.fixes:
        return
    scale = [by or 1 for by in (stream.scale + [1.0] * 3)[:3]]
    for n in range(count):
        clock, lat, lon = struct.unpack_from(">Iii", body, n * size)
        payload.fixes.append(Fix(n / count, lat / scale[1], lon / scale[2], clock=clock / scale[0]))


def _drone_clock(stream: _Stream, payload: Payload, letter: str, size: int, count: int, body: memoryview) -> None:
    if stream.types[:2] != "JJ" or len(body) < 16:
        return
    clock, utc = struct.unpack_from(">QQ", body)
    scale = [*stream.scale, 1.0, 1.0][:2]
    seconds = utc / (scale[1] or 1)
    if 0 < seconds < 4e9:
        payload.boot = clock / (scale[0] or 1), datetime(1970, 1, 1) + timedelta(seconds=seconds)


_READERS = {b"GPS5": _gps5, b"GPS9": _gps9, b"GLPI": _drone, b"SYST": _drone_clock}


def _later(moment: datetime | None, seconds: float) -> datetime | None:
    return moment + timedelta(seconds=seconds) if moment else None


def _gpsu(text: bytes) -> datetime | None:
    try:
        return datetime.strptime(text.decode("ascii").strip("\0 ")[:16], "%y%m%d%H%M%S.%f")
    except ValueError:
        return None


def _values(letter: str, body: memoryview) -> tuple[float, ...]:
    code = _STRUCT.get(letter, "")
    if not code or code not in "bBhHiIqQfd":
        return ()
    count = len(body) // struct.calcsize(code)
    return struct.unpack_from(f">{count}{code}", body)


def _text(body: memoryview) -> str:
    return bytes(body).rstrip(b"\0").decode("latin-1").strip()
