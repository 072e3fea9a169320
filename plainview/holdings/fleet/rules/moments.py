"""Times in a fleet file: ISO 8601 with an offset, a local time in a zone that was named once, or a bare day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 1990, 2200  # years beyond which a time is a typing mistake
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class BadMoment(ValueError):
    """Text that is not a moment; says what to write instead."""


def read_moment(text: str, named: ZoneInfo | None, department: ZoneInfo, *, is_end: bool = False) -> datetime:
    """Returns the moment in UTC.

    A bare day is a day in the department's zone: its first moment, or as an end the first moment of the day after,
    since the last day counts in full. A time without an offset is read in the named zone. Raises BadMoment.
    """
    if _DAY.fullmatch(text):
        return _reachable(text, _of_day(text, department, is_end))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(f"“{text}” is not a time. Write 2024-01-31T08:00:00-06:00, or a day as 2024-01-31.") from None
    if found.tzinfo is not None:
        return _reachable(text, found.astimezone(UTC))
    if named is None:
        raise BadMoment(
            f"“{text}” has no offset, so nobody can know when it was. Add one (2024-01-31T08:00:00-06:00), or name the "
            "zone of the whole file with --zone."
        )
    return _reachable(text, _local(text, found, named))


def _of_day(text: str, zone: ZoneInfo, is_end: bool) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadMoment(f"there is no day {text}.") from None
    first = datetime.combine(day + timedelta(days=is_end), time(), zone)
    return first.astimezone(UTC)


def _local(text: str, found: datetime, zone: ZoneInfo) -> datetime:
    """A local time that the clocks skipped, or showed twice, is an error, never a guess."""
    early, late = (found.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return early
    if early.astimezone(zone).replace(tzinfo=None) != found:
        raise BadMoment(f"{text} never was in {zone.key}: the clocks were put forward. Write it with its offset.")
    raise BadMoment(f"{text} was twice in {zone.key}: the clocks were put back. Write it with its offset.")


def _reachable(text: str, moment: datetime) -> datetime:
    if not EARLIEST <= moment.year < LATEST:
        raise BadMoment(f"{text} can't be meant: the year is out of reach.")
    return moment
