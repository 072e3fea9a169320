"""Stated times and the moments they could mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .clocks import moments, offset_and_skew, spoken, zone_named
from .facts import Said

OLDEST = 2000  # no camera of ours is older; clocks that were never set say 1904, 1970 or 1980
AHEAD = timedelta(days=1)  # how far in the future a clock may be before it is not believed


@dataclass(frozen=True)
class Reading:
    """A stated time with the starts it could mean: one, none in a gap of the clocks, two where they were put back."""

    said: Said
    starts: tuple[datetime, ...]

    @property
    def only(self) -> datetime | None:
        """The start, where it can mean one only."""
        return self.starts[0] if len(self.starts) == 1 else None


def read(said: Iterable[Said], zone: str) -> list[Reading]:
    """Returns the readings of times to the minute or better in a zone, taken back to the recording's beginning."""
    where = zone_named(zone)
    return [
        Reading(s, tuple(m - timedelta(milliseconds=s.at_ms) for m in moments(datetime.fromisoformat(s.value), where)))
        for s in said
        if exact(s)
    ]


def exact(said: Said) -> bool:
    """Whether a time of day is said, not only a day."""
    return len(said.value) >= 16


def unzoned(said: Said) -> bool:
    """Whether a time of day is said without its zone."""
    return said.zone is None and exact(said)


def doubt(said: Said, now: datetime) -> str | None:
    """Returns why a stated time is not believed at all, None where it may be."""
    try:
        when = datetime.fromisoformat(said.value)
        zone_named(said.zone or "UTC")
    except ValueError:
        return f"{whose(said)} states a time that is not understood: {said.value[:40]}."
    if when.tzinfo is not None:
        return f"{whose(said)} mixes a time with its zone: {said.value[:40]}."
    if when.year < OLDEST:
        return f"{sentence(said)}, which is what a clock says that was never set; it is not believed."
    if when.replace(tzinfo=UTC) > now + AHEAD:
        return f"{sentence(said)}, which is in the future; it is not believed."
    return None


def unreal(reading: Reading, zone: str) -> str:
    """Says why a local time means no moment, or two."""
    if reading.starts:
        return f"{sentence(reading.said)}, which clocks in {zone} showed twice that day, an hour apart."
    return f"{sentence(reading.said)}, which clocks in {zone} never showed: they were put forward past it."


def whose(said: Said) -> str:
    """Who says it, at the beginning of a sentence."""
    text = said.by or said.source
    return text[:1].upper() + text[1:]


def sentence(said: Said) -> str:
    """What it says, as the beginning of a sentence."""
    return f"{whose(said)} says {said.value.replace('T', ' ')}"


def apart(one: datetime, other: datetime) -> str:
    """How far a moment is from another: "3 hours after", to be followed by what the other is."""
    return f"{spoken(one - other)} {'after' if one > other else 'before'}"


def skew(reading: Reading, true: datetime, least: timedelta, most: timedelta) -> str | None:
    """Says how wrong an unzoned clock was set, leaving whole quarter-hours to its zone; None where it isn't."""
    if reading.only is None:
        return None
    zone, off = offset_and_skew(reading.only, true)
    if not least < abs(off) < most:
        return None
    of = f", apart from a zone of {'-' if zone < timedelta() else '+'}{spoken(zone)}" if zone else ""
    return f"{sentence(reading.said)}: that clock is {spoken(off)} {'fast' if off > timedelta() else 'slow'}{of}."
