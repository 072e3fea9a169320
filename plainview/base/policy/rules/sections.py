"""What each section of a policy text may say, and what it must not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from plainview.base.policy.rules.classes import Reading, read_class, read_rule
from plainview.base.policy.rules.period import BadPeriod, Period, read_period
from plainview.base.policy.rules.read_duties import SECTIONS as DUTIES
from plainview.base.policy.rules.read_duties import read_duties
from plainview.base.policy.rules.report import Report, Table, tables
from plainview.base.policy.rules.shape import NOTICE, Activation, Changes, Clause, Policy
from plainview.base.policy.rules.words import CLAUSE_STATUSES, FOREVER, SLUG, UNCLASSIFIED

SECTIONS = tuple(sorted(("activation", "changes", "class", "clause", "policy", "rule", *DUTIES)))
LONGEST_CLAUSE = 20_000
_DAY = 24 * 3600


def read_document(report: Report, document: Mapping[str, Any], sha256: str) -> Policy:
    """Returns the policy in a parsed document; what is wrong with it gathers in the report."""
    reading = Reading(report)
    _unknown_sections(report, document)
    tables(report, document, "clause", partial(_read_clause, reading))
    tables(report, document, "class", partial(read_class, reading))
    tables(report, document, "rule", partial(read_rule, reading))
    _check_unclassified(reading)
    activation = _read_activation(reading, document)
    changes = _read_changes(reading, document)
    duties = read_duties(reading, document)
    _check_cited(reading)
    return Policy(
        sha256=sha256,
        classes=tuple(reading.classes),
        rules=tuple(reading.rules),
        clauses=tuple(reading.clauses),
        activation=activation,
        changes=changes,
        duties=duties,
        remarks=tuple(report.remarks),
        **_read_policy(report, document),
    )


def _unknown_sections(report: Report, document: Mapping[str, Any]) -> None:
    for name in document:
        if name not in SECTIONS:
            report.add((name,), "", f"a policy has no section `{name}`; it knows {', '.join(SECTIONS)}")


def _read_policy(report: Report, document: Mapping[str, Any]) -> dict[str, Any]:
    if "policy" not in document:
        report.missing((), "", "the text has no [policy] section: it gives the policy's id and version")
        return {"id": "", "version": ""}
    table = Table(report, ("policy",), document["policy"])
    found: dict[str, Any] = {
        "id": table.text("id", "a short name in small letters, such as recorded-media"),
        "version": table.text("version", "what tells this text from the ones before and after, such as 2021-03"),
        "title": table.text("title"),
        "number": table.text("number"),
        "adopted_by": table.text("adopted_by"),
        "adopted_on": table.day("adopted_on"),
        "effective": table.day("effective"),
    }
    if found["id"] and not SLUG.fullmatch(found["id"]):
        table.problem("id", "`id` must be small letters, digits and single hyphens")
    if found["adopted_on"] and found["effective"] and found["effective"] < found["adopted_on"]:
        days = f"effective {found['effective']}, adopted {found['adopted_on']}"
        table.problem("effective", f"the policy can't take effect before it is adopted: {days}")
    table.done()
    return found


def _read_clause(reading: Reading, table: Table) -> None:
    number = table.text("id", "the clause's number, such as V.3")
    table.clause = number
    wording = table.text("text", "what the clause says, in the words to be adopted", most=LONGEST_CLAUSE)
    status = table.text("status")
    heading = table.text("heading")
    if status:
        table.known("status", status, CLAUSE_STATUSES, "status")
    if number in reading.clause_lines:
        table.problem("id", f"there are two clauses {number}; the other is on line {reading.clause_lines[number]}")
    reading.clause_lines.setdefault(number, reading.report.line(table.path))
    reading.clauses.append(Clause(number, wording, status, heading))


def _read_activation(reading: Reading, document: Mapping[str, Any]) -> Activation | None:
    if "activation" not in document:
        return None
    table = Table(reading.report, ("activation",), document["activation"])
    reading.citing.append(table)
    found = Activation(
        clause=table.text("clause", "every decision cites one"),
        late_start_seconds=table.number("late_start_seconds", 0, _DAY, "how late a recording may start"),
        early_stop_seconds=table.number("early_stop_seconds", 0, _DAY, "how early a recording may stop"),
        gap_seconds=table.number("gap_seconds", 0, _DAY, "how long a hole in the recordings may last"),
        upload_hours=table.number("upload_hours", 1, 24 * 366, "how long after a call footage may still come in"),
        exclude_call_types=table.texts("exclude_call_types"),
        cancelled_dispositions=table.texts("cancelled_dispositions"),
        reasons=table.texts("reasons"),
    )
    table.done()
    return found


def _read_changes(reading: Reading, document: Mapping[str, Any]) -> Changes:
    if "changes" not in document:
        return Changes()
    table = Table(reading.report, ("changes",), document["changes"])
    reading.citing.append(table)
    found = Changes(table.text("clause", "every decision cites one"), _read_notice(table))
    table.done()
    return found


def _read_notice(table: Table) -> Period:
    if not table.has("notice"):
        return NOTICE
    try:
        notice = read_period(table.values["notice"])
    except BadPeriod as wrong:
        table.problem("notice", f"`notice` = {table.values['notice']!r} {wrong}")
        return NOTICE
    if notice == FOREVER or notice.may_end_before(NOTICE):
        table.problem("notice", f"`notice` must be {NOTICE} or more, and not forever")
        return NOTICE
    return notice


def _check_unclassified(reading: Reading) -> None:
    """What nobody has looked at yet must never go by itself."""
    if UNCLASSIFIED not in reading.class_lines:
        what = f'no [[class]] has id = "{UNCLASSIFIED}": every recording starts there, and it must be kept forever'
        reading.report.missing(("class",), "", what)


def _check_cited(reading: Reading) -> None:
    """Where the text carries its clauses, everything that cites one must find it."""
    if not reading.clause_lines or reading.report.damaged:
        return
    for table in reading.citing:
        number = table.values.get("clause")
        if isinstance(number, str):
            table.known("clause", number.strip(), reading.clause_lines, "[[clause]]")
