"""Takes a whole file of matters, or nothing of it: a few statements, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.people.table import ImportRefused, Problem
from plainview.holdings.incidents.actions.matters import (
    Opening,
    link_many,
    moved_facts,
    open_many,
    status_change,
)
from plainview.holdings.incidents.matters_table import MatterEntry
from plainview.holdings.incidents.models import Call, Matter, StatusChange
from plainview.holdings.incidents.rules import ImpossibleMove, Standing, check_day, check_move
from plainview.ledger.canonical import Json

BATCH = 5000


@dataclass(frozen=True)
class Taken:
    """What an import of matters did."""

    opened: list[Matter]
    changed: list[Matter]
    corrected: list[Matter]
    linked: int
    unchanged: int


@transaction.atomic
def take_matters(entries: Sequence[MatterEntry], name: str, *, actor: str) -> Taken:
    """Takes a whole file of matters, or nothing: set-based, re-runnable. Raises ImportRefused.

    A later file may correct the office and the reason of a matter; an empty cell takes nothing away.
    """
    numbers = [e.number for e in entries]
    found = Matter.objects.select_for_update(of=("self",)).select_related("merged_into").filter(number__in=numbers)
    known = {m.number: m for m in found.order_by("pk")}
    calls = _calls(entries)
    problems = [*_impossible(entries, known), *_unknown_calls(entries, calls)]
    if problems:
        raise ImportRefused(name, problems)
    fresh = [Opening(e.number, e.kind, _standing(e), e.agency, file=name) for e in entries if e.number not in known]
    here = [(known[e.number], e) for e in entries if e.number in known]
    corrected = _correct_all(here, actor)
    changed = _move_all([(m, e) for m, e in here if m.status != e.status], actor)
    opened = open_many(fresh, actor=actor)
    known |= {m.number: m for m in opened}
    linked = link_many([(known[e.number], calls[number]) for e in entries for number in e.calls], actor=actor)
    touched = {m.pk for m in (*opened, *changed, *corrected)}
    return Taken(opened, changed, corrected, linked, len(entries) - len(touched))


def _impossible(entries: Iterable[MatterEntry], known: dict[str, Matter]) -> Iterator[Problem]:
    today = timezone.localdate()
    for entry in entries:
        matter, then = known.get(entry.number), _standing(entry)
        try:
            check_day(then, today)
            if matter is not None and matter.kind == entry.kind and matter.merged_into is None:
                check_move(matter.kind, Standing(matter.status, matter.status_on, matter.reason), then)
        except ImpossibleMove as problem:
            column = "status_on" if then.on > today else "status"
            yield Problem(entry.row, column, f"{entry.number}: {problem}")
        if matter is None:
            continue
        if matter.kind != entry.kind:
            yield Problem(entry.row, "kind", f"{entry.number} is a {matter.kind} matter here.")
        if matter.merged_into is not None:
            told = f"{entry.number} was taken over by {matter.merged_into.number}. Name that one, or take the row out."
            yield Problem(entry.row, "matter_id", told)


def _calls(entries: Iterable[MatterEntry]) -> dict[str, int]:
    wanted = {number for e in entries for number in e.calls}
    return dict(Call.objects.filter(number__in=wanted).values_list("number", "pk"))


def _unknown_calls(entries: Iterable[MatterEntry], calls: dict[str, int]) -> Iterator[Problem]:
    for entry in entries:
        for number, row in entry.calls.items():
            if number not in calls:
                told = f"no call {number} is here. Import the calls first, or leave the cell empty."
                yield Problem(row, "call_id", told)


def _move_all(pairs: Sequence[tuple[Matter, MatterEntry]], actor: str) -> list[Matter]:
    told = []
    for matter, entry in pairs:
        before = Standing(matter.status, matter.status_on, matter.reason)
        matter.status, matter.status_on, matter.reason = entry.status, entry.status_on, entry.reason
        told.append(Entry(Kind.INCIDENTS_MATTER_MOVED, matter.handle, moved_facts(matter, before)))
    moved = [matter for matter, _ in pairs]
    _save(moved)
    StatusChange.objects.bulk_create([status_change(m, actor) for m in moved], batch_size=BATCH)
    record_many(told, actor=actor)
    return moved


def _correct_all(pairs: Sequence[tuple[Matter, MatterEntry]], actor: str) -> list[Matter]:
    """Corrects the office, and the reason of a status that stays."""
    corrected, told = [], []
    for matter, entry in pairs:
        wanted = {"agency": entry.agency}
        if matter.status == entry.status:
            wanted["reason"] = entry.reason
        new: dict[str, Json] = {k: v for k, v in wanted.items() if v and v != getattr(matter, k)}
        if new:
            old: dict[str, Json] = {name: getattr(matter, name) for name in new}
            for field, value in new.items():
                setattr(matter, field, value)
            corrected.append(matter)
            facts: dict[str, Json] = {"changed": list(new), "old": old, "new": new}
            told.append(Entry(Kind.INCIDENTS_MATTER_CORRECTED, matter.handle, facts))
    _save(corrected)
    record_many(told, actor=actor)
    return corrected


def _standing(entry: MatterEntry) -> Standing:
    return Standing(entry.status, entry.status_on, entry.reason)


def _save(matters: Sequence[Matter]) -> None:
    """Writes what a file may change, in one statement; the ORM's own would be a CASE as long as the file."""
    columns = [[getattr(m, name) for m in matters] for name in ("pk", "agency", "status", "status_on", "reason")]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, columns)


_SAVE = """
update incidents_matter m set agency = new.agency, status = new.status, status_on = new.status_on, reason = new.reason
from unnest(%s::bigint[], %s::text[], %s::text[], %s::date[], %s::text[]) new (id, agency, status, status_on, reason)
where m.id = new.id"""
