"""After an arrest or force nobody takes a class off alone."""

from __future__ import annotations

import pytest

from conftest import Department
from plainview.base.policy.rules import parse
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.actions.lowering import agree_to_lower, refuse_to_lower
from plainview.holdings.evidence.lowering import lowers
from plainview.holdings.evidence.models import ClassRequest, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests import paper
from plainview.holdings.evidence.tests.test_holding import fresh

POLICY = parse(paper.TEXT)


@pytest.fixture
def arrest(department: Department) -> Recording:
    paper.policy()
    call = paper.call("C1", department.alice, "ARREST")
    return paper.recording(department.alice, "criminal", "non-evidentiary", of=call)


@pytest.mark.parametrize(
    ("before", "after", "is_lowering"),
    [
        (["criminal"], ["non-evidentiary"], True),
        (["criminal", "non-evidentiary"], ["criminal"], True),
        (["criminal"], ["criminal", "citation"], False),
        (["unclassified"], ["non-evidentiary"], True),
        (["unclassified"], ["criminal"], False),
        (["unclassified"], ["criminal", "non-evidentiary"], False),
        (["citation"], ["unclassified"], True),
    ],
)
def test_what_counts_as_lowering(before: list[str], after: list[str], is_lowering: bool) -> None:
    assert lowers(before, after, POLICY) is is_lowering


def test_lowering_after_an_arrest_waits_for_a_second_person(department: Department, arrest: Recording) -> None:
    event = set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor, reason="no charge")
    assert event is not None
    assert event.kind == "evidence.lowering.asked"
    assert paper.again(arrest).classes == ["criminal", "non-evidentiary"]
    asked = ClassRequest.objects.get()
    with pytest.raises(Refused, match="somebody else has to decide"):
        agree_to_lower(asked.pk, actor=department.alice.actor)
    agree_to_lower(asked.pk, actor=department.sam.actor)
    assert paper.again(arrest).classes == ["non-evidentiary"]
    told = paper.facts(arrest.handle, "evidence.recording.classed")
    assert told["asked_by"] == department.alice.actor


def test_raising_after_an_arrest_needs_nobody(department: Department, arrest: Recording) -> None:
    set_classes(arrest.pk, ["citation", "criminal", "non-evidentiary"], actor=department.alice.actor)
    assert "citation" in paper.again(arrest).classes
    assert not ClassRequest.objects.exists()


def test_lowering_without_an_arrest_needs_nobody(department: Department) -> None:
    paper.policy()
    made = paper.recording(department.alice, "criminal", of=paper.call("C1", department.alice, "REPORT"))
    set_classes(made.pk, ["non-evidentiary"], actor=department.alice.actor)
    assert paper.again(made).classes == ["non-evidentiary"]


def test_it_needs_a_reason_and_waits_one_at_a_time(department: Department, arrest: Recording) -> None:
    with pytest.raises(Refused, match="Say why"):
        set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor)
    set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor, reason="no charge")
    with pytest.raises(Refused, match="waits for a second person"):
        set_classes(arrest.pk, [], actor=department.alice.actor, reason="no charge")


def test_a_refusal_leaves_everything_and_says_why(department: Department, arrest: Recording) -> None:
    set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor, reason="no charge")
    refuse_to_lower(ClassRequest.objects.get().pk, "the case is open", actor=department.sam.actor)
    assert paper.again(arrest).classes == ["criminal", "non-evidentiary"]
    assert paper.facts(arrest.handle, "evidence.lowering.refused")["reason"] == "the case is open"
    with pytest.raises(Refused, match="decided already"):
        agree_to_lower(ClassRequest.objects.get().pk, actor=department.tess.actor)


def test_the_one_who_asked_may_take_it_back(department: Department, arrest: Recording) -> None:
    set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor, reason="no charge")
    asked = ClassRequest.objects.get()
    department.client(department.alice).post(f"/second/classes/{asked.pk}/refuse", {"reason": "my mistake"})
    assert ClassRequest.objects.get().granted is False


def test_only_who_may_class_it_decides(department: Department, arrest: Recording) -> None:
    set_classes(arrest.pk, ["non-evidentiary"], actor=department.alice.actor, reason="no charge")
    asked = ClassRequest.objects.get()
    answers = {
        name: fresh(department, name).post(f"/second/classes/{asked.pk}/agree").status_code
        for name in ("bob", "charlie", "audrey", "dina", "adam", "nora")
    }
    assert set(answers.values()) == {404}
    page = fresh(department, "sam").get(f"/recordings/{arrest.pk}/").content.decode()
    assert "Waits for a second person" in page
    assert fresh(department, "sam").post(f"/second/classes/{asked.pk}/agree").status_code == 302
    assert paper.again(arrest).classes == ["non-evidentiary"]
