"""What an import changes: the file laid over who carried what.

A carry is known by its camera and its beginning. What the file says of it wins. A carry without an end ends when the
camera passes on. Nothing is ever taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from plainview.base.people.table import ImportRefused, Problem
from plainview.holdings.fleet.rules.rows import Row


@dataclass(frozen=True)
class Standing:
    """A carry, before (with its id) or after an import (new ones have none). `officer` is a key of the roster."""

    serial: str
    officer: int | None
    vehicle: str
    began: datetime
    ended: datetime | None
    id: int | None = None
    row: int = 0  # of the file, where it says so

    @property
    def says(self) -> tuple[object, ...]:
        """Everything but where it comes from."""
        return (self.serial, self.officer, self.vehicle, self.began, self.ended)

    @property
    def carried(self) -> bool:
        """False for a row that says that nobody carries the camera from then on."""
        return self.officer is not None or bool(self.vehicle)


@dataclass
class Plan:
    """What to write."""

    new: list[Standing] = field(default_factory=list)
    changed: list[tuple[Standing, Standing]] = field(default_factory=list)  # before, after

    @property
    def closed(self) -> int:
        """How many open carries get an end."""
        return sum(1 for before, after in self.changed if before.ended is None and after.ended is not None)


Lines = dict[str, dict[datetime, Standing]]  # what happened to each camera, by beginning


def make_plan(rows: Sequence[Row], officers: Mapping[int, int], standing: Sequence[Standing], name: str) -> Plan:
    """Returns the changes. `officers` says whom the badge of a row means. Raises ImportRefused with every overlap."""
    problems = list(_overlaps(rows))
    if not problems:
        lines = _lines(rows, officers, standing)
        problems = [p for line in lines.values() for p in _cut(line)]
    if problems:
        raise ImportRefused(name, problems)
    return _difference(standing, lines)


def _overlaps(rows: Iterable[Row]) -> Iterator[Problem]:
    """Rows of one camera that share a moment, or repeat each other."""
    by_serial: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_serial[row.serial].append(row)
    for group in by_serial.values():
        timed = sorted((r for r in group if r.began), key=lambda r: (r.began, r.number))
        bare = [r for r in group if not r.began]
        yield from (_repeated(bare[0], row) for row in bare[1:])
        if timed:
            yield from _sweep(timed)


def _sweep(rows: Sequence[Row]) -> Iterator[Problem]:
    longest = rows[0]
    for row in rows[1:]:
        assert row.began is not None
        overlaps = longest.ended is None or row.began < longest.ended
        if overlaps and (longest.carried or row.began == longest.began):
            yield _overlap(longest, row)
        lasts_longer = longest.ended is not None and (row.ended is None or row.ended > longest.ended)
        if lasts_longer or (row.carried and not longest.carried):
            longest = row


def _overlap(first: Row, second: Row) -> Problem:
    early, late = sorted((first, second), key=lambda r: r.number)
    if replace(early, number=0) == replace(late, number=0):
        return _repeated(early, late)
    message = (
        f"camera {late.serial} is carried twice at once: this row and row {early.number} overlap from "
        f"{_said(max(m for m in (first.began, second.began) if m))}. Give the earlier one an end."
    )
    return Problem(late.number, "from", message)


def _repeated(early: Row, late: Row) -> Problem:
    return Problem(late.number, "", f"this row repeats row {early.number}. Take one of them out.")


def _lines(rows: Iterable[Row], officers: Mapping[int, int], standing: Iterable[Standing]) -> Lines:
    lines: Lines = defaultdict(dict)
    for each in standing:
        lines[each.serial][each.began] = each
    for row in rows:
        if row.began is not None:
            known = lines[row.serial].get(row.began)
            carry = Standing(row.serial, officers.get(row.number), row.vehicle, row.began, row.ended)
            lines[row.serial][row.began] = replace(carry, id=known.id if known else None, row=row.number)
    return lines


def _cut(line: dict[datetime, Standing]) -> Iterator[Problem]:
    """Ends every carry when the camera passes on."""
    for begin, after in pairwise(sorted(line)):
        entry = line[begin]
        if entry.ended is not None and entry.ended <= after:
            continue
        if entry.ended is not None and entry.row and not line[after].row:
            message = (
                f"the fleet list already says who carries camera {entry.serial} from {_said(after)}. "
                f"End this row then, or add the corrected row of that time."
            )
            yield Problem(entry.row, "to", message)
        line[begin] = replace(entry, ended=after)


def _difference(before: Sequence[Standing], lines: Lines) -> Plan:
    plan = Plan()
    by_id = {s.id: s for s in before}
    for line in lines.values():
        for _, after in sorted(line.items()):
            if after.id is None and after.carried:
                plan.new.append(after)
            elif after.id is not None and after.says != by_id[after.id].says:
                plan.changed.append((by_id[after.id], after))
    return plan


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
