"""Times in a fleet file: never a guess."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plainview.holdings.fleet.rules.moments import BadMoment, read_moment

CHICAGO, NEW_YORK = ZoneInfo("America/Chicago"), ZoneInfo("America/New_York")


def read(text: str, named: ZoneInfo | None = None, *, is_end: bool = False) -> datetime:
    return read_moment(text, named, CHICAGO, is_end=is_end)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31T08:00:00-06:00", utc(2024, 1, 31, 14)),
        ("2024-01-31T14:00:00Z", utc(2024, 1, 31, 14)),
        ("2024-01-31 14:00+00:00", utc(2024, 1, 31, 14)),
        ("2024-07-31T08:00:00.250-05:00", utc(2024, 7, 31, 13, 0, 0, 250_000)),
    ],
)
def test_an_offset_says_it_all(text: str, moment: datetime) -> None:
    assert read(text) == read(text, NEW_YORK) == moment


def test_a_time_without_an_offset_is_read_in_the_named_zone() -> None:
    assert read("2024-01-31T08:00:00", NEW_YORK) == utc(2024, 1, 31, 13)


def test_a_time_with_neither_is_an_error() -> None:
    with pytest.raises(BadMoment, match="no offset, so nobody can know when it was"):
        read("2024-01-31T08:00:00")


def test_a_bare_day_is_a_day_of_the_department() -> None:
    assert read("2024-01-31") == read("2024-01-31", NEW_YORK) == utc(2024, 1, 31, 6)


def test_a_day_as_an_end_counts_in_full() -> None:
    assert read("2024-01-31", is_end=True) == utc(2024, 2, 1, 6)


def test_a_day_on_which_the_clocks_change_counts_in_full() -> None:
    assert read("2024-03-10") == utc(2024, 3, 10, 6)
    assert read("2024-03-10", is_end=True) == utc(2024, 3, 11, 5)


def test_a_time_that_never_was_is_an_error() -> None:
    with pytest.raises(BadMoment, match="never was in America/Chicago"):
        read("2024-03-10T02:30:00", CHICAGO)


def test_a_time_that_was_twice_is_an_error() -> None:
    with pytest.raises(BadMoment, match="was twice in America/Chicago"):
        read("2024-11-03T01:30:00", CHICAGO)
    assert read("2024-11-03T01:30:00-06:00", CHICAGO) == utc(2024, 11, 3, 7, 30)


@pytest.mark.parametrize(
    "text", ["01/31/2024", "yesterday", "2024-02-30", "2024-13-01T00:00:00Z", "0001-01-01", "2300-01-01"]
)
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(BadMoment):
        read(text, CHICAGO)
