"""A roster row: its cells as days, names and unit paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from plainview.base.people.table import ImportRefused, Line, Problem

COLUMNS = ("badge", "name", "unit", "rank", "supervisor_badge", "from", "to")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)  # beyond these a day is a typing mistake
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SLASH = re.compile(r"\s+/\s+")  # with spaces: "Traffic/DUI" is one unit

Path = tuple[str, ...]  # a unit with those above it: ("Central Patrol", "Squad 1")
Person = tuple[str, str]  # badge and name: a badge that passes to another person is another officer


@dataclass(frozen=True)
class Row:
    """One assignment as the file says it. Both days are served; no last day means still there."""

    number: int
    badge: str
    name: str
    unit: Path
    rank: str
    supervisor_badge: str
    began: date
    ended: date | None

    @property
    def person(self) -> Person:
        return (self.badge, self.name)

    @property
    def says(self) -> tuple[str, Path, str, str]:
        """What may not differ between two rows of one badge that share a day."""
        return (self.name, self.unit, self.rank, self.supervisor_badge)


class BadDay(ValueError):
    """Text that is not a day; says what to write instead."""


def read_rows(lines: Iterable[Line], name: str) -> list[Row]:
    """Returns the rows. Raises ImportRefused with every problem found."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for line in lines:
        found = list(_missing(line))
        try:
            rows.append(_row(line))
        except _Cell as problem:
            found.append(Problem(line.number, problem.column, str(problem)))
        problems += found
    if problems:
        raise ImportRefused(name, problems)
    return rows


def read_day(text: str) -> date:
    """Returns the day that the cell names. Raises BadDay."""
    if not _DAY.fullmatch(text):
        raise BadDay(f"“{text}” is not a day. Write it as 2024-01-31.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadDay(f"there is no day {text}.") from None
    if not EARLIEST <= day < LATEST:
        raise BadDay(f"{text} can't be meant: the year is out of reach.")
    return day


class _Cell(ValueError):
    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


def _missing(line: Line) -> Iterable[Problem]:
    for column in ("badge", "name", "unit"):
        if not line.cells[column]:
            yield Problem(line.number, column, "empty. Every row needs a badge, a name, a unit and a first day.")


def _row(line: Line) -> Row:
    cells = line.cells
    if not cells["from"]:
        raise _Cell("from", "empty. Write the first day of the assignment, as 2024-01-31.")
    began, ended = _day(cells, "from"), _day(cells, "to") if cells["to"] else None
    if ended is not None and ended < began:
        raise _Cell("to", f"the last day, {ended}, is before the first, {began}.")
    if cells["supervisor_badge"] and cells["supervisor_badge"] == cells["badge"]:
        raise _Cell("supervisor_badge", "nobody supervises themselves. Leave it empty, or name the supervisor.")
    unit = tuple(part for part in _SLASH.split(cells["unit"]) if part)
    badge, name, rank = cells["badge"], cells["name"], cells["rank"]
    return Row(line.number, badge, name, unit, rank, cells["supervisor_badge"], began, ended)


def _day(cells: dict[str, str], column: str) -> date:
    try:
        return read_day(cells[column])
    except BadDay as problem:
        raise _Cell(column, str(problem)) from None
