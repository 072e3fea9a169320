"""What local times mean in a zone, on the days that clocks change and on all others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media.clocks import moments, offset_and_skew, spoken, zone_named

CHICAGO = ZoneInfo("America/Chicago")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_an_ordinary_time_is_one_moment() -> None:
    assert moments(at("2024-07-01T12:00"), CHICAGO) == [at("2024-07-01T17:00+00:00")]
    assert moments(at("2024-01-01T12:00"), CHICAGO) == [at("2024-01-01T18:00+00:00")]


def test_a_time_in_the_gap_is_no_moment() -> None:
    assert moments(at("2024-03-10T02:30"), CHICAGO) == []


def test_a_time_in_the_fold_is_two_moments() -> None:
    assert moments(at("2024-11-03T01:30"), CHICAGO) == [at("2024-11-03T06:30+00:00"), at("2024-11-03T07:30+00:00")]


@pytest.mark.parametrize("edge", ["2024-03-10T01:59:59", "2024-03-10T03:00", "2024-11-03T00:59:59", "2024-11-03T02:00"])
def test_the_edges_of_gap_and_fold_are_one_moment(edge: str) -> None:
    assert len(moments(at(edge), CHICAGO)) == 1


def test_a_zone_of_half_an_hour_and_one_that_skipped_a_day() -> None:
    assert len(moments(at("2024-10-06T02:15"), ZoneInfo("Australia/Lord_Howe"))) == 0
    assert moments(at("2011-12-30T12:00"), ZoneInfo("Pacific/Apia")) == []


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2037, 12, 31)))
def test_every_moment_shows_the_time_it_was_found_by(local: datetime) -> None:
    for moment in moments(local, CHICAGO):
        assert moment.tzinfo is UTC
        assert moment.astimezone(CHICAGO).replace(tzinfo=None, fold=0) == local


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2037, 12, 31), timezones=st.just(UTC)))
def test_every_moment_is_found_by_the_time_it_shows(moment: datetime) -> None:
    assert moment in moments(moment.astimezone(CHICAGO).replace(tzinfo=None, fold=0), CHICAGO)


@pytest.mark.parametrize(("name", "hours"), [("UTC", 0), ("Z", 0), ("-05:00", -5), ("+05:30", 5.5)])
def test_zones_are_named_by_offset_too(name: str, hours: float) -> None:
    assert datetime(2024, 1, 1, tzinfo=zone_named(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "America", "+5", "\0", "-99:99x"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        zone_named(name)


@given(st.integers(-56, 56), st.integers(-420, 420))
def test_what_a_clock_is_off_by_splits_into_zone_and_skew(quarters: int, seconds: int) -> None:
    true = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)  # noqa: UP017 - any tzinfo will do
    clock = true + quarters * timedelta(minutes=15) + timedelta(seconds=seconds)
    assert offset_and_skew(clock, true) == (quarters * timedelta(minutes=15), timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (-18, "18 seconds"),
        (119, "119 seconds"),
        (600, "10 minutes"),
        (3600, "1 hour"),
        (28_800, "8 hours"),
        (19_800, "5 h 30 min"),
        (400_000, "4 days"),
    ],
)
def test_lengths_are_spoken(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
