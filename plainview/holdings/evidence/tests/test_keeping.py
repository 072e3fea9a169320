"""How long: by class and policy, and beyond them by matters and holds."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from conftest import Department
from plainview.base.policy.rules import Term, parse
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.keeping import holds_of, kept_many, kept_until, matters_of
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests.making import NOON, footage
from plainview.holdings.evidence.tests.test_edit import HASH, POLICY
from plainview.holdings.evidence.ties import Hold, RecordingCall, RecordingMatter
from plainview.holdings.incidents.models import Call, Matter, MatterCall


@pytest.fixture(autouse=True)
def policy(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = parse(POLICY)
    monkeypatch.setattr("plainview.base.policy.lookup.current_policy", lambda day=None: parsed)
    monkeypatch.setattr("plainview.base.policy.lookup.current_hash", lambda day=None: HASH)
    monkeypatch.setattr("plainview.base.policy.lookup.terms", lambda: [Term(parsed, date(2020, 1, 1))])


@pytest.fixture
def recording(department: Department) -> Recording:
    made = footage(department.alice).recording
    set_classes(made.pk, ["non-evidentiary"], actor=department.alice.actor)
    made.refresh_from_db()
    return made


def matter(number: str, status: str = "open", **more: Any) -> Matter:
    return Matter.objects.create(
        handle=secrets.token_hex(16), number=number, kind="criminal", status=status, status_on=date(2026, 7, 1), **more
    )


def hold(recording: Recording, **more: Any) -> Hold:
    return Hold.objects.create(recording=recording, reason="Letter of counsel", placed_at=NOON, placed_by="a:1", **more)


def test_the_class_counts_from_the_day_of_the_recording(recording: Recording) -> None:
    kept = kept_until(recording)
    assert kept.until == date(2026, 11, 28), "June 1 and 180 days"
    assert "V.3" in kept.sentence()
    assert kept.held_by == ()


def test_the_longest_class_counts(department: Department, recording: Recording) -> None:
    set_classes(recording.pk, ["non-evidentiary", "criminal"], actor=department.alice.actor)
    recording.refresh_from_db()
    assert kept_until(recording).until == date(2029, 6, 1)


def test_an_unknown_start_runs_no_clock(recording: Recording) -> None:
    recording.start = None
    assert kept_until(recording).until == "forever"


def test_a_matter_holds_directly_and_through_the_call(recording: Recording) -> None:
    RecordingMatter.objects.create(recording=recording, matter=matter("26-CR-1"))
    call = Call.objects.create(number="26-000001")
    RecordingCall.objects.create(recording=recording, call=call, how="number")
    MatterCall.objects.create(matter=matter("26-CR-2", "appealed"), call=call)
    MatterCall.objects.create(matter=matter("26-CR-3", "concluded"), call=call)
    assert [each.id for each in matters_of(recording)] == ["26-CR-1", "26-CR-2", "26-CR-3"]
    assert kept_until(recording).held_by == ("26-CR-1", "26-CR-2")


def test_a_matter_linked_twice_is_one(recording: Recording) -> None:
    both = matter("26-CR-1")
    RecordingMatter.objects.create(recording=recording, matter=both)
    for number in ("1", "2"):
        call = Call.objects.create(number=number)
        RecordingCall.objects.create(recording=recording, call=call, how="match")
        MatterCall.objects.create(matter=both, call=call)
    assert len(matters_of(recording)) == 1


def test_a_matter_of_another_recording_holds_nothing(department: Department, recording: Recording) -> None:
    other = footage(department.bob).recording
    RecordingMatter.objects.create(recording=other, matter=matter("26-CR-1"))
    assert matters_of(recording) == []


def test_a_hold_stands_until_two_have_lifted_it(recording: Recording) -> None:
    standing = hold(recording, lift_asked_by="a:2")
    hold(recording, lift_asked_by="a:2", lifted_by="a:3", lifted_at=NOON)
    (found,) = holds_of(recording)
    assert (found.id, found.reason, found.lifted_by) == (f"hold-{standing.pk}", "Letter of counsel", ("a:2",))
    assert kept_until(recording).held_by == (f"hold-{standing.pk}",)


def test_the_page_says_what_holds_it_and_what_would_have_to_happen(
    department: Department, recording: Recording
) -> None:
    RecordingMatter.objects.create(recording=recording, matter=matter("26-CR-1"))
    html = department.client(department.alice).get(reverse("evidence:recording", args=[recording.pk])).content.decode()
    assert "26-CR-1" in html
    assert "What would have to happen for it to go" in html


def test_the_api_names_what_holds_it(department: Department, recording: Recording) -> None:
    RecordingMatter.objects.create(recording=recording, matter=matter("26-CR-1"))
    answer = department.client(department.alice).get(reverse("evidence:api:one", args=[recording.pk])).json()
    assert answer["kept"]["until"] == "2026-11-28"
    assert answer["kept"]["clauses"] == ["V.3"]
    assert answer["kept"]["held_by"] == ["26-CR-1"]


def test_many_at_once_are_judged_as_one_by_one(department: Department, django_assert_max_num_queries: Any) -> None:
    made = [footage(department.alice, content=bytes([n])).recording for n in range(6)]
    call = Call.objects.create(number="MANY-1")
    for recording in made[:3]:
        RecordingCall.objects.create(recording=recording, call=call, how="import")
    MatterCall.objects.create(matter=matter("B-2"), call=call)
    MatterCall.objects.create(matter=matter("A-1", "concluded"), call=call)
    RecordingMatter.objects.create(recording=made[2], matter=Matter.objects.get(number="B-2"))
    RecordingMatter.objects.create(recording=made[4], matter=matter("C-3"))
    hold(made[0])
    hold(made[5])
    with django_assert_max_num_queries(6):
        found = kept_many(made)
    assert found == {recording.pk: kept_until(recording) for recording in made}
