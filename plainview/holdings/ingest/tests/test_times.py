"""A time at the door is taken as it was meant, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plainview.holdings.ingest.times import TimeError, parse_time, zone_named

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-11-01T14:30:00-05:00", 19, 30),
        ("2026-11-01T14:30:00Z", 14, 30),
        (" 2026-11-01T20:30+05:30 ", 15, 0),
        ("2026-11-01 14:30:00-0500", 19, 30),
        ("20261101T143000Z", 14, 30),
    ],
)
def test_an_offset_says_it_all(text: str, hour: int, minute: int) -> None:
    assert parse_time(text, CHICAGO) == datetime(2026, 11, 1, hour, minute, tzinfo=UTC)


def test_a_zone_says_what_a_local_time_means() -> None:
    assert parse_time("2026-07-01T10:00:00", CHICAGO) == datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert parse_time("2026-12-01T10:00:00", CHICAGO) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_neither_is_an_error_never_a_guess() -> None:
    with pytest.raises(TimeError, match="no offset"):
        parse_time("2026-07-01T10:00:00")


def test_an_hour_that_was_skipped_is_an_error() -> None:
    with pytest.raises(TimeError, match="never showed"):
        parse_time("2026-03-08T02:30:00", CHICAGO)


def test_an_hour_that_came_twice_is_an_error() -> None:
    with pytest.raises(TimeError, match="twice"):
        parse_time("2026-11-01T01:30:00", CHICAGO)
    assert parse_time("2026-11-01T01:30:00-05:00", CHICAGO) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-07-01",
        "20260701",
        "10:00",
        "2026-13-01T10:00Z",
        "2026-W01-1T10:00Z",
        "0001-01-01T00:00:00+05:00",
        "1793555400",
    ],
)
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(TimeError, match="is not a time"):
        parse_time(text, CHICAGO)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "America", "/etc/localtime"])
def test_a_zone_that_is_none_is_refused_in_words(name: str) -> None:
    with pytest.raises(TimeError, match="no time zone"):
        zone_named(name)
