"""A hold is placed at once by one and lifted by two; it beats every clock."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from conftest import PASSWORD, Department
from plainview.holdings.evidence.actions.holding import ask_to_lift, keep_hold, lift, place_hold
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.models import Hold, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests import paper


@pytest.fixture
def made(department: Department) -> Recording:
    paper.policy()
    return paper.recording(department.alice, "non-evidentiary")


def fresh(department: Department, name: str) -> Client:
    """A browser that has just logged in with its password."""
    browser = Client()
    account = getattr(department, name)
    browser.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    return browser


def test_a_hold_beats_the_clock_until_two_people_lift_it(department: Department, made: Recording) -> None:
    far = date(2030, 1, 1)
    assert kept_until(made).due(far)
    hold = place_hold(made.pk, "a claim was announced", actor=department.alice.actor)
    assert not kept_until(made).due(far)
    ask_to_lift(hold.pk, "settled", actor=department.tess.actor)
    assert not kept_until(made).due(far), "asking alone lifts nothing"
    lift(hold.pk, actor=department.dina.actor)
    assert kept_until(made).due(far)
    assert paper.kinds(made.handle) == [
        "evidence.hold.placed",
        "evidence.hold.lift_asked",
        "evidence.hold.lifted",
    ]


def test_nobody_agrees_with_themselves(department: Department, made: Recording) -> None:
    hold = place_hold(made.pk, "claim", actor=department.tess.actor)
    with pytest.raises(Refused, match="First somebody else has to ask"):
        lift(hold.pk, actor=department.dina.actor)
    ask_to_lift(hold.pk, "settled", actor=department.tess.actor)
    with pytest.raises(Refused, match="somebody else has to agree"):
        lift(hold.pk, actor=department.tess.actor)
    with pytest.raises(Refused, match="asked for that already"):
        ask_to_lift(hold.pk, "settled", actor=department.dina.actor)


def test_a_hold_may_be_kept_after_all(department: Department, made: Recording) -> None:
    hold = place_hold(made.pk, "claim", actor=department.tess.actor)
    ask_to_lift(hold.pk, "settled", actor=department.tess.actor)
    keep_hold(hold.pk, "not yet paid", actor=department.dina.actor)
    with pytest.raises(Refused):
        lift(hold.pk, actor=department.dina.actor)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_hold_needs_a_reason(department: Department, made: Recording, reason: str) -> None:
    with pytest.raises(Refused, match="Say why"):
        place_hold(made.pk, reason, actor=department.tess.actor)
    assert not Hold.objects.exists()


def test_who_may_place_one(department: Department, made: Recording) -> None:
    address = f"/recordings/{made.pk}/hold"
    answers = {}
    for name in ("alice", "bob", "sam", "tess", "dina", "cora", "audrey", "adam", "bea", "nora"):
        answer = department.client(getattr(department, name)).post(address, {"reason": f"by {name}"})
        answers[name] = answer.status_code
    assert answers == {
        "alice": 302, "bob": 404, "sam": 302, "tess": 302, "dina": 302, "cora": 302, "audrey": 404, "adam": 404,
        "bea": 404, "nora": 404,
    }  # fmt: skip
    assert Hold.objects.count() == 5


def test_the_page_leads_through_both_steps(department: Department, made: Recording) -> None:
    hold = place_hold(made.pk, "claim", actor=department.alice.actor)
    tess, dina, sam = (fresh(department, name) for name in ("tess", "dina", "sam"))
    assert sam.post(f"/second/holds/{hold.pk}/ask", {"reason": "x"}).status_code == 404
    assert tess.post(f"/second/holds/{hold.pk}/ask", {"reason": "settled"}).status_code == 302
    page = tess.get("/second/").content.decode()
    assert "You asked for this" in page
    assert "Lift the hold" in dina.get("/second/").content.decode()
    dina.post(f"/second/holds/{hold.pk}/lift", {"back": "second"})
    assert Hold.objects.get().lifted_by == department.dina.actor
    assert "No hold waits" in dina.get("/second/").content.decode()


def test_lifting_asks_for_the_password_again(department: Department, made: Recording) -> None:
    hold = place_hold(made.pk, "claim", actor=department.alice.actor)
    ask_to_lift(hold.pk, "settled", actor=department.tess.actor)
    answer = department.client(department.dina).post(f"/second/holds/{hold.pk}/lift")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert Hold.objects.get().lifted_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_the_same_moment_one_comes_too_late(department: Department) -> None:
    paper.policy()
    made = paper.recording(department.alice, "non-evidentiary")
    hold = place_hold(made.pk, "claim", actor=department.alice.actor)
    ask_to_lift(hold.pk, "settled", actor=department.tess.actor)
    said: list[str] = []

    def agree(actor: str) -> None:
        try:
            lift(hold.pk, actor=actor)
            said.append("lifted")
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=agree, args=[a.actor]) for a in (department.dina, department.cora)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == ["It is lifted already.", "lifted"]
