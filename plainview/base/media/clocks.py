"""Clock arithmetic: what a local time means in a zone, and how two clocks differ. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

QUARTER = timedelta(minutes=15)  # every zone's offset is a multiple


def zone_named(name: str) -> ZoneInfo | timezone:
    """Returns the zone of that name, such as America/Chicago, UTC or -05:00.

    Raises:
        ValueError: there is no such zone.
    """
    if name in ("UTC", "Z"):
        return UTC
    if name[:1] in "+-" and len(name) == 6:
        sign = -1 if name[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[4:6])))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"There is no time zone {name!r}.") from None


def moments(local: datetime, zone: ZoneInfo | timezone) -> list[datetime]:
    """Returns the moments (UTC) at which clocks in the zone showed a naive time: one; none in a gap; two in a fold."""
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(m for m in found if m.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0))


def offset_and_skew(clock: datetime, true: datetime) -> tuple[timedelta, timedelta]:
    """Splits what a clock is off by into whole quarter-hours (a zone) and the rest (a clock set wrong)."""
    off = clock - true
    zone = round(off / QUARTER) * QUARTER
    return zone, off - zone


def spoken(length: timedelta) -> str:
    """Returns a length for a person: "8 hours", "5 h 30 min", "18 seconds"."""
    seconds = round(abs(length).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if seconds < 120:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    if seconds < 3600:
        return f"{seconds // 60} minutes"
    if seconds >= 172_800:
        return f"{seconds // 86_400} days"
    return f"{hours} hour{'s' if hours != 1 else ''}" if not minutes else f"{hours} h {minutes} min"
