"""Periods of the calendar: so many days, months or years after a day.

The rule, the same as PostgreSQL's `date + interval`: months and years keep the day of the month; where the month that
is reached is too short, its last day counts. January 31 + 1 month is February 28 (29 in a leap year), February 29
+ 1 year is February 28, and + 4 years February 29 again. A year is twelve months; a day is a day of the calendar,
whatever its hours.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from plainview.base.policy.rules.words import FOREVER

Unit = Literal["days", "months", "years"]
UNITS: tuple[Unit, ...] = ("days", "months", "years")
LONGEST_YEARS = 200
_LONGEST = {
    "days": 73_049,
    "months": 12 * LONGEST_YEARS,
    "years": LONGEST_YEARS,
}  # 200 years have 73,048 or 73,049 days


class BadPeriod(ValueError):
    """The text is no period; the message says why, in one plain sentence without a final stop."""


@dataclass(frozen=True)
class Period:
    """So many units of the calendar."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"

    @property
    def months(self) -> int | None:
        """The same in months; None where it is counted in days."""
        return {"days": None, "months": self.count, "years": 12 * self.count}[self.unit]

    def after(self, day: date) -> date:
        """Returns the day this long after another; the last day of the calendar where it would run out of years."""
        try:
            return day + timedelta(days=self.count) if self.months is None else _add_months(day, self.months)
        except (OverflowError, ValueError):
            return date.max

    def may_end_before(self, other: Period) -> bool:
        """Whether there is a day from which this period ends sooner than the other."""
        if (self.months is None) == (other.months is None):
            return (self.months or self.count) < (other.months or other.count)
        if self.months is None:
            assert other.months is not None
            return self.count < _span_of_months(other.months)[1]
        return _span_of_months(self.months)[0] < other.count


def read_period(text: object) -> Period | Literal["forever"]:
    """Returns what `keep` says. Raises BadPeriod: what is wrong, and what may stand there."""
    if not isinstance(text, str):
        raise BadPeriod('must be text such as "180 days", "6 months", "5 years" or "forever"')
    if text == FOREVER:
        return FOREVER
    found = re.fullmatch(r"([+-]?[0-9]+) +([A-Za-z]+)", text)
    if found is None:
        raise BadPeriod('is no period: write "forever", or a whole number and days, months or years, as in "180 days"')
    return _bounded(int(found[1]) if len(found[1]) < 12 else 10**12, _unit(found[2]))


def _unit(word: str) -> Unit:
    for unit in UNITS:
        if word in (unit, unit[:-1]):
            return unit
    close = get_close_matches(word.lower(), UNITS, 1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    raise BadPeriod(f'has the unit "{word}", which is none of days, months and years{hint}')


def _bounded(count: int, unit: Unit) -> Period:
    if count < 1:
        raise BadPeriod("keeps nothing: the shortest period is 1 day")
    if count > _LONGEST[unit]:
        raise BadPeriod(f'is longer than {LONGEST_YEARS} years: if that is meant, write "forever"')
    return Period(count, unit)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=256)
def _span_of_months(months: int) -> tuple[int, int]:
    """Returns the fewest and the most days that so many months can last, over one whole cycle of leap years."""
    starts = [
        date(year, month, day)
        for year in range(2000, 2400)
        for month in range(1, 13)
        for day in (1, 29, 30, 31)  # the first 28 days of a month all behave alike
        if day <= calendar.monthrange(year, month)[1]
    ]
    spans = [(_add_months(start, months) - start).days for start in starts]
    return min(spans), max(spans)
