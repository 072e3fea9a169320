"""What people say of a recording: every change is old and new, in history, and only by who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.people.models import Account
from plainview.base.policy.rules import parse
from plainview.holdings.evidence.actions import set_call_number, set_classes, set_title
from plainview.holdings.evidence.models import ClassMark, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests.making import events, footage

HASH = "ab" * 32
POLICY = b"""
[policy]
id = "digital-media"
version = "1"
adopted_by = "Board"
adopted_on = 2020-01-01
effective = 2020-01-01

[[class]]
id = "unclassified"
clause = "V.1"
keep = "forever"
[[class]]
id = "criminal"
clause = "V.4"
keep = "3 years"
from = "recorded"
[[class]]
id = "non-evidentiary"
clause = "V.3"
keep = "180 days"
from = "recorded"
"""


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = parse(POLICY)
    monkeypatch.setattr("plainview.base.policy.lookup.current_policy", lambda day=None: parsed)
    monkeypatch.setattr("plainview.base.policy.lookup.current_hash", lambda day=None: HASH)


@pytest.fixture
def recording(department: Department) -> Recording:
    return footage(department.alice).recording


def open_marks(recording: Recording) -> set[str]:
    return set(ClassMark.objects.filter(recording=recording, ended_at=None).values_list("class_id", flat=True))


def test_a_class_replaces_unclassified(department: Department, recording: Recording) -> None:
    event = set_classes(recording.pk, ["criminal"], actor=department.alice.actor, reason="arrest")
    recording.refresh_from_db()
    assert recording.classes == ["criminal"]
    assert open_marks(recording) == {"criminal"}
    assert event
    kind, facts = events(recording.handle)[-1]
    assert kind == "evidence.recording.classed"
    assert (facts["old"], facts["new"], facts["reason"]) == (["unclassified"], ["criminal"], "arrest")
    assert facts["actor"] == department.alice.actor


def test_the_event_cites_the_policy_in_force(department: Department, recording: Recording) -> None:
    event = set_classes(recording.pk, ["criminal"], actor=department.alice.actor)
    assert event
    assert HASH.encode() in bytes(event.leaf)


def test_several_classes_at_once(department: Department, recording: Recording) -> None:
    set_classes(recording.pk, ["non-evidentiary", "criminal"], actor=department.alice.actor)
    recording.refresh_from_db()
    assert recording.classes == ["criminal", "non-evidentiary"]


def test_taking_the_last_class_away_leaves_it_unclassified(department: Department, recording: Recording) -> None:
    set_classes(recording.pk, ["criminal"], actor=department.alice.actor)
    set_classes(recording.pk, [], actor=department.alice.actor)
    recording.refresh_from_db()
    assert recording.classes == ["unclassified"]
    assert open_marks(recording) == {"unclassified"}


def test_ended_marks_stay_with_who_ended_them(department: Department, recording: Recording) -> None:
    set_classes(recording.pk, ["criminal"], actor=department.alice.actor)
    set_classes(recording.pk, ["non-evidentiary"], actor=department.sam.actor)
    ended = ClassMark.objects.get(recording=recording, class_id="criminal")
    assert ended.marked_by == department.alice.actor
    assert ended.ended_by == department.sam.actor
    assert ended.ended_at


def test_nothing_changes_nothing_is_written(department: Department, recording: Recording) -> None:
    before = Event.objects.count()
    assert set_classes(recording.pk, ["unclassified"], actor=department.alice.actor) is None
    assert set_call_number(recording.pk, " ", actor=department.alice.actor) is None
    assert set_title(recording.pk, "", actor=department.alice.actor) is None
    assert Event.objects.count() == before


def test_an_unknown_class_changes_nothing(department: Department, recording: Recording) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused, match="no class murder"):
        set_classes(recording.pk, ["murder"], actor=department.alice.actor)
    recording.refresh_from_db()
    assert recording.classes == ["unclassified"]
    assert Event.objects.count() == before


def test_a_call_number_is_kept_with_the_one_before(department: Department, recording: Recording) -> None:
    set_call_number(recording.pk, "kc26-1", actor=department.alice.actor)
    set_call_number(recording.pk, "kc26-2", actor=department.sam.actor)
    recording.refresh_from_db()
    assert recording.call_number == "KC26-2"
    assert events(recording.handle)[-1] == (
        "evidence.recording.call_numbered",
        {"old": "KC26-1", "new": "KC26-2", "actor": department.sam.actor},
    )


def test_a_title(department: Department, recording: Recording) -> None:
    set_title(recording.pk, "Traffic stop", actor=department.alice.actor)
    recording.refresh_from_db()
    assert recording.title == "Traffic stop"


# --- the forms


def post(department: Department, account: Account, recording: Recording, name: str, **data: Any) -> Any:
    return department.client(account).post(reverse(f"evidence:{name}", args=[recording.pk]), data)


def test_an_officer_classes_by_the_form_and_can_undo_it(department: Department, recording: Recording) -> None:
    answer = post(department, department.alice, recording, "classes", **{"class": ["criminal"]})
    assert answer.status_code == 302
    browser = department.client(department.alice)
    html = browser.get(answer.url).content.decode()
    assert "Class is now criminal." in html
    assert "Undo" in html
    post(department, department.alice, recording, "classes", **{"class": ["unclassified"]})
    recording.refresh_from_db()
    assert recording.classes == ["unclassified"]


def test_undo_is_offered_only_to_who_did_it(department: Department, recording: Recording) -> None:
    answer = post(department, department.alice, recording, "title", title="Mine")
    assert "Undo" not in department.client(department.sam).get(answer.url).content.decode()


def test_undo_of_something_else_is_not_offered(department: Department, recording: Recording) -> None:
    other = Event.objects.filter(item_id=recording.handle).earliest("n")
    path = reverse("evidence:recording", args=[recording.pk])
    browser = department.client(department.alice)
    for changed in (str(other.pk), "nonsense", ""):
        assert "Undo" not in browser.get(f"{path}?changed={changed}").content.decode()


def test_a_refusal_is_shown_and_nothing_is_changed(department: Department, recording: Recording) -> None:
    browser = department.client(department.alice)
    path = reverse("evidence:call_number", args=[recording.pk])
    html = browser.post(path, {"call_number": "<script>"}, follow=True).content.decode()
    assert "A call number holds only letters" in html
    assert "<script>alert" not in html
    recording.refresh_from_db()
    assert recording.call_number == ""


def test_the_page_offers_the_classes_of_the_policy(department: Department, recording: Recording) -> None:
    html = department.client(department.alice).get(reverse("evidence:recording", args=[recording.pk])).content.decode()
    assert 'value="criminal"' in html
    assert 'value="non-evidentiary"' in html
    assert 'name="class" value="unclassified"' not in html


def test_without_a_policy_the_page_says_so(
    department: Department, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plainview.base.policy.lookup.current_policy", lambda day=None: None)
    monkeypatch.setattr("plainview.base.policy.lookup.current_hash", lambda day=None: None)
    html = department.client(department.alice).get(reverse("evidence:recording", args=[recording.pk])).content.decode()
    assert "No policy is in force, so there are no classes to choose from." in html
    assert "no policy is in force, so nothing says that it may go" in html


def test_the_api_sets_everything_at_once_or_nothing(department: Department, recording: Recording) -> None:
    browser = department.client(department.alice)
    path = reverse("evidence:api:change", args=[recording.pk])
    wanted = {"classes": ["criminal"], "call_number": "<>", "title": "x"}
    answer = browser.patch(path, wanted, content_type="application/json")
    assert answer.status_code == 422
    assert "A call number holds only" in answer.json()["detail"]
    recording.refresh_from_db()
    assert recording.classes == ["unclassified"]
    answer = browser.patch(path, {**wanted, "call_number": "26-1"}, content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json()["classes"], answer.json()["call_number"]) == (["criminal"], "26-1")
