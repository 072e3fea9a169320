"""Reads the sections of duties.py from a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from plainview.base.policy.rules.classes import Reading
from plainview.base.policy.rules.duties import (
    CYCLES,
    SERIOUS,
    TELLING,
    ClosedRecords,
    Disposal,
    Docking,
    Doubtful,
    Duties,
    Early,
    Escalation,
    Lowering,
    Review,
)
from plainview.base.policy.rules.report import Table, tables
from plainview.base.policy.rules.words import MATTER_KINDS, SLUG

_CITED = "every decision cites one"
_MOST_DAYS = 366
LEAST_WAITING = 7
"""Days: the public has to have a chance to see what is about to be destroyed."""

SECTIONS = ("closed_records", "disposal", "docking", "doubtful", "early", "escalation", "lowering", "review")
_Section = TypeVar("_Section")


def read_duties(reading: Reading, document: Mapping[str, Any]) -> Duties:
    """Returns the duties in a document; what is wrong with them gathers in the report."""

    def section(name: str, default: _Section, read: Callable[[Table], _Section]) -> _Section:
        if name not in document:
            return default
        table = Table(reading.report, (name,), document[name])
        reading.citing.append(table)
        found = read(table)
        table.done()
        return found

    return Duties(
        escalation=section("escalation", Escalation(), _escalation),
        lowering=section("lowering", Lowering(), _lowering),
        closed_records=section("closed_records", ClosedRecords(), _closed_records),
        docking=section("docking", Docking(), _docking),
        doubtful=section("doubtful", Doubtful(), lambda table: _doubtful(reading, table)),
        review=section("review", Review(), _review),
        disposal=_with_early(reading, document, section("disposal", Disposal(), _disposal)),
    )


def _disposal(table: Table) -> Disposal:
    return Disposal(
        clause=table.text("clause", _CITED),
        waiting_days=table.number("waiting_days", LEAST_WAITING, _MOST_DAYS, "for how many days it is announced"),
        approvals=table.number("approvals", 2, 9, "how many different people approve"),
    )


def _with_early(reading: Reading, document: Mapping[str, Any], found: Disposal) -> Disposal:
    reasons: dict[str, Early] = {}

    def read(table: Table) -> None:
        reading.citing.append(table)
        each = Early(
            table.text("id", "a short name such as court-order"), table.text("clause", _CITED), table.text("name")
        )
        if each.id and not SLUG.fullmatch(each.id):
            table.problem("id", "`id` must be small letters, digits and single hyphens")
        if each.id in reasons:
            table.problem("id", f'there are two [[early]] "{each.id}"')
        reasons[each.id] = each

    tables(reading.report, document, "early", read)
    return replace(found, early=tuple(reasons.values()))


def _escalation(table: Table) -> Escalation:
    clause = table.text("clause", _CITED)
    days = table.numbers("unclassified_days", 1, _MOST_DAYS)
    if table.has("unclassified_days") and (len(days) != 3 or list(days) != sorted(set(days))):
        table.problem("unclassified_days", "`unclassified_days` must be three growing numbers, such as [3, 7, 14]")
        return Escalation(clause)
    return Escalation(clause, (days[0], days[1], days[2])) if days else Escalation(clause)


def _lowering(table: Table) -> Lowering:
    return Lowering(table.text("clause", _CITED), table.texts("disposition") or SERIOUS)


def _closed_records(table: Table) -> ClosedRecords:
    clause, kinds = table.text("clause", _CITED), table.texts("matter_kinds")
    for place, kind in enumerate(kinds):
        if kind not in MATTER_KINDS:
            known = ", ".join(MATTER_KINDS)
            table.element("matter_kinds", place, f'there is no kind of matter "{kind}": it must be one of {known}')
    return ClosedRecords(clause, kinds or ClosedRecords().matter_kinds)


def _docking(table: Table) -> Docking:
    clause = table.text("clause", _CITED)
    return Docking(clause, table.number("hours", 1, 24 * _MOST_DAYS, "within how many hours of its end") or None)


def _doubtful(reading: Reading, table: Table) -> Doubtful:
    clause, classes = table.text("clause", _CITED), table.texts("classes")
    for place, class_id in enumerate(classes):
        if class_id not in reading.class_lines and not reading.report.damaged:
            table.element("classes", place, f'there is no [[class]] "{class_id}"')
    return Doubtful(clause, classes or Doubtful().classes, table.texts("disposition") or TELLING)


def _review(table: Table) -> Review:
    usual = Review()
    found = Review(
        clause=table.text("clause", _CITED),
        per_officer=table.number("per_officer", 0, 1000, "how many recordings of every officer a cycle"),
        cycle=table.text("cycle", f"how often: {', '.join(CYCLES)}"),
        days=table.number("days", 1, _MOST_DAYS, "how many days a reviewer has"),
        always=table.texts("always") or usual.always,
        command=table.texts("command") or usual.command,
    )
    table.known("cycle", found.cycle, CYCLES, "cycle")
    return found
