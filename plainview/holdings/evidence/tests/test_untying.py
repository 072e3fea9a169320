"""Taking something off a matter takes two people; merging a rule's matter by hand never lets footage go."""

from __future__ import annotations

import pytest

from conftest import Department
from plainview.holdings.evidence.actions import apply_rules
from plainview.holdings.evidence.actions.taking_over import merge_by_hand, take_over
from plainview.holdings.evidence.imports.matters import link_recordings
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.matters.untying import agree_to_untie, ask_to_untie, refuse_to_untie
from plainview.holdings.evidence.models import Recording, RecordingMatter, UntieRequest
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests import paper
from plainview.holdings.evidence.tests.test_holding import fresh
from plainview.holdings.incidents.actions.matters import change_status, open_matter
from plainview.holdings.incidents.models import Call, Matter
from plainview.holdings.incidents.rules import Standing


@pytest.fixture
def call(department: Department) -> Call:
    paper.policy()
    return paper.call("C1", department.alice, "ARREST")


@pytest.fixture
def made(department: Department, call: Call) -> Recording:
    return paper.recording(department.alice, "non-evidentiary", of=call)


def case(number: str = "CR-1", kind: str = "criminal", **more: object) -> Matter:
    return open_matter(number, kind, Standing("open", paper.DAY, "charged"), actor="system:test", **more)  # type: ignore[arg-type]


def test_it_stays_tied_until_another_person_agrees(department: Department, call: Call, made: Recording) -> None:
    matter = case(calls=[call])
    asked = ask_to_untie(matter, "the wrong call", actor=department.dina.actor, call=call)
    assert kept_until(made).held_by == ("CR-1",)
    with pytest.raises(Refused, match="somebody else has to agree"):
        agree_to_untie(asked.pk, actor=department.dina.actor)
    with pytest.raises(Refused, match="asked for that already"):
        ask_to_untie(matter, "again", actor=department.cora.actor, call=call)
    agree_to_untie(asked.pk, actor=department.cora.actor)
    assert kept_until(made).held_by == ()
    assert paper.kinds(matter.handle)[-2:] == ["incidents.matter.unlink_asked", "incidents.matter.unlinked"]
    assert paper.facts(matter.handle, "incidents.matter.unlinked")["why"] == "the wrong call"
    with pytest.raises(Refused, match="decided already"):
        agree_to_untie(asked.pk, actor=department.tess.actor)


def test_no_rule_opens_again_what_two_people_took_off(department: Department, call: Call, made: Recording) -> None:
    matter = case(calls=[call])
    agree_to_untie(ask_to_untie(matter, "x", actor=department.dina.actor, call=call).pk, actor=department.cora.actor)
    apply_rules(actor="system:rules")
    assert list(Matter.objects.values_list("number", flat=True)) == ["CR-1"]


def test_a_wish_is_refused_with_a_reason_and_may_come_again(
    department: Department, call: Call, made: Recording
) -> None:
    matter = case(calls=[call])
    asked = ask_to_untie(matter, "the wrong call", actor=department.dina.actor, call=call)
    with pytest.raises(Refused, match="Say why"):
        refuse_to_untie(asked.pk, " ", actor=department.cora.actor)
    refuse_to_untie(asked.pk, "it is the right one", actor=department.cora.actor)
    assert kept_until(made).held_by == ("CR-1",)
    assert paper.kinds(matter.handle)[-1] == "incidents.matter.unlink_refused"
    assert ask_to_untie(matter, "still", actor=department.dina.actor, call=call).pk != asked.pk


def test_a_recording_tied_directly_is_told_on_both_and_its_reason_on_the_matter_alone(
    department: Department, made: Recording
) -> None:
    matter = case("IA-5", "complaint")
    link_recordings([(matter, made.pk, made.handle)], actor=department.cora.actor, why="a letter came")
    asked = ask_to_untie(matter, "another man", actor=department.cora.actor, recording=made)
    agree_to_untie(asked.pk, actor=department.tess.actor)
    assert paper.kinds(made.handle) == ["evidence.recording.linked", "evidence.recording.unlinked"]
    for kind in paper.kinds(made.handle):
        facts = paper.facts(made.handle, kind)
        assert facts["matter"] == f"matter:{matter.handle}"
        assert "why" not in facts
        assert "IA-5" not in str(facts)
    with pytest.raises(Refused, match="not tied to this matter"):
        ask_to_untie(matter, "x", actor=department.cora.actor, recording=made)


def test_the_pages_ask_for_a_second_person(department: Department, call: Call, made: Recording) -> None:
    matter = case(calls=[call])
    form = {"what": f"call-{call.pk}", "why": "the wrong call"}
    stale = department.client(department.dina).post(f"/matters/{matter.pk}/untie", form)
    assert "reauthenticate" in stale["Location"]
    dina, cora = fresh(department, "dina"), fresh(department, "cora")
    dina.post(f"/matters/{matter.pk}/untie", form)
    asked = UntieRequest.objects.get()
    for name in ("sam", "audrey", "alice"):
        refused = fresh(department, name).post(f"/matters/untie/{asked.pk}/agree")
        assert refused.status_code in (403, 404), name
    own = dina.post(f"/matters/untie/{asked.pk}/agree", follow=True).content.decode()
    assert "somebody else has to agree" in own
    assert "asked to take off call C1" in cora.get("/second/").content.decode()
    answer = cora.post(f"/matters/untie/{asked.pk}/agree", {"back": "second"})
    assert answer["Location"] == "/second/"
    assert kept_until(made).held_by == ()
    nothing = dina.post(f"/matters/{matter.pk}/untie", {"what": "call-999", "why": "x"})
    assert nothing.status_code == 422


def test_taking_over_moves_calls_and_recordings(department: Department, call: Call, made: Recording) -> None:
    apply_rules([call.pk], actor="system:rules")
    placeholder = Matter.objects.get()
    other = paper.recording(department.bob, "non-evidentiary")
    link_recordings([(placeholder, other.pk, other.handle)], actor=department.dina.actor)
    real = case("CR-9", calls=[call])
    assert take_over(["CR-9"], actor="system:test") == 1
    placeholder.refresh_from_db()
    assert placeholder.merged_into == real
    assert not placeholder.calls.exists()
    assert not RecordingMatter.objects.filter(matter=placeholder).exists()
    assert kept_until(made).held_by == kept_until(other).held_by == ("CR-9",)
    for handle in (placeholder.handle, real.handle):
        assert paper.kinds(handle)[-1] == "incidents.matter.merged"
    assert paper.kinds(other.handle)[-2:] == ["evidence.recording.unlinked", "evidence.recording.linked"]
    assert take_over(["CR-9"], actor="system:test") == 0


def test_one_that_was_touched_is_merged_by_hand(department: Department, call: Call, made: Recording) -> None:
    apply_rules([call.pk], actor="system:rules")
    placeholder = Matter.objects.get()
    change_status(placeholder, Standing("concluded", paper.DAY, "plea"), actor=department.dina.actor)
    change_status(placeholder, Standing("appealed", paper.DAY, "appeal"), actor=department.dina.actor)
    real = case("CR-9", calls=[call])
    assert take_over(["CR-9"], actor="system:test") == 0
    dina = fresh(department, "dina")
    answer = dina.post(f"/matters/{placeholder.pk}/merge", {"into": "CR-9", "why": "the same case"})
    assert answer["Location"] == f"/matters/{real.pk}/"
    assert kept_until(made).held_by == ("CR-9",)
    assert dina.post(f"/matters/{real.pk}/merge", {"into": "CR-9", "why": "x"}).status_code == 404
    with pytest.raises(Refused, match="was not opened by a rule"):
        merge_by_hand(real, case("CR-10"), "x", actor=department.dina.actor)


def test_a_merge_by_hand_that_would_let_footage_go_is_refused(department: Department, call: Call) -> None:
    apply_rules([call.pk], actor="system:rules")
    placeholder = Matter.objects.get()
    over = open_matter("CR-8", "criminal", Standing("concluded", paper.DAY, "plea"), actor="system:test")
    with pytest.raises(Refused, match="would hold nothing"):
        merge_by_hand(placeholder, over, "same", actor=department.dina.actor)
    with pytest.raises(Refused, match="another kind"):
        merge_by_hand(placeholder, case("CV-1", "civil"), "same", actor=department.dina.actor)
    with pytest.raises(Refused, match="Name another matter"):
        merge_by_hand(placeholder, placeholder, "same", actor=department.dina.actor)
