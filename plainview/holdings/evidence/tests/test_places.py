"""Private homes: what was said about the camera, kept with the recording for everything later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import Department
from plainview.holdings.evidence.actions.places import Said, mark_place, standing_places, withdraw_place
from plainview.holdings.evidence.models import PrivatePlace, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.tests import paper

FORM = {"disclosed": "yes", "objected": "yes", "decision": "off", "began": "2:00", "ended": "12:30", "said_at": "2:10"}


@pytest.fixture
def made(department: Department) -> Recording:
    paper.policy()
    return paper.recording(department.alice)


def test_the_officer_marks_it_on_the_page(department: Department, made: Recording) -> None:
    alice = department.client(department.alice)
    alice.post(f"/recordings/{made.pk}/places", {**FORM, "note": "front room"})
    place = PrivatePlace.objects.get()
    assert (place.disclosed, place.objected, place.decision) == (True, True, "off")
    assert place.began == paper.NOON + timedelta(minutes=2)
    assert place.said_at == paper.NOON + timedelta(minutes=2, seconds=10)
    page = alice.get(f"/recordings/{made.pk}/").content.decode()
    assert "2:00 to 12:30" in page
    assert "a resident objected" in page
    assert paper.kinds(made.handle)[0] == "evidence.place.marked"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"disclosed": ""}, "whether the camera was disclosed"),
        ({"decision": "maybe"}, "what was decided"),
        ({"ended": ""}, "both the beginning and the end"),
        ({"began": "13:00"}, "ends before it begins"),
        ({"began": "45:00", "ended": "50:00"}, "not part of this recording"),
        ({"began": "noon"}, "not a time in the recording"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    department: Department, made: Recording, changes: dict[str, str], says: str
) -> None:
    answer = department.client(department.alice).post(f"/recordings/{made.pk}/places", {**FORM, **changes}, follow=True)
    assert says in answer.content.decode()
    assert not PrivatePlace.objects.exists()


def test_a_mark_is_taken_back_with_a_reason_and_stays_on_record(department: Department, made: Recording) -> None:
    place = mark_place(made.pk, Said(True, False, "on"), actor=department.alice.actor)
    assert standing_places(made.pk) == [place]
    with pytest.raises(Refused, match="Say why"):
        withdraw_place(place.pk, "", actor=department.alice.actor)
    withdraw_place(place.pk, "it was the street", actor=department.alice.actor)
    assert standing_places(made.pk) == []
    assert PrivatePlace.objects.get().withdrawn_why == "it was the street"
    with pytest.raises(Refused, match="taken back already"):
        withdraw_place(place.pk, "again", actor=department.alice.actor)


def test_only_who_may_class_it_marks_it(department: Department, made: Recording) -> None:
    answers = {
        name: department.client(getattr(department, name)).post(f"/recordings/{made.pk}/places", FORM).status_code
        for name in ("bob", "audrey", "dina", "nora")
    }
    assert set(answers.values()) == {404}
    assert department.client(department.sam).post(f"/recordings/{made.pk}/places", FORM).status_code == 302
