"""A file of matters: one row per link, all rows of a matter saying the same of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from plainview.base.people.rules.rows import BadDay, read_day
from plainview.base.people.table import ImportRefused, Line, Problem
from plainview.holdings.incidents.models import MatterKind, Status

COLUMNS = ("matter_id", "kind", "agency", "status", "status_on", "reason", "call_id", "recording_id")
SAID = ("kind", "agency", "status", "status_on", "reason")


@dataclass
class MatterEntry:
    """One matter as the file says it, with its links and the row each stands in."""

    row: int
    number: str
    kind: str
    agency: str
    status: str
    status_on: date
    reason: str
    calls: dict[str, int] = field(default_factory=dict)
    recordings: dict[str, int] = field(default_factory=dict)


def read_matters(lines: Iterable[Line], name: str) -> list[MatterEntry]:
    """Returns the matters. Raises ImportRefused with every problem found."""
    found: dict[str, MatterEntry] = {}
    first: dict[str, Line] = {}
    problems: list[Problem] = []
    for line in lines:
        number = line.cells["matter_id"]
        if not number:
            problems.append(Problem(line.number, "matter_id", "empty. Every row names its matter."))
        elif number in first:
            problems += _contradictions(first[number], line)
        else:
            wrong = list(_wrong(line))
            problems += wrong
            first[number] = line
            if not wrong:
                found[number] = _entry(line)
        if number in found:
            _link(found[number], line)
    if problems:
        raise ImportRefused(name, problems)
    return list(found.values())


def _wrong(line: Line) -> Iterable[Problem]:
    cells = line.cells
    if cells["kind"] not in MatterKind.values:
        yield Problem(line.number, "kind", f"“{cells['kind']}” is none of {', '.join(MatterKind.values)}.")
    if cells["status"] not in Status.values:
        yield Problem(line.number, "status", f"“{cells['status']}” is none of {', '.join(Status.values)}.")
    try:
        read_day(cells["status_on"])
    except BadDay as problem:
        yield Problem(line.number, "status_on", str(problem))


def _contradictions(first: Line, line: Line) -> Iterable[Problem]:
    for column in SAID:
        before, now = first.cells[column], line.cells[column]
        if before != now:
            what = f"“{now}”, but row {first.number} says “{before}” of the same matter. Which is it?"
            yield Problem(line.number, column, what)


def _entry(line: Line) -> MatterEntry:
    cells = line.cells
    return MatterEntry(
        row=line.number,
        number=cells["matter_id"],
        kind=cells["kind"],
        agency=cells["agency"],
        status=cells["status"],
        status_on=read_day(cells["status_on"]),
        reason=cells["reason"],
    )


def _link(entry: MatterEntry, line: Line) -> None:
    if line.cells["call_id"]:
        entry.calls.setdefault(line.cells["call_id"], line.number)
    if line.cells["recording_id"]:
        entry.recordings.setdefault(line.cells["recording_id"], line.number)
