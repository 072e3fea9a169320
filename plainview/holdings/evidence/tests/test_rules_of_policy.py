"""What a call's outcome does by itself: nobody has to remember it (DOMAIN.md, real failures, 4)."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import Department
from plainview.holdings.evidence.actions import apply_rules, set_classes, tie_calls
from plainview.holdings.evidence.actions.lowering import agree_to_lower
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.models import ClassRequest
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.actions.matters import open_matter
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def test_a_ticketed_stop_left_non_evidentiary_is_raised(department: Department) -> None:
    stop = paper.call("C1", department.alice, "CITATION")
    made = paper.recording(department.alice, "non-evidentiary", of=stop)
    applied = apply_rules(actor="system:rules")
    assert (applied.classed, applied.opened) == (1, 0)
    assert paper.again(made).classes == ["citation", "non-evidentiary"]
    assert kept_until(paper.again(made)).until == date(2028, 6, 1)
    told = paper.facts(made.handle, "evidence.recording.classed")
    assert told["reason"] == "clause V.5: its call ended in CITATION"


def test_an_arrest_opens_a_case_that_holds_what_is_tied_to_the_call(department: Department) -> None:
    arrest = paper.call("C1", department.alice, "ARREST")
    made = paper.recording(department.alice, of=arrest)
    apply_rules(actor="system:rules")
    matter = Matter.objects.get()
    assert (matter.number, matter.kind, matter.status, matter.clause) == ("C1-criminal", "criminal", "open", "V.6")
    assert matter.status_on == paper.DAY
    assert paper.again(made).classes == ["criminal"], "unclassified gives way to a real class"
    assert kept_until(paper.again(made)).held_by == ("C1-criminal",)
    assert paper.kinds(matter.handle) == ["incidents.matter.opened", "incidents.matter.linked"]


def test_running_the_rules_again_changes_nothing(department: Department) -> None:
    paper.recording(department.alice, of=paper.call("C1", department.alice, "ARREST"))
    apply_rules(actor="system:rules")
    again = apply_rules(actor="system:rules")
    assert (again.classed, again.opened) == (0, 0)


def test_a_matter_of_the_kind_that_is_there_already_is_the_one(department: Department) -> None:
    call = paper.call("C1", department.alice, "ARREST")
    open_matter("CR-1", "criminal", Standing("concluded", paper.DAY, "plea"), actor="system:test", calls=[call])
    assert apply_rules(actor="system:rules").opened == 0


def test_a_recording_that_comes_late_is_raised_when_it_is_tied(department: Department) -> None:
    call = paper.call("C1", department.alice, "ARREST")
    apply_rules(actor="system:rules")
    late = paper.recording(department.alice)
    late.call_number = "C1"
    late.save()
    assert tie_calls([call.pk], actor="system:test") == 1
    assert paper.again(late).classes == ["criminal"]
    assert "evidence.recording.linked" in paper.kinds(late.handle)


def test_what_two_people_took_off_is_not_given_again(department: Department) -> None:
    made = paper.recording(department.alice, of=paper.call("C1", department.alice, "ARREST"))
    apply_rules(actor="system:rules")
    set_classes(made.pk, ["non-evidentiary"], actor=department.sam.actor, reason="released without charge")
    agree_to_lower(ClassRequest.objects.get().pk, actor=department.tess.actor)
    assert apply_rules(actor="system:rules").classed == 0
    assert paper.again(made).classes == ["non-evidentiary"]


def test_a_corrected_outcome_takes_nothing_away(department: Department) -> None:
    call = paper.call("C1", department.alice, "CITATION")
    made = paper.recording(department.alice, of=call)
    apply_rules(actor="system:rules")
    call.dispatches.update(disposition="REPORT")
    apply_rules(actor="system:rules")
    assert paper.again(made).classes == ["citation"]


def test_calls_before_the_policy_are_left_alone(department: Department) -> None:
    before = paper.call("C0", department.alice, "ARREST", at=paper.NOON.replace(year=2019))
    paper.recording(department.alice, of=before, at=paper.NOON.replace(year=2019))
    assert apply_rules(actor="system:rules").opened == 0


def test_only_the_calls_that_are_asked_for_are_touched(department: Department) -> None:
    first, second = (paper.call(f"C{n}", department.alice, "ARREST") for n in (1, 2))
    assert apply_rules([first.pk], actor="system:rules").opened == 1
    assert apply_rules([], actor="system:rules").opened == 0
    assert Matter.objects.get().calls.get() == first
    assert second.matters.count() == 0


def test_a_thousand_calls_take_a_bounded_number_of_queries(
    department: Department, django_assert_max_num_queries: object
) -> None:
    for n in range(300):
        paper.recording(department.alice, of=paper.call(f"C{n}", department.alice, "ARREST"))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert apply_rules(actor="system:rules").classed == 300
