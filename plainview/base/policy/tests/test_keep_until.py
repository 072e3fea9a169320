"""keep_until(): how long one recording is kept, why, and by which clause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import FOREVER, UNTIL_CONCLUDED, HoldState, KeepUntil, MatterState, keep_until, parse
from plainview.base.policy.rules.words import rank
from plainview.base.policy.tests.cities import CASES, CLASS_IDS, DAYS, HOLDS, MATTERS, Case, policies
from plainview.base.policy.tests.texts import HOUSE, a_class, house, later

MARCH_3 = date(2021, 3, 3)
AUGUST_30 = date(2021, 8, 30)  # 180 days after
CONCLUDED = MatterState("C-2", "criminal", "concluded", date(2022, 1, 1))
OPEN = MatterState("C-1", "criminal", "open", date(2021, 4, 1))


def judged(*classes: str, matters: list[MatterState] | None = None, holds: list[HoldState] | None = None) -> KeepUntil:
    return keep_until(house(), classes, MARCH_3, matters or [], holds or [])


def test_a_class_without_an_end_keeps_it_forever() -> None:
    found = judged("unclassified")
    assert found.until == FOREVER
    assert not found.due(date(9999, 12, 31))
    assert found.sentence() == "Kept forever, because its class unclassified is kept forever, by clause V.1."


def test_a_clock_runs_from_the_day_of_recording() -> None:
    found = judged("non-evidentiary")
    assert found.until == AUGUST_30
    assert found.sentence() == (
        "Kept until August 30, 2021, because its class non-evidentiary is kept 180 days "
        "from the day it was recorded (March 3, 2021), by clause V.3."
    )


def test_it_is_due_at_the_end_of_its_last_day_not_before() -> None:
    found = judged("non-evidentiary")
    assert not found.due(AUGUST_30 - timedelta(days=1))
    assert found.due(AUGUST_30)


def test_the_longest_class_wins() -> None:
    found = keep_until(parse(HOUSE + a_class("citation", '"2 years"')), ["non-evidentiary", "citation"], MARCH_3)
    assert found.until == date(2023, 3, 3)
    assert [r.class_id for r in found.governing] == ["citation"]
    assert [(r.class_id, r.clause, r.until) for r in found.reasons] == [
        ("non-evidentiary", "V.3", AUGUST_30),
        ("citation", "V.9", date(2023, 3, 3)),
    ]


def test_unclassified_beats_every_clock() -> None:
    assert judged("unclassified", "non-evidentiary").until == FOREVER


def test_no_conclusion_no_clock() -> None:
    found = judged("criminal", "non-evidentiary")
    assert found.until == UNTIL_CONCLUDED
    assert found.sentence() == (
        "Kept until concluded, because its class criminal is kept until 90 days after its criminal case is concluded, "
        "by clause V.4, and none is linked to it."
    )


def test_a_conclusion_starts_the_clock_and_then_a_person_decides() -> None:
    found = judged("criminal", matters=[CONCLUDED])
    assert found.until == date(2022, 4, 1)
    assert found.review
    assert found.sentence() == (
        "Kept until April 1, 2022, because its class criminal is kept 90 days from the day its criminal case "
        "was concluded (January 1, 2022), by clause V.4; then a person decides."
    )


def test_inactive_ends_a_matter_as_concluded_does() -> None:
    inactive = MatterState("C-2", "criminal", "inactive", date(2022, 1, 1))
    assert judged("criminal", matters=[inactive]).until == judged("criminal", matters=[CONCLUDED]).until


def test_of_several_matters_the_latest_conclusion_counts_once_all_are_concluded() -> None:
    later_one = MatterState("C-3", "criminal", "concluded", date(2023, 1, 31))
    assert judged("criminal", matters=[CONCLUDED, later_one]).until == date(2023, 5, 1)
    assert judged("criminal", matters=[CONCLUDED, later_one, OPEN]).until == UNTIL_CONCLUDED


def test_matters_of_other_kinds_start_no_clock_but_hold() -> None:
    complaint = MatterState("IA-7", "complaint", "concluded", date(2022, 1, 1))
    assert judged("criminal", matters=[complaint]).until == UNTIL_CONCLUDED
    held = judged("non-evidentiary", matters=[MatterState("IA-8", "complaint", "open", None)])
    assert (held.until, held.held_by) == (AUGUST_30, ("IA-8",))
    assert not held.due(date(2030, 1, 1))


def test_concluded_then_appealed_holds_again() -> None:
    concluded = judged("criminal", matters=[CONCLUDED])
    assert concluded.due(date(2022, 4, 1))
    appealed = judged("criminal", matters=[MatterState("C-2", "criminal", "appealed", date(2022, 3, 30))])
    assert appealed.until == UNTIL_CONCLUDED
    assert appealed.held_by == ("C-2",)
    assert not appealed.due(date(2040, 1, 1))
    assert "C-2 (appealed)" in appealed.sentence()


def test_a_matter_that_is_over_on_no_known_day_holds() -> None:
    found = judged("criminal", matters=[MatterState("C-9", "criminal", "concluded", None)])
    assert (found.until, found.held_by) == (UNTIL_CONCLUDED, ("C-9",))


def test_a_hold_stays_until_two_people_lift_it() -> None:
    for lifted_by, holds in (((), True), (("a",), True), (("a", "a"), True), (("a", "b"), False)):
        found = judged("non-evidentiary", holds=[HoldState("H-1", "civil suit", lifted_by)])
        assert found.until == AUGUST_30
        assert bool(found.held_by) is holds
        assert found.due(AUGUST_30) is not holds


def test_what_holds_it_is_said() -> None:
    found = judged("non-evidentiary", matters=[OPEN], holds=[HoldState("H-1", "civil suit")])
    assert found.sentence().endswith("; besides, it is held by criminal case C-1 (open) and hold H-1.")
    assert found.held_by == ("C-1", "H-1")


def test_a_class_that_the_policy_does_not_know_never_goes() -> None:
    found = judged("non-evidentiary", "mystery")
    assert (found.until, found.known) == (FOREVER, False)
    assert 'has no class "mystery"' in found.sentence()
    assert not found.due(date(9999, 12, 31))


def test_no_class_and_no_policy_mean_never() -> None:
    assert "bears no class" in judged().sentence()
    nothing = keep_until(None, ["non-evidentiary"], MARCH_3)
    assert (nothing.until, nothing.known) == (FOREVER, False)
    assert "no policy is in force" in nothing.sentence()
    assert nothing.what_would_have_to_happen() == ["A policy has to be adopted."]


def test_a_start_that_is_not_known_starts_no_clock() -> None:
    found = keep_until(house(), ["non-evidentiary"], None)
    assert found.until == FOREVER
    assert found.sentence().endswith("from the day it was recorded, by clause V.3, and that day is not known.")
    assert "A person has to find out the day it was recorded." in found.what_would_have_to_happen()


def test_a_class_may_count_from_the_upload() -> None:
    policy = parse(HOUSE + a_class("citizen", '"1 month"', '"uploaded"'))
    found = keep_until(policy, ["citizen"], MARCH_3, uploaded_day=date(2021, 3, 31))
    assert found.until == date(2021, 4, 30)
    assert keep_until(policy, ["citizen"], MARCH_3).until == FOREVER


def test_what_would_have_to_happen_is_said_step_by_step() -> None:
    found = judged(
        "criminal", "non-evidentiary", matters=[OPEN, CONCLUDED], holds=[HoldState("H-1", "civil suit.", ("a",))]
    )
    assert found.what_would_have_to_happen() == [
        "Criminal case C-1 has to be concluded or become inactive.",
        "Hold H-1 (civil suit): one more person has to lift it.",
        "From then on it is kept 90 days more (class criminal, clause V.4).",
        "A person has to decide: a class that asks for review never goes by itself.",
    ]


def test_days_that_are_over_are_no_step() -> None:
    found = judged("non-evidentiary")
    assert found.what_would_have_to_happen(AUGUST_30 - timedelta(days=1)) == ["August 30, 2021 has to be over."]
    assert found.what_would_have_to_happen(AUGUST_30) == []


def test_a_reason_is_a_sentence_of_its_own() -> None:
    for reason in judged("unclassified", "non-evidentiary", "criminal", "mystery").reasons:
        assert reason.sentence[0].isupper()
        assert reason.sentence.endswith(".")


def test_an_earlier_promise_that_was_longer_stands() -> None:
    shorter = parse(later("2026-12", ('"180 days"', '"90 days"')))
    found = keep_until(shorter, ["non-evidentiary"], MARCH_3, earlier=[house()])
    assert found.until == AUGUST_30
    assert found.sentence().endswith("by clause V.3 of version 2021-03, which was in force while it was here already.")
    assert keep_until(shorter, ["non-evidentiary"], MARCH_3).until == date(2021, 6, 1)


def test_an_earlier_promise_that_was_shorter_changes_nothing() -> None:
    longer = parse(later("2026-12", ('"180 days"', '"2 years"')))
    found = keep_until(longer, ["non-evidentiary"], MARCH_3, earlier=[house()])
    assert found.until == date(2023, 3, 3)
    assert len(found.reasons) == 1


def test_an_earlier_policy_that_did_not_know_the_class_had_promised_nothing() -> None:
    with_citation = parse(later("2026-12") + a_class("citation", '"2 years"'))
    found = keep_until(with_citation, ["citation"], MARCH_3, earlier=[house()])
    assert (found.until, found.known) == (date(2023, 3, 3), True)


# Properties, on random policies and recordings.


def not_shorter(after: KeepUntil, before: KeepUntil) -> bool:
    return rank(after.until) >= rank(before.until)


@settings(max_examples=120, deadline=None)
@given(CASES, st.sampled_from([*CLASS_IDS, "strange"]))
def test_adding_a_class_never_shortens(case: Case, class_id: str) -> None:
    if case.classes:  # without a class it is kept forever
        assert not_shorter(case.but(classes=(*case.classes, class_id)).judged(), case.judged())


@settings(max_examples=120, deadline=None)
@given(CASES, MATTERS, DAYS)
def test_adding_a_matter_never_shortens_except_that_a_first_conclusion_starts_a_clock(
    case: Case, matter: MatterState, on: date
) -> None:
    before, after = case.judged(), case.but(matters=(*case.matters, matter)).judged()
    if not matter.ended:
        assert not_shorter(after, before)
        assert not after.due(on)
    elif before.until != UNTIL_CONCLUDED:
        assert not_shorter(after, before)


@settings(max_examples=60, deadline=None)
@given(CASES, HOLDS, DAYS)
def test_a_hold_changes_no_day_and_stops_everything(case: Case, hold: HoldState, on: date) -> None:
    before, after = case.judged(), case.but(holds=(*case.holds, hold)).judged()
    assert after.until == before.until
    assert after.due(on) is (before.due(on) and not hold.holds)


@settings(max_examples=60, deadline=None)
@given(CASES, policies())
def test_an_earlier_policy_never_shortens(case: Case, earlier: object) -> None:
    assert not_shorter(case.but(earlier=(*case.earlier, earlier)).judged(), case.judged())


@settings(max_examples=60, deadline=None)
@given(CASES, DAYS, st.integers(0, 400))
def test_what_is_due_stays_due(case: Case, on: date, more: int) -> None:
    found = case.judged()
    if found.due(on):
        assert found.due(on + timedelta(days=more))


@settings(max_examples=60, deadline=None)
@given(CASES, DAYS)
def test_nothing_is_due_that_bears_a_class_without_an_end(case: Case, on: date) -> None:
    assert not case.but(classes=(*case.classes, "unclassified")).judged().due(on)
    assert not case.but(classes=(*case.classes, "strange")).judged().due(on)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_the_order_of_classes_matters_and_holds_says_nothing(case: Case) -> None:
    shuffled = case.but(
        classes=tuple(sorted(case.classes, reverse=True)), matters=case.matters[::-1], holds=case.holds[::-1]
    )
    assert shuffled.judged().until == case.judged().until
    assert set(shuffled.judged().held_by) == set(case.judged().held_by)


@settings(max_examples=60, deadline=None)
@given(CASES)
def test_the_longest_of_its_reasons_governs_and_every_class_gives_one(case: Case) -> None:
    found = case.judged()
    assert found.governing
    assert all(rank(r.until) <= rank(found.until) for r in found.reasons)
    assert {r.class_id for r in found.reasons} == (set(case.classes) or {""})


@settings(max_examples=60, deadline=None)
@given(CASES, DAYS)
def test_every_answer_reads_as_one_sentence_that_says_what_is_missing(case: Case, on: date) -> None:
    found = case.judged()
    sentence = found.sentence()
    assert sentence.startswith("Kept ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "None" not in sentence
    governing = found.governing[0]
    assert not governing.clause or f"clause {governing.clause}" in sentence
    if not found.due(on):
        assert found.what_would_have_to_happen(on)


@pytest.mark.parametrize("day", [date(2020, 2, 29), date(2021, 3, 14), date(2021, 11, 7)])
def test_leap_days_and_days_of_the_clock_change_are_days_like_others(day: date) -> None:
    found = keep_until(parse(HOUSE + a_class("a", '"1 year"')), ["a"], day)
    assert found.until == (date(2021, 2, 28) if day.month == 2 else date(2022, day.month, day.day))
