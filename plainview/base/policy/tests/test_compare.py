"""compare(): two versions side by side."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import Row, compare, parse
from plainview.base.policy.rules.compare import word_by_word
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, SHORTER, a_class, house, later, with_slip


def row(rows: list[Row], subject: str) -> Row:
    return next(r for r in rows if r.subject == subject)


def test_the_same_text_differs_in_nothing() -> None:
    policy = parse(KANSAS_CITY.read_bytes())
    found = compare(policy, policy)
    assert found.changed == 0
    assert found.shortens == []
    assert {r.how for r in [*found.classes, *found.clauses, *found.rules, *found.activation]} == {"same"}


def test_a_shorter_class_is_marked_and_explained() -> None:
    found = row(compare(house(), parse(later("2", SHORTER))).classes, "non-evidentiary")
    assert (found.how, found.effect, found.why) == ("changed", "shorter", "would be kept 90 days instead of 180 days")
    assert found.before == "non-evidentiary: 180 days from the day it was recorded, by clause V.3"
    assert [(p.how, p.words) for p in found.pieces] == [
        ("same", "non-evidentiary:"),
        ("removed", "180"),
        ("added", "90"),
        ("same", "days from the day it was recorded, by clause V.3"),
    ]


def test_a_longer_class_is_marked_too() -> None:
    assert row(compare(house(), parse(later("2", LONGER))).classes, "non-evidentiary").effect == "longer"


def test_added_and_removed_classes_stand_in_their_places() -> None:
    old = parse(HOUSE + a_class("gone"))
    new = parse(later() + a_class("new"))
    rows = compare(old, new).classes
    assert [(r.subject, r.how) for r in rows] == [
        ("unclassified", "same"),
        ("non-evidentiary", "same"),
        ("criminal", "same"),
        ("gone", "removed"),
        ("new", "added"),
    ]
    assert "never go" in row(rows, "gone").why
    assert row(rows, "gone").effect == "longer"


def test_clauses_rules_activation_and_the_policy_s_own_facts_are_compared() -> None:
    text = KANSAS_CITY.read_text(encoding="utf-8")
    changed = with_slip("An officer who starts a recording late", "Every officer who starts late", text)
    changed = with_slip("late_start_seconds = 60", "late_start_seconds = 30", changed)
    changed = with_slip('disposition = ["CITATION"]', 'disposition = ["CITATION", "SUMMONS"]', changed)
    changed = with_slip('version = "2021-03"', 'version = "2"', changed)
    found = compare(parse(text), parse(changed))
    assert found.changed == 4
    assert row(found.clauses, "III.F").how == "changed"
    assert row(found.activation, "Late start").after == "more than 30 seconds"
    assert [(r.subject, r.how) for r in found.rules if r.how != "same"] == [("After SUMMONS", "added")]
    assert row(found.facts, "Version").before == "2021-03"


def test_an_outcome_is_compared_with_everything_that_it_does() -> None:
    rule = '[[rule]]\nclause = "V.7"\nwhen = { disposition = ["ARREST", "CITATION", "FORCE"] }\nopen_matter = "force"\n'
    found = compare(parse(HOUSE + rule), parse(later()))
    assert {r.how for r in found.rules} == {"changed"}
    assert row(found.rules, "After FORCE").before == (
        "add class criminal and open a criminal case, by clause V.6; open a force review, by clause V.7"
    )
    assert row(found.rules, "After FORCE").after == "add class criminal and open a criminal case, by clause V.6"


def test_a_text_without_activation_against_one_with_it() -> None:
    activation = HOUSE[HOUSE.index("[activation]") : HOUSE.index("[[class]]")]
    found = compare(parse(HOUSE.replace(activation, "")), house())
    assert {r.how for r in found.activation} == {"added"}


words = st.lists(st.sampled_from(["a", "b", "keep", "180", "days."]), max_size=12).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(words, words)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = word_by_word(before, after)

    def words_of(*how: str) -> list[str]:
        return "".join(f"{p.text} " for p in pieces if p.how in how).split()

    assert words_of("same", "removed") == before.split()
    assert words_of("same", "added") == after.split()
