"""The rules that decide which stated time is believed, in order of trust. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clocks import offset_and_skew, spoken
from .facts import Said
from .readings import Reading, apart, exact, sentence, skew, unreal, unzoned

AGREE = timedelta(minutes=2)  # within which two clocks are taken to say the same
WORTH_SAYING = timedelta(seconds=5)
MOST_SKEW = timedelta(minutes=6)  # beyond it, a clock is not merely set a little wrong
_STATED = ("sidecar", "name", "folder", "container")


@dataclass(frozen=True)
class Found:
    """A start and what it rests on."""

    start: datetime
    why: str
    basis: str


@dataclass(frozen=True)
class Case:
    """The readings of one file."""

    said: list[Said]
    zone: str | None  # as named at the door
    zoned: list[Reading]  # state their zone
    local: list[Reading]  # don't; read in the named zone
    as_utc: list[Reading]  # the same, read as UTC: only ever to bear something out


def decide(case: Case) -> Found | None:
    """Returns what the first rule that holds says."""
    rules = (_satellite, _stated, _maker_utc, _confirmed, _named_zone, _maker_local, _either_way, _written)
    return next((found for rule in rules if (found := rule(case))), None)


def _pick(readings: Iterable[Reading], source: str = "", habit: str = "") -> tuple[Reading, datetime] | None:
    for reading in readings:
        fits = (not source or reading.said.source == source) and (not habit or reading.said.habit == habit)
        if fits and reading.only:
            return reading, reading.only
    return None


def _satellite(case: Case) -> Found | None:
    if hit := _pick(case.zoned, "gps"):
        return Found(hit[1], f"{sentence(hit[0].said)}, and satellite time is UTC.", "satellite")
    return None


def _stated(case: Case) -> Found | None:
    for source in _STATED:
        if hit := _pick(case.zoned, source):
            return Found(hit[1], f"{sentence(hit[0].said)} and names its zone, {hit[0].said.zone}.", "zoned")
    return None


def _maker_utc(case: Case) -> Found | None:
    hit = _pick(case.as_utc, habit="UTC")
    if hit is None:
        return None
    end = " when a recording ends, so its length was taken off" if hit[0].said.moment == "end" else ""
    return Found(hit[1], f"{sentence(hit[0].said)}; its maker is known to write UTC{end}.", "maker")


def _confirmed(case: Case) -> Found | None:
    """A name in local time and a header in UTC that mean the same moment bear each other out."""
    headers = [r for r in case.as_utc if r.said.source != "name" and r.said.habit != "local" and r.only]
    for name in (r for r in case.local if r.said.source == "name"):
        for start in name.starts:
            for header in headers:
                if header.only and abs(start - header.only) <= AGREE:
                    same = f"which in {case.zone} is the same moment as {header.said.by} read as UTC"
                    return Found(start, f"{sentence(name.said)}, {same}.", "confirmed")
    return None


def _named_zone(case: Case) -> Found | None:
    if hit := _pick(case.local, "name"):
        return Found(hit[1], f"{sentence(hit[0].said)} in local time, read in {case.zone} as named.", "named-zone")
    return None


def _maker_local(case: Case) -> Found | None:
    if hit := _pick(case.local, habit="local"):
        why = f"{sentence(hit[0].said)}; its maker is known to write local time, read in {case.zone} as named."
        return Found(hit[1], why, "named-zone")
    return None


def _either_way(case: Case) -> Found | None:
    """Where the named zone's clocks showed UTC, it doesn't matter which of the two was meant."""
    for mine in case.local:
        other = next((r for r in case.as_utc if r.said == mine.said), None)
        if mine.only and other and mine.only == other.only:
            return Found(mine.only, f"{sentence(mine.said)}, and clocks in {case.zone} showed UTC.", "named-zone")
    return None


def _written(case: Case) -> Found | None:
    if hit := _pick(case.zoned, "written"):
        return Found(
            hit[1], f"{sentence(hit[0].said)} in UTC as the time of writing; nothing better is said.", "written"
        )
    return None


def unknown(case: Case) -> str:
    """Says why no start can be told, and what would help."""
    if no_moment := [unreal(r, case.zone or "") for r in case.local if len(r.starts) != 1]:
        return f"{no_moment[0]} Give the start."
    left_open = next((s for s in case.said if unzoned(s)), None)
    if left_open is None:
        day = next((s for s in case.said if not exact(s)), None)
        return f"{sentence(day)} but no time of day." if day else "No time is stated that can be believed."
    if case.zone:
        torn = f"nothing tells whether that is UTC or {case.zone}"
        return f"{sentence(left_open)} without a zone, and {torn}. Give the start."
    return f"{sentence(left_open)} without a zone.{_fitting(case)} Name the camera's zone, or give the start."


def _fitting(case: Case) -> str:
    """Two unzoned clocks that differ by whole quarter-hours suggest a zone; said, never assumed."""
    name, header = _pick(case.as_utc, "name"), _pick(case.as_utc, "container")
    if not name or not header:
        return ""
    zone, off = offset_and_skew(name[1], header[1])
    if not zone or abs(off) > AGREE or abs(zone) > timedelta(hours=14):
        return ""
    hours, minutes = divmod(int(abs(zone).total_seconds()) // 60, 60)
    sign = "-" if zone < timedelta() else "+"
    return f" {sentence(header[0].said)}, {spoken(zone)} from it, which would fit UTC{sign}{hours:02}:{minutes:02}."


def against(case: Case, found: Found) -> list[str]:
    """Says how far the other clocks are from what is believed."""
    doubts = [
        f"{sentence(r.said)}, {apart(r.only, found.start)} what is believed."
        for r in case.zoned
        if r.only and r.said.source != "written" and abs(r.only - found.start) > AGREE
    ]
    if found.basis in ("satellite", "zoned", "maker"):
        doubts += filter(None, (skew(r, found.start, WORTH_SAYING, MOST_SKEW) for r in case.as_utc))
        for reading in case.local:
            if reading.said.source == "name" and reading.only and abs(reading.only - found.start) > AGREE:
                off = apart(reading.only, found.start)
                doubts.append(
                    f"{sentence(reading.said)}; read in {case.zone} that is {off} what is believed, "
                    "so that may not be the camera's zone."
                )
    return doubts
