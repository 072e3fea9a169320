"""Whom a badge means: it may have been several people's over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from plainview.base.people.table import Problem
from plainview.holdings.fleet.rules.rows import Row


@dataclass(frozen=True)
class Holder:
    """One officer and the days of one assignment; no last day means still there."""

    badge: str
    officer: int
    name: str
    began: date
    ended: date | None

    def covers(self, day: date) -> bool:
        return self.began <= day <= (self.ended or date.max)


def officers_of(rows: Iterable[Row], holders: Iterable[Holder], zone: ZoneInfo) -> tuple[dict[int, int], list[Problem]]:
    """Returns the officer of every row that names a badge, by row number: whoever held it on the day it begins."""
    held: dict[str, list[Holder]] = defaultdict(list)
    for holder in sorted(holders, key=lambda h: h.began):
        held[holder.badge].append(holder)
    found: dict[int, int] = {}
    problems = []
    for row in rows:
        if not row.badge or row.began is None:
            continue
        day = row.began.astimezone(zone).date()
        officer = _on(day, held.get(row.badge, ()))
        if officer is None:
            problems.append(Problem(row.number, "badge", _nobody(row.badge, day, held)))
        else:
            found[row.number] = officer
    return found, problems


def _on(day: date, holders: Sequence[Holder]) -> int | None:
    """Whoever held the badge that day; a badge that only one person ever had is theirs on any day."""
    that_day = [holder.officer for holder in holders if holder.covers(day)]
    if that_day:
        return that_day[-1]
    people = {holder.officer for holder in holders}
    return people.pop() if len(people) == 1 else None


def _nobody(badge: str, day: date, held: Mapping[str, Sequence[Holder]]) -> str:
    if badge not in held:
        return f"badge {badge} is not on the roster. Import the roster first, or correct the badge."
    names = ", ".join(sorted({holder.name for holder in held[badge]}))
    return f"nobody held badge {badge} on {day}, and several have had it ({names}). Correct the roster or the time."
