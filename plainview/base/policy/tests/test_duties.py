"""The sections of duties: read with their clauses, defaulted where a text is silent, refused where they are wrong."""

from __future__ import annotations

import pytest

from plainview.base.policy.rules import Duties, Early, compare, parse, shortens, told
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
[disposal]
clause = "V.21"
waiting_days = 30
approvals = 3
[[early]]
id = "court-order"
name = "Order of a court"
clause = "V.22"
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
    assert sorted(clauses.values()) == ["IV.3", "V.18", "V.19", "V.20", "V.21", "V.22", "VI.1", "VI.4"]
    assert (duties.disposal.waiting_days, duties.disposal.needed(False), duties.disposal.needed(True)) == (30, 3, 4)
    assert duties.disposal.find("court-order") == Early("court-order", "V.22", "Order of a court")


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
        ("waiting_days = 30", "waiting_days = 6", "must lie from 7 to 366"),
        ("approvals = 3", "approvals = 1", "must lie from 2 to 9"),
        ('id = "court-order"', 'id = "Court order"', "small letters, digits"),
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


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("waiting_days = 30", "waiting_days = 14", "announced for 14 days instead of 30 days"),
        ("approvals = 3", "approvals = 2", "approved by 2 people instead of 3"),
        ('id = "court-order"', 'id = "whim"', "before its time: Order of a court"),
    ],
)
def test_an_easier_way_to_destruction_shortens(good: str, bad: str, says: str) -> None:
    before, after = parse(HOUSE + ALL), parse(later("2027-01", text=HOUSE + ALL.replace(good, bad)))
    assert [change for change in shortens(before, after) if says in change.sentence]
    assert not shortens(after, before) or good.startswith("id")
