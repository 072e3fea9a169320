"""GoPro: GPMF telemetry, chapters of one press, a movie header in local time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from ..inside.findings import Findings, iso, unix_ms
from ..inside.gpmf import Fix, Payload, keys, read_payload
from ..inside.movie import Movie, Track
from ..inside.tables import samples
from ..inside.trouble import Malformed
from . import FileName, Named

LARGEST_PAYLOAD = 1 << 20
SKEW_SAID = 2.0  # seconds by which satellite times of one file may differ before it is said
# GOPR0123, then GP010123, GP020123; since HERO6 GH010123, GH020123 (GX, GL, GS likewise).
_FIRST = re.compile(r"GOPR(\d{4})", re.IGNORECASE)
_CHAPTER = re.compile(r"G([PHXLS])(\d{2})(\d{4})", re.IGNORECASE)
_LETTERS = {"FRM": "Fusion", "HD": "HERO", "H": "HERO"}


def named(name: FileName) -> Named | None:
    """Chapters share the last four digits; the two before them count up, from 0 before HERO6 and from 1 since."""
    if name.ending not in ("mp4", "lrv", "thm", "360", "wav"):
        return None
    if first := _FIRST.fullmatch(name.stem):
        return Named(maker="GoPro", device="GoPro", press=f"gopro:{first[1]}", sequence=0)
    if chapter := _CHAPTER.fullmatch(name.stem):
        return Named(maker="GoPro", device="GoPro", press=f"gopro:{chapter[3]}", sequence=int(chapter[2]))
    return None


def movie(movie: Movie, found: Findings) -> None:
    """Reads telemetry, firmware and serial number."""
    track = next((t for t in movie.tracks if t.codec == "gpmd"), None)
    if not (track or b"FIRM" in movie.atoms or any(t.handler_name.startswith("GoPro") for t in movie.tracks)):
        return
    found.habit = "local"
    found.tag("maker", "GoPro")
    _own_words(movie.atoms, found)
    if track:
        try:
            _telemetry(_payloads(movie, track), found)
        except Malformed as error:
            found.trouble(f"The GPS track is damaged: {error}.")
    found.device = found.device or "GoPro"


def sidecar(kind: str, data: bytes, found: Findings) -> bool:
    """Telemetry that was cut out of a file, a second after the other; no time of the file's own is in it."""
    if kind != "gpmf":
        return False
    seconds: list[list[bytes]] = []
    seen: set[bytes] = set()
    at = 0
    for key, _, size, count, body in keys(data):
        step = 8 + (size * count + 3 & ~3)
        if key == b"DEVC":
            device = bytes(body[8:12])  # its number is its first word; the same one again begins a new second
            if device in seen or not seconds:
                seconds.append([])
                seen = set()
            seen.add(device)
            seconds[-1].append(data[at : at + step])
        at += step
    _own_words({b"GPMF": data}, found)
    _telemetry([(n * 1000, 1000, read_payload(b"".join(parts))) for n, parts in enumerate(seconds)], found)
    return True


def _own_words(atoms: dict[bytes, bytes], found: Findings) -> None:
    for key, letter, _, _, body in keys(atoms.get(b"GPMF", b"")):
        if letter == "\0":
            _own_words({b"GPMF": bytes(body)}, found)
        elif letter == "c":
            text = bytes(body).rstrip(b"\0").decode("latin-1").strip()
            if key == b"CASN":
                found.serial = found.serial or text or None
            elif key == b"MINF":
                found.device = found.device or f"GoPro {text}"
            elif key == b"FMWR":
                found.tag("firmware", text)
    firmware = atoms.get(b"FIRM", b"").rstrip(b"\0").decode("latin-1")
    found.tag("firmware", firmware)
    model = re.match(r"(FRM|HD|H)(\d+)\.", firmware)
    if model and found.device is None:
        found.device = f"GoPro {_LETTERS[model[1]]}{model[2]}" if model[1] != "FRM" else "GoPro Fusion"


def _payloads(movie: Movie, track: Track) -> list[tuple[int, int, Payload]]:
    read = []
    for offset, size, at_ms, length_ms in samples(movie.walk, track):
        if 0 < size <= LARGEST_PAYLOAD and offset + size <= movie.feed.size:
            read.append((at_ms, length_ms, read_payload(movie.feed.read_at(offset, size))))
    return read


def _telemetry(payloads: Sequence[tuple[int, int, Payload]], found: Findings) -> None:
    clocks = [p.boot for _, _, p in payloads if p.boot]
    points: list[tuple[int | None, float, float, int | None]] = []
    starts: list[datetime] = []
    for at_ms, length_ms, payload in payloads:
        found.device = found.device or _device(payload.device)
        if payload.utc and payload.utc.year >= 2000:
            starts.append(payload.utc - timedelta(milliseconds=at_ms))
        for fix in payload.fixes:
            at, utc = at_ms + round(fix.part * length_ms), _utc(fix, clocks)
            points.append((at, fix.lat, fix.lon, unix_ms(utc) if utc else None))
            if fix.clock is not None and utc:
                starts.append(utc - timedelta(milliseconds=at))
    found.place(points, "GoPro telemetry in the file")
    if starts:
        _say_start(starts, found)


def _device(name: str | None) -> str | None:
    if not name or name in ("Video Global Settings", "Highlights"):
        return None
    return name if name.startswith("GoPro") else f"GoPro {name}"


def _utc(fix: Fix, clocks: Iterable[tuple[float, datetime]]) -> datetime | None:
    if fix.utc or fix.clock is None:
        return fix.utc
    nearest = min(clocks, key=lambda pair: abs(pair[0] - (fix.clock or 0)), default=None)
    return nearest[1] + timedelta(seconds=fix.clock - nearest[0]) if nearest else None


def _say_start(starts: list[datetime], found: Findings) -> None:
    """A receiver may be seconds off until it knows the leap seconds: the middle one of all is taken."""
    epoch = datetime(2000, 1, 1)
    middle = epoch + timedelta(seconds=median((s - epoch).total_seconds() for s in starts))
    middle = middle.replace(microsecond=middle.microsecond // 1000 * 1000)
    found.say("gps", iso(middle), zone="UTC", by="satellite time in GoPro telemetry")
    spread = (max(starts) - min(starts)).total_seconds()
    if spread > SKEW_SAID:
        found.notes.append(f"The satellite times in this file differ by up to {spread:.0f} seconds from each other.")
