"""PURE. A cell that names a moment: with its own offset, or in the zone named once for the file. Never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EPOCHS = {"epoch": 1, "epoch_ms": 1000}


class BadMoment(ValueError):
    """Text that is not a moment; says what to write instead."""


def read_moment(text: str, zone: ZoneInfo | None, formats: Sequence[str] = ()) -> datetime:
    """Returns the moment in UTC. `formats` are those of the map, tried in turn; without any it is ISO 8601.

    A local time that a zone change repeats is read as the first of the two; one that it skips does not exist.
    Raises BadMoment.
    """
    moment = _in_formats(text, formats) if formats else _iso(text)
    if moment.tzinfo is None:
        moment = _local(text, moment, zone)
    moment = moment.astimezone(UTC)
    if not EARLIEST <= moment < LATEST:
        raise BadMoment(f"“{text}” can't be meant: the year is out of reach.")
    return moment


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(f"“{text}” is not a time. Write it as 2024-01-31T23:59:00-06:00.") from None


def _in_formats(text: str, formats: Sequence[str]) -> datetime:
    for each in formats:
        try:
            if each in EPOCHS:
                return datetime.fromtimestamp(float(text) / EPOCHS[each], UTC)
            return datetime.fromisoformat(text) if each == "iso" else datetime.strptime(text, each)
        except (ValueError, OverflowError, OSError):
            continue
    raise BadMoment(f"“{text}” is not a time as the map expects it: {' or '.join(formats)}.")


def _local(text: str, moment: datetime, zone: ZoneInfo | None) -> datetime:
    if zone is None:
        raise BadMoment(f"“{text}” has no offset from UTC. Add it (-06:00), or name the file's zone with --zone.")
    local = moment.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise BadMoment(f"“{text}” did not exist in {zone.key}: clocks went forward over it.")
    return local
