"""What an import changes: the file laid over the roster as it stands.

An assignment is known by its officer and its first day. What the file says of it wins. An assignment without a last
day ends when the officer's next one begins. Nothing is ever taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from plainview.base.people.rules.chain import Link, circles
from plainview.base.people.rules.overlap import contradictions
from plainview.base.people.rules.rows import Path, Person, Row
from plainview.base.people.table import ImportRefused, Problem

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """An assignment of the roster, before (with its id) or after an import (new ones have none)."""

    person: Person
    unit: Path
    rank: str
    supervisor: Person | None
    began: date
    ended: date | None
    id: int | None = None
    row: int = 0  # of the file, where it says so

    def covers(self, day: date) -> bool:
        """Whether the officer served on that day."""
        return self.began <= day <= (self.ended or date.max)

    @property
    def says(self) -> tuple[object, ...]:
        """Everything but where it comes from."""
        return (self.person, self.unit, self.rank, self.supervisor, self.began, self.ended)


@dataclass
class Plan:
    """What to write."""

    renames: dict[Person, Person] = field(default_factory=dict)
    new: list[Standing] = field(default_factory=list)
    changed: list[tuple[Standing, Standing]] = field(default_factory=list)  # before, after
    unchanged: int = 0  # rows of the file that say what the roster says already

    @property
    def closed(self) -> int:
        """How many open assignments get a last day."""
        return sum(1 for before, after in self.changed if before.ended is None and after.ended is not None)

    @property
    def empty(self) -> bool:
        return not (self.renames or self.new or self.changed)


def make_plan(rows: Sequence[Row], standing: Sequence[Standing], name: str) -> Plan:
    """Returns the changes. Raises ImportRefused with every problem of the first kind that occurs."""
    _refuse(name, contradictions(rows))
    renames, problems = _renames(rows, standing)
    _refuse(name, problems)
    before = [
        replace(s, person=_renamed(s.person, renames), supervisor=_renamed_or_none(s.supervisor, renames))
        for s in standing
    ]
    lines = _lines(rows, before)
    _refuse(name, _cut(lines, {row.person for row in rows}))
    _refuse(name, _badges_held_twice(rows, lines))
    _refuse(name, _supervise(rows, lines))
    _refuse(name, _rings(lines))
    return _difference(before, lines, {row.person for row in rows}, renames)


Lines = dict[Person, dict[date, Standing]]  # what each officer did, by first day


def _refuse(name: str, problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise ImportRefused(name, found)


def _renamed(person: Person, renames: Mapping[Person, Person]) -> Person:
    return renames.get(person, person)


def _renamed_or_none(person: Person | None, renames: Mapping[Person, Person]) -> Person | None:
    return person and _renamed(person, renames)


def _renames(rows: Sequence[Row], standing: Sequence[Standing]) -> tuple[dict[Person, Person], list[Problem]]:
    """A row of the same badge and first day under another name is a corrected name, unless both names are in use."""
    was = {(s.person[0], s.began): s.person for s in standing}
    used_before = {s.person for s in standing}
    renames: dict[Person, Person] = {}
    problems = []
    in_file = {row.person for row in rows}
    for row in rows:
        old = was.get((row.badge, row.began))
        if old is None or old == row.person:
            continue
        clear = old not in in_file and row.person not in used_before and renames.get(old, row.person) == row.person
        if clear:
            renames[old] = row.person
        else:
            message = (
                f"badge {row.badge} has been {old[1]}'s from {row.began}. If {row.name} is another person, the first "
                f"day is wrong; if it is a corrected name, write it so in every row of the badge."
            )
            problems.append(Problem(row.number, "name", message))
    return renames, problems


def _lines(rows: Iterable[Row], standing: Iterable[Standing]) -> Lines:
    lines: Lines = defaultdict(dict)
    for each in standing:
        lines[each.person][each.began] = each
    for row in rows:
        known = lines[row.person].get(row.began)
        # the supervisor is filled in once everybody's days are known
        entry = Standing(
            row.person, row.unit, row.rank, None, row.began, row.ended, known.id if known else None, row.number
        )
        lines[row.person][row.began] = entry
    return lines


def _cut(lines: Lines, people: Iterable[Person]) -> Iterator[Problem]:
    """Ends every assignment on the day before the officer's next one."""
    for person in people:
        line = lines[person]
        days = sorted(line)
        for day, next_day in pairwise(days):
            entry = line[day]
            if entry.ended is not None and entry.ended < next_day:
                continue
            if entry.ended is not None and entry.row and not line[next_day].row:
                unit = " / ".join(line[next_day].unit)
                message = (
                    f"the roster already has {person[1]} ({person[0]}) in “{unit}” from {next_day}. "
                    f"End this row on {next_day - ONE_DAY}, or add the corrected row of {next_day}."
                )
                yield Problem(entry.row, "to", message)
            line[day] = replace(entry, ended=next_day - ONE_DAY)


def _badges_held_twice(rows: Iterable[Row], lines: Lines) -> Iterator[Problem]:
    """A badge is one person's on any day; where the file alone is at odds, `contradictions` has said so."""
    holders: dict[str, set[Person]] = defaultdict(set)
    for person in lines:
        holders[person[0]].add(person)
    for badge in sorted({row.badge for row in rows}):
        if len(holders[badge]) < 2:
            continue
        entries = sorted((e for p in holders[badge] for e in lines[p].values()), key=lambda e: e.began)
        for early, late in pairwise(entries):
            if early.person != late.person and early.covers(late.began) and (early.row or late.row):
                here, there = (late, early) if late.row else (early, late)
                message = (
                    f"badge {badge} is {there.person[1]}'s from {there.began}"
                    f"{f' to {there.ended}' if there.ended else ' on'}. "
                    f"Add that row with its last day to the file, or correct the badge."
                )
                yield Problem(here.row, "badge", message)


def _supervise(rows: Iterable[Row], lines: Lines) -> Iterator[Problem]:
    """Finds the person behind each supervisor_badge: who held it on the row's first day, else soonest after."""
    held: dict[str, list[Standing]] = defaultdict(list)
    for person, line in lines.items():
        held[person[0]] += line.values()
    for entries in held.values():
        entries.sort(key=lambda e: e.began)
    for row in rows:
        if not row.supervisor_badge:
            continue
        entries = held.get(row.supervisor_badge, [])
        supervisor = _holder(entries, row)
        if supervisor is None:
            yield Problem(row.number, "supervisor_badge", _nobody(row, entries))
            continue
        line = lines[row.person]
        line[row.began] = replace(line[row.began], supervisor=supervisor)


def _holder(entries: Sequence[Standing], row: Row) -> Person | None:
    on_the_day = [e.person for e in entries if e.covers(row.began)]
    if on_the_day:
        return on_the_day[-1]
    last = row.ended or date.max
    later = [e.person for e in entries if row.began <= e.began <= last]
    if later:
        return later[0]
    people = {e.person for e in entries}
    return people.pop() if len(people) == 1 else None


def _nobody(row: Row, entries: Sequence[Standing]) -> str:
    if not entries:
        return f"badge {row.supervisor_badge} isn't on the roster, nor in this file. Add its row, or leave this empty."
    names = ", ".join(sorted({e.person[1] for e in entries}))
    return (
        f"nobody held badge {row.supervisor_badge} from {row.began}, and several have had it ({names}). "
        "Add the row of the one who is meant."
    )


def _rings(lines: Lines) -> Iterator[Problem]:
    links = [
        Link(e.person, e.supervisor, e.began, e.ended, e.row)
        for line in lines.values()
        for e in line.values()
        if e.supervisor is not None
    ]
    for circle in circles(links):
        if circle.row:
            yield Problem(circle.row, "supervisor_badge", circle.sentence())


def _difference(
    before: Sequence[Standing], lines: Lines, people: Iterable[Person], renames: dict[Person, Person]
) -> Plan:
    plan = Plan(renames)
    by_id = {s.id: s for s in before}
    for person in sorted(people):
        for _, after in sorted(lines[person].items()):
            if after.id is None:
                plan.new.append(after)
            elif after.says != by_id[after.id].says:
                plan.changed.append((by_id[after.id], after))
            elif after.row:
                plan.unchanged += 1
    return plan
