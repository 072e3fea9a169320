"""Periods are those of PostgreSQL: the statement for all recordings must end on the same days as the rules for one."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import Period
from plainview.base.policy.tests.cities import PERIODS


def by_postgres(pairs: list[tuple[date, Period]]) -> list[date]:
    starts = [start for start, _ in pairs]
    spans = [str(period) for _, period in pairs]
    with connection.cursor() as cursor:
        cursor.execute(
            "select start + span::interval "
            "from unnest(%s::date[], %s::text[]) with ordinality as t(start, span, n) order by n",
            [starts, spans],
        )
        return [ended.date() for (ended,) in cursor.fetchall() if isinstance(ended, datetime)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.dates(date(1900, 1, 1), date(2200, 12, 31)), PERIODS), min_size=1, max_size=200))
def test_random_periods_end_on_the_same_days(db: None, pairs: list[tuple[date, Period]]) -> None:
    assert [period.after(start) for start, period in pairs] == by_postgres(pairs)


@pytest.mark.parametrize("year", [1999, 2000, 2023, 2024, 2099, 2100])
def test_every_day_of_a_year_ends_on_the_same_day(db: None, year: int) -> None:
    periods = [Period(1, "months"), Period(6, "months"), Period(13, "months"), Period(1, "years"), Period(4, "years")]
    first = date(year, 1, 1).toordinal()
    pairs = [(date.fromordinal(first + n), period) for n in range(366) for period in periods]
    assert [period.after(start) for start, period in pairs] == by_postgres(pairs)
