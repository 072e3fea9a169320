"""Rows of one file that say different things about one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from plainview.base.people.rules.rows import Row
from plainview.base.people.table import Problem


def contradictions(rows: Iterable[Row]) -> Iterator[Problem]:
    """Yields a problem for every row that repeats or contradicts an earlier one of its badge."""
    by_badge: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_badge[row.badge].append(row)
    for group in by_badge.values():
        if len(group) > 1:
            yield from _of_badge(sorted(group, key=lambda r: (r.began, r.number)))


def _of_badge(rows: Sequence[Row]) -> Iterator[Problem]:
    """Sweeps in order of first days, beside the row that lasts longest so far."""
    longest = rows[0]
    for row in rows[1:]:
        if longest.ended is None or row.began <= longest.ended:
            problem = _of_pair(longest, row)
            if problem:
                yield problem
        longest = max(longest, row, key=_last_day)


def _last_day(row: Row) -> date:
    return row.ended or date.max


def _of_pair(first: Row, second: Row) -> Problem | None:
    early, late = sorted((first, second), key=lambda r: r.number)
    if first.says == second.says and first.began == second.began and first.ended == second.ended:
        return Problem(late.number, "", f"this row repeats row {early.number}. Take one of them out.")
    if first.name != second.name:
        message = (
            f"badge {late.badge} is {early.name}'s in row {early.number} and {late.name}'s here, on the same days "
            f"(from {second.began}). Give the first one a last day, or correct the badge."
        )
        return Problem(late.number, "badge", message)
    if first.began == second.began or first.says != second.says:
        message = (
            f"badge {late.badge} is in two places from {second.began}: this row and row {early.number}. "
            f"Give the earlier assignment a last day before {second.began}."
        )
        return Problem(late.number, "from" if early is first else "to", message)
    return None
