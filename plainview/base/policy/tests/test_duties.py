"""The sections of duties: read with their clauses, defaulted where a text is silent, refused where they are wrong."""

from __future__ import annotations

import pytest

from plainview.base.policy.rules import Duties, compare, parse, told
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, house, later, line_of, problems

ALL = """
[docking]
clause = "IV.3"
hours = 12
[escalation]
clause = "V.18"
unclassified_days = [2, 5, 9]
[lowering]
clause = "V.19"
disposition = ["ARREST"]
[doubtful]
clause = "V.20"
classes = ["non-evidentiary"]
disposition = ["TOW"]
[closed_records]
clause = "VI.1"
matter_kinds = ["criminal", "shooting"]
[review]
clause = "VI.4"
per_officer = 2
cycle = "quarter"
days = 30
always = ["FORCE"]
command = ["DISPERSAL"]
"""


def test_a_text_that_is_silent_has_the_defaults_and_cites_nothing() -> None:
    duties = house().duties
    assert duties == Duties()
    assert duties.escalation.unclassified_days == (3, 7, 14)
    assert all(duty.clause == "" for duty in told(duties))


def test_every_section_is_read_with_its_clause() -> None:
    duties = parse(HOUSE + ALL).duties
    assert duties.docking.hours == 12
    assert duties.escalation.unclassified_days == (2, 5, 9)
    assert duties.lowering.dispositions == ("ARREST",)
    assert (duties.doubtful.classes, duties.doubtful.dispositions) == (("non-evidentiary",), ("TOW",))
    assert duties.closed_records.matter_kinds == ("criminal", "shooting")
    assert (duties.review.per_officer, duties.review.cycle, duties.review.days) == (2, "quarter", 30)
    clauses = {duty.name: duty.clause for duty in told(duties)}
    assert sorted(clauses.values()) == ["IV.3", "V.18", "V.19", "V.20", "VI.1", "VI.4"]


def test_the_text_of_kansas_city_names_a_clause_for_each() -> None:
    policy = parse(KANSAS_CITY.read_bytes())
    assert all(policy.clause(duty.clause) for duty in told(policy.duties))
    assert policy.activation is not None
    assert "camera failed" in policy.activation.reasons


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("[2, 5, 9]", "[5, 2, 9]", "three growing numbers"),
        ("[2, 5, 9]", "[2, 5]", "three growing numbers"),
        ("[2, 5, 9]", '["2", 5, 9]', "a list of whole numbers"),
        ("[2, 5, 9]", "[2, 5, 9000]", "must lie from 1 to 366"),
        ('cycle = "quarter"', 'cycle = "fortnight"', 'no cycle "fortnight"'),
        ("hours = 12", "hours = 0", "must lie from 1"),
        ('["criminal", "shooting"]', '["criminal", "parking"]', 'no kind of matter "parking"'),
        ('classes = ["non-evidentiary"]', 'classes = ["evidentiary"]', 'no [[class]] "evidentiary"'),
        ("per_officer = 2", "per_officers = 2", "unknown key `per_officers`"),
    ],
)
def test_what_makes_no_sense_is_named_by_line(good: str, bad: str, says: str) -> None:
    text = HOUSE + ALL.replace(good, bad)
    found = [p for p in problems(text) if says in p.message]
    assert found, problems(text)
    assert found[0].line == line_of(text, bad)


def test_a_changed_duty_is_seen_side_by_side() -> None:
    before = parse(HOUSE + ALL)
    after = parse(later("2027-01", text=HOUSE + ALL.replace("hours = 12", "hours = 48")))
    changed = [row.subject for row in compare(before, after).facts if row.how != "same"]
    assert "Docking" in changed
