"""A fleet row: one camera, and who carried it from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plainview.base.people.table import ImportRefused, Line, Problem
from plainview.holdings.fleet.rules.moments import BadMoment, read_moment

COLUMNS = ("serial", "kind", "maker", "model", "badge", "vehicle", "from", "to")
KINDS = ("body", "in-car", "interview")


@dataclass(frozen=True)
class Zones:
    """The zone that the command named, if any, and the department's own."""

    named: ZoneInfo | None
    department: ZoneInfo


@dataclass(frozen=True)
class Row:
    """What the file says: [began, ended) in UTC. A row without badge and vehicle only registers the camera."""

    number: int
    serial: str
    kind: str
    maker: str
    model: str
    badge: str
    vehicle: str
    began: datetime | None
    ended: datetime | None

    @property
    def carried(self) -> bool:
        """Whether somebody, or a car, carries the camera by this row."""
        return bool(self.badge or self.vehicle)


def read_rows(lines: Iterable[Line], name: str, zones: Zones) -> list[Row]:
    """Returns the rows. Raises ImportRefused with every problem found."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for line in lines:
        moments: dict[str, datetime | None] = {"from": None, "to": None}
        found = [*_bad_cells(line), *_read_moments(line, zones, moments)]
        if not found:
            rows.append(_row(line, moments["from"], moments["to"]))
        problems += found
    if problems:
        raise ImportRefused(name, problems)
    return rows


def _bad_cells(line: Line) -> Iterator[Problem]:
    cells = line.cells
    if not cells["serial"]:
        yield Problem(line.number, "serial", "empty. Every row needs the camera's serial and its kind.")
    if cells["kind"].lower() not in KINDS:
        yield Problem(line.number, "kind", f"“{cells['kind']}” is no kind of camera. Write body, in-car or interview.")
    if (cells["badge"] or cells["vehicle"]) and not cells["from"]:
        yield Problem(line.number, "from", "empty. Write since when the camera is carried.")
    if cells["to"] and not cells["from"]:
        yield Problem(line.number, "to", "there is an end but no beginning. Fill in from.")


def _read_moments(line: Line, zones: Zones, into: dict[str, datetime | None]) -> Iterator[Problem]:
    for column in ("from", "to"):
        text = line.cells[column]
        try:
            if text:
                into[column] = read_moment(text, zones.named, zones.department, is_end=column == "to")
        except BadMoment as problem:
            yield Problem(line.number, column, str(problem))
            return
    began, ended = into["from"], into["to"]
    if began is not None and ended is not None and ended <= began:
        yield Problem(line.number, "to", f"{line.cells['to']} is not after {line.cells['from']}.")


def _row(line: Line, began: datetime | None, ended: datetime | None) -> Row:
    cells = line.cells
    return Row(
        line.number,
        cells["serial"],
        cells["kind"].lower(),
        cells["maker"],
        cells["model"],
        cells["badge"],
        cells["vehicle"],
        began,
        ended,
    )
