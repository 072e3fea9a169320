"""PURE. A file of camera faults: which camera did not work from when to when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from plainview.base.people.table import ImportRefused, Line, Problem
from plainview.holdings.fleet.rules.moments import BadMoment, read_moment
from plainview.holdings.fleet.rules.rows import Zones

COLUMNS = ("serial", "from", "to", "what")
WHAT_LENGTH = 500


@dataclass(frozen=True)
class FaultRow:
    """What the file says: [began, ended) in UTC; open where it has not ended."""

    number: int
    serial: str
    began: datetime
    ended: datetime | None
    what: str


def read_faults(lines: Iterable[Line], name: str, zones: Zones) -> list[FaultRow]:
    """Returns the rows. Raises ImportRefused with every problem found."""
    rows: dict[tuple[str, datetime], FaultRow] = {}
    problems: list[Problem] = []
    for line in lines:
        try:
            row = _row(line, zones)
        except _Wrong as wrong:
            problems.append(Problem(line.number, wrong.column, str(wrong)))
            continue
        twin = rows.setdefault((row.serial, row.began), row)
        if (twin.ended, twin.what) != (row.ended, row.what):
            what = f"row {twin.number} says otherwise of the same camera from the same moment on. Which is it?"
            problems.append(Problem(line.number, "from", what))
    if problems:
        raise ImportRefused(name, problems)
    return list(rows.values())


def unknown(rows: Iterable[FaultRow], serials: Iterable[str]) -> Iterator[Problem]:
    """Yields a problem for every row whose camera is not registered."""
    known = set(serials)
    for row in rows:
        if row.serial not in known:
            yield Problem(row.number, "serial", f"camera {row.serial} is not on the fleet list. Import that first.")


class _Wrong(ValueError):
    def __init__(self, column: str, message: str) -> None:
        self.column = column
        super().__init__(message)


def _row(line: Line, zones: Zones) -> FaultRow:
    cells = line.cells
    for column, needed in (("serial", "Name the camera."), ("from", "Write since when it did not work.")):
        if not cells[column]:
            raise _Wrong(column, f"empty. {needed}")
    if not cells["what"] or len(cells["what"]) > WHAT_LENGTH:
        raise _Wrong("what", f"Say in 1 to {WHAT_LENGTH} characters what was wrong with it.")
    began = _moment(cells, "from", zones)
    ended = _moment(cells, "to", zones) if cells["to"] else None
    if ended is not None and ended <= began:
        raise _Wrong("to", f"{cells['to']} is not after {cells['from']}.")
    return FaultRow(line.number, cells["serial"], began, ended, cells["what"])


def _moment(cells: dict[str, str], column: str, zones: Zones) -> datetime:
    try:
        return read_moment(cells[column], zones.named, zones.department, is_end=column == "to")
    except BadMoment as problem:
        raise _Wrong(column, str(problem)) from None
