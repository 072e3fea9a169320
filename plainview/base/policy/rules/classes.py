"""The two sections that decide: what a class keeps and for how long, and what a call's outcome does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from plainview.base.policy.rules.period import BadPeriod, Period, read_period
from plainview.base.policy.rules.report import Report, Table
from plainview.base.policy.rules.shape import Class, Clause, Rule
from plainview.base.policy.rules.words import FOREVER, MATTER_CONCLUDED, MATTER_KINDS, MOMENTS, SLUG, UNCLASSIFIED


@dataclass
class Reading:
    """What has been read of a text so far."""

    report: Report
    clauses: list[Clause] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    clause_lines: dict[str, int] = field(default_factory=dict)
    class_lines: dict[str, int] = field(default_factory=dict)  # also of classes that have a problem
    citing: list[Table] = field(default_factory=list)


def read_class(reading: Reading, table: Table) -> None:
    """Reads one [[class]]."""
    class_id = table.text("id", "a short name in small letters, such as non-evidentiary")
    clause = table.text("clause", "every decision cites one")
    name = table.text("name")
    keep = _read_keep(table)
    moment, kinds = _read_moment(table, keep)
    review = table.flag("review")
    if class_id:
        _check_id(reading, table, class_id)
        reading.class_lines.setdefault(class_id, reading.report.line(table.path))
    if keep == FOREVER:
        _check_forever(table, class_id, review)
    elif class_id == UNCLASSIFIED and keep:
        table.problem("keep", f'class {UNCLASSIFIED} must be kept "forever": nobody has looked at it yet')
    if keep is not None:
        reading.classes.append(Class(class_id, clause, keep, moment, kinds, review, name))
    reading.citing.append(table)


def _read_keep(table: Table) -> Period | Literal["forever"] | None:
    if not table.has("keep"):
        table.missing("keep", 'how long, such as "180 days" or "forever"')
        return None
    value = table.values["keep"]
    try:
        return read_period(value)
    except BadPeriod as wrong:
        shown = f'"{value}"' if isinstance(value, str) else value
        table.problem("keep", f"`keep` = {shown} {wrong}")
        return None


def _read_moment(table: Table, keep: Period | str | None) -> tuple[str, tuple[str, ...]]:
    moment, kinds = table.text("from"), table.texts("matter_kinds")
    if not table.has("from") and keep != FOREVER:
        table.missing("from", f"from which moment the period counts: {', '.join(MOMENTS)}")
    known = table.known("from", moment, MOMENTS, "moment")
    for place, kind in enumerate(table.values.get("matter_kinds", []) if kinds else []):
        if kind not in MATTER_KINDS:
            table.element("matter_kinds", place, f'there is no kind of matter "{kind}": it must be one of {_KINDS}')
    if moment == MATTER_CONCLUDED and not table.has("matter_kinds"):
        table.missing("matter_kinds", "whose conclusion starts the clock")
    elif moment == MATTER_CONCLUDED and table.values["matter_kinds"] == []:
        table.problem("matter_kinds", "`matter_kinds` is empty: no conclusion would ever start the clock")
    elif kinds and known and moment != MATTER_CONCLUDED:
        table.problem("matter_kinds", f'`matter_kinds` contradicts from = "{moment}": no conclusion starts that clock')
    return moment, tuple(sorted(kinds))


_KINDS = ", ".join(MATTER_KINDS)


def _check_id(reading: Reading, table: Table, class_id: str) -> None:
    if not SLUG.fullmatch(class_id) or len(class_id) > 64:
        table.problem("id", f'class id "{class_id}" must be small letters, digits and single hyphens, 64 at most')
    for other, line in reading.class_lines.items():
        if other == class_id:
            table.problem("id", f'class "{class_id}" is there twice: it contradicts the one on line {line}')
        elif _alike(other) == _alike(class_id):
            table.problem("id", f'class "{class_id}" overlaps class "{other}" on line {line}: people read them as one')


def _alike(class_id: str) -> str:
    """Returns what a person reads: Non-Evidentiary, nonevidentiary and non_evidentiary are one class."""
    return re.sub(r"[^a-z0-9]", "", class_id.lower())


def _check_forever(table: Table, class_id: str, review: bool) -> None:
    if review:
        table.problem(
            "review", f'class "{class_id}" is kept forever: there is no end at which a person could review it'
        )
    idle = [key for key in ("from", "matter_kinds") if key in table.values]
    if idle:
        table.remark(f'Class "{class_id}" is kept forever, so its {" and ".join(idle)} says nothing.')


def read_rule(reading: Reading, table: Table) -> None:
    """Reads one [[rule]]; the classes have been read before."""
    clause = table.text("clause", "every decision cites one")
    dispositions = _read_when(reading, table)
    add_class, open_matter = table.text("add_class"), table.text("open_matter")
    if not table.has("add_class") and not table.has("open_matter"):
        table.missing("add_class", "a rule adds a class, opens a matter, or both")
    table.known("open_matter", open_matter, MATTER_KINDS, "kind of matter")
    if add_class == UNCLASSIFIED:
        table.problem("add_class", f"a rule can't add {UNCLASSIFIED}: that means that nobody has decided yet")
    elif not reading.report.damaged:
        table.known("add_class", add_class, reading.class_lines, "class")
        _check_waits(reading, table, add_class, open_matter)
    if dispositions and any(_same(r, dispositions, add_class, open_matter) for r in reading.rules):
        table.problem("when", "this rule says the same as one before it")
    reading.rules.append(Rule(clause, dispositions, add_class, open_matter))
    reading.citing.append(table)


def _same(rule: Rule, dispositions: tuple[str, ...], add_class: str, open_matter: str) -> bool:
    return (set(rule.dispositions), rule.add_class, rule.open_matter) == (set(dispositions), add_class, open_matter)


def _read_when(reading: Reading, table: Table) -> tuple[str, ...]:
    if not table.has("when"):
        table.missing("when", 'which calls it is about, such as { disposition = ["ARREST"] }')
        return ()
    when = Table(reading.report, (*table.path, "when"), table.values["when"], table.clause)
    if when.has("disposition"):
        if when.values["disposition"] == []:
            when.problem("disposition", "`disposition` is empty: the rule would never apply")
        dispositions = when.texts("disposition")
    else:
        table.problem("when", 'names no outcome: write when = { disposition = ["ARREST"] }')
        dispositions = ()
    when.done()
    return dispositions


def _check_waits(reading: Reading, table: Table, add_class: str, open_matter: str) -> None:
    kinds = next((c.matter_kinds for c in reading.classes if c.id == add_class), ())
    if kinds and open_matter and open_matter not in kinds:
        table.remark(
            f'The rule opens a {open_matter} matter, but class "{add_class}" does not wait for its conclusion.'
        )
