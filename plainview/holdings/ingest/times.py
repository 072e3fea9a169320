"""Times that a person gives at a door: ISO 8601 with an offset, or local with a named zone. Never a guess. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HAS_A_TIME = re.compile(r"^\d{4}-?\d{2}-?\d{2}[T ]\d{2}")


class TimeError(ValueError):
    """A time or zone at the door can't be taken; the message says why and what would do."""


def zone_named(name: str) -> ZoneInfo:
    """Returns the time zone of that name.

    Raises:
        TimeError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TimeError(f"There is no time zone {name!r}; write one like America/Chicago.") from None


def parse_time(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Returns the time in UTC.

    Raises:
        TimeError: not ISO 8601, or neither an offset nor a zone, or the zone's clocks never or twice showed it.
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not HAS_A_TIME.match(text):
        raise TimeError(f"{text!r} is not a time; write it like 2026-11-01T14:30:00-05:00.")
    try:
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        if zone is None:
            raise TimeError(f"{text!r} has no offset; add one (2026-11-01T14:30:00-05:00) or name a zone with --zone.")
        return _in_zone(found, zone, text)
    except OverflowError:
        raise TimeError(f"{text!r} is not a time that can be kept.") from None


def _in_zone(local: datetime, zone: ZoneInfo, text: str) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # Compared in UTC: two times in one zone compare by their clock faces.
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != local:
        raise TimeError(f"Clocks in {zone.key} never showed {text!r} (they were put forward); write it with an offset.")
    if first.utcoffset() != second.utcoffset():
        raise TimeError(f"Clocks in {zone.key} showed {text!r} twice (they were put back); write it with an offset.")
    return first.astimezone(UTC)
