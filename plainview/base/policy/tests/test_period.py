"""Period: days, months and years of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.policy.rules import BadPeriod, Period, read_period
from plainview.base.policy.rules.period import UNITS

days = st.dates(date(1900, 1, 1), date(2600, 12, 31))
periods = st.one_of(
    st.integers(1, 4000).map(lambda n: Period(n, "days")),
    st.integers(1, 240).map(lambda n: Period(n, "months")),
    st.integers(1, 20).map(lambda n: Period(n, "years")),
)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2020-02-29", "1 year", "2021-02-28"),
        ("2020-02-29", "4 years", "2024-02-29"),
        ("2020-02-29", "12 months", "2021-02-28"),
        ("2021-01-31", "1 month", "2021-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2021-08-31", "6 months", "2022-02-28"),
        ("2021-12-31", "2 months", "2022-02-28"),
        ("2096-02-29", "4 years", "2100-02-28"),  # 2100 is no leap year
        ("1996-02-29", "4 years", "2000-02-29"),  # 2000 was one
        ("2021-03-03", "180 days", "2021-08-30"),
        ("2020-02-28", "1 day", "2020-02-29"),
        ("2021-03-13", "1 day", "2021-03-14"),  # 23 hours long in Kansas City
        ("2021-12-15", "1 month", "2022-01-15"),
        ("1999-12-31", "14 months", "2001-02-28"),
    ],
)
def test_a_period_ends_on_a_day_of_the_calendar(start: str, period: str, end: str) -> None:
    found = read_period(period)
    assert isinstance(found, Period)
    assert found.after(date.fromisoformat(start)) == date.fromisoformat(end)


@pytest.mark.parametrize(("text", "said"), [("1 day", "1 day"), ("1 days", "1 day"), ("6 month", "6 months")])
def test_it_is_said_as_people_say_it(text: str, said: str) -> None:
    assert str(read_period(text)) == said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no period"),
        ("180", "is no period"),
        ("days", "is no period"),
        ("180days", "is no period"),
        ("1 year 6 months", "is no period"),
        ("٣ days", "is no period"),
        ("Forever", "is no period"),
        ("180 dayz", 'did you mean "days"?'),
        ("180 Days", 'did you mean "days"?'),
        ("3 weeks", "none of days, months and years"),
        ("0 years", "keeps nothing"),
        ("-1 month", "keeps nothing"),
        ("2401 months", "longer than 200 years"),
        ("73050 days", "longer than 200 years"),
        ("9" * 5000 + " days", "longer than 200 years"),
        (180, "must be text"),
        (None, "must be text"),
        (["180 days"], "must be text"),
    ],
)
def test_what_is_no_period_says_why(text: object, says: str) -> None:
    with pytest.raises(BadPeriod, match=says.replace("?", r"\?")):
        read_period(text)


@pytest.mark.parametrize("text", ["200 years", "2400 months", "73049 days", "1 day"])
def test_the_longest_and_the_shortest_are_taken(text: str) -> None:
    assert isinstance(read_period(text), Period)


def test_it_never_runs_out_of_calendar() -> None:
    for unit in UNITS:
        assert Period(200, unit).after(date(9999, 12, 31)) == date.max


@given(days, periods)
def test_it_ends_later_than_it_begins_and_within_its_bounds(start: date, period: Period) -> None:
    end = period.after(start)
    assert end > start
    if period.months is not None:
        assert 28 * period.months <= (end - start).days <= 31 * period.months
        assert end.day in (start.day, 28, 29, 30)


@given(days, st.integers(1, 20))
def test_years_are_twelve_months(start: date, years: int) -> None:
    assert Period(years, "years").after(start) == Period(12 * years, "months").after(start)


@given(days, periods, st.integers(0, 40))
def test_a_later_start_never_ends_earlier(start: date, period: Period, more: int) -> None:
    assert period.after(start) <= period.after(start + timedelta(days=more))


@given(days, periods, periods)
def test_what_can_never_end_before_another_never_does(start: date, one: Period, other: Period) -> None:
    if not one.may_end_before(other):
        assert one.after(start) >= other.after(start)


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("180 days", "6 months", True),
        ("181 days", "6 months", True),
        ("184 days", "6 months", False),
        ("183 days", "6 months", True),
        ("6 months", "181 days", False),
        ("6 months", "182 days", True),
        ("1 year", "365 days", False),
        ("1 year", "366 days", True),
        ("365 days", "1 year", True),
        ("366 days", "1 year", False),
        ("12 months", "1 year", False),
        ("11 months", "1 year", True),
        ("90 days", "90 days", False),
        ("1 month", "28 days", False),
        ("1 month", "29 days", True),
    ],
)
def test_days_and_months_are_compared_over_the_whole_calendar(one: str, other: str, may: bool) -> None:
    first, second = read_period(one), read_period(other)
    assert isinstance(first, Period)
    assert isinstance(second, Period)
    assert first.may_end_before(second) is may
