"""Classes for many at once: told before, done together, undone together."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import Department
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.actions.bulk import MOST, change_many, plan, undo_many
from plainview.holdings.evidence.models import BulkChange, ClassRequest, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests import paper


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


@pytest.fixture
def some(department: Department) -> list[Recording]:
    return [paper.recording(department.alice) for _ in range(3)]


def change(department: Department, some: list[Recording], *classes: str) -> BulkChange:
    made = change_many([r.pk for r in some], classes, "cleaning up", actor=department.tess.actor)
    assert made is not None
    return made


def test_all_of_them_are_classed_and_each_says_so(department: Department, some: list[Recording]) -> None:
    made = change(department, some, "non-evidentiary")
    assert made.count == 3
    assert {tuple(paper.again(r).classes) for r in some} == {("non-evidentiary",)}
    assert all(paper.kinds(r.handle) == ["evidence.recording.classed"] for r in some)
    assert paper.kinds(made.handle) == ["evidence.classes.changed"]


def test_undoing_puts_back_what_nobody_touched_since(department: Department, some: list[Recording]) -> None:
    made = change(department, some, "non-evidentiary")
    set_classes(some[0].pk, ["citation"], actor=department.tess.actor)
    undone = undo_many(made, actor=department.tess.actor)
    assert (undone.back, [r.pk for r in undone.left]) == (2, [some[0].pk])
    assert paper.again(some[0]).classes == ["citation"]
    assert paper.again(some[1]).classes == ["unclassified"]
    with pytest.raises(Refused, match="undone already"):
        undo_many(made, actor=department.tess.actor)


def test_only_who_changed_them_undoes_it(department: Department, some: list[Recording]) -> None:
    made = change(department, some, "non-evidentiary")
    with pytest.raises(Refused, match="Only the person"):
        undo_many(made, actor=department.sam.actor)


def test_those_after_an_arrest_wait_for_a_second_person(department: Department, some: list[Recording]) -> None:
    serious = paper.recording(department.alice, of=paper.call("C1", department.alice, "ARREST"))
    change(department, [*some, serious], "non-evidentiary")
    assert paper.again(serious).classes == ["unclassified"]
    assert ClassRequest.objects.get().recording == serious


def test_a_plan_says_what_would_happen_and_changes_nothing(department: Department, some: list[Recording]) -> None:
    same = paper.recording(department.alice, "non-evidentiary")
    what = plan([*some, same], ["non-evidentiary"], add=True)
    assert (len(what.change), len(what.ask), what.same) == (3, 0, [same])
    assert paper.again(some[0]).classes == ["unclassified"]


def test_more_than_a_person_can_answer_for_is_refused(department: Department, some: list[Recording]) -> None:
    with pytest.raises(Refused, match=f"At most {MOST}"):
        plan(some * 200, ["non-evidentiary"], add=True)
    with pytest.raises(Refused, match="has no class"):
        plan(some, ["parking"], add=True)


def test_the_pages_lead_from_ticks_to_done_and_back(department: Department, some: list[Recording]) -> None:
    sam = department.client(department.sam)
    listed = sam.get("/recordings/").content.decode()
    assert f'value="{some[0].pk}"' in listed
    ticked = {"recording": [str(r.pk) for r in some], "class": "non-evidentiary", "how": "add", "back": "/recordings/"}
    told = sam.post("/recordings/classes/", ticked).content.decode()
    assert "<strong>3</strong> change at once" in told
    assert "2026-11-28" in told, "how long they would be kept then"
    done = sam.post("/recordings/classes/", {**ticked, "confirm": "1", "reason": "cleaning up"})
    assert done.status_code == 302
    page = sam.get(done["Location"]).content.decode()
    assert "Undo all of it" in page
    sam.post(f"{done['Location']}undo")
    assert paper.again(some[0]).classes == ["unclassified"]


def test_nobody_classes_what_they_may_not(department: Department, some: list[Recording]) -> None:
    ticked = {"recording": [str(some[0].pk)], "class": "non-evidentiary", "confirm": "1", "reason": "x"}
    for name in ("bob", "audrey", "dina", "nora"):
        browser: Client = department.client(getattr(department, name))
        browser.post("/recordings/classes/", ticked)
    assert paper.again(some[0]).classes == ["unclassified"]
