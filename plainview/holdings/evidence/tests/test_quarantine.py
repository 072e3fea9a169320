"""What waits for a person: shown with what to do, decided by a technician, never deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from conftest import Department
from plainview.holdings.evidence.actions import Decision, resolve_quarantine
from plainview.holdings.evidence.actions.resolution import Verdict
from plainview.holdings.evidence.models import Quarantine, Recording
from plainview.holdings.evidence.rules import Claims, Refused
from plainview.holdings.evidence.tests.making import NOON, camera, events, footage, later, video
from plainview.holdings.evidence.views import quarantine as views
from plainview.holdings.fleet.models import CameraKind, Carry, Vehicle

NOTE = "From the officer's report 26-0099."


@pytest.fixture
def stray(department: Department) -> Recording:
    """Footage of a camera that nobody registered."""
    return footage(None, camera=None, claims=Claims(camera="STRAY-1")).recording


@pytest.fixture
def untimed(department: Department) -> Recording:
    """Footage of which nobody knows when it was made."""
    return footage(department.alice, start=None).recording


def waiting(recording: Recording) -> set[str]:
    return set(recording.quarantines.filter(resolved_at=None).values_list("reason", flat=True))


def assign(recording: Recording, department: Department, **what: Any) -> dict[str, Any]:
    """Decides, and returns the facts of the event."""
    resolve_quarantine(recording.pk, Decision(Verdict.ASSIGN, NOTE, **what), actor=department.tess.actor)
    recording.refresh_from_db()
    kind, facts = events(recording.handle)[-1]
    assert kind == "evidence.recording.resolved"
    return facts


# --- deciding


def test_a_camera_settles_who_carried_it_too(department: Department, stray: Recording) -> None:
    found = camera("STRAY-1", CameraKind.BODY)
    Carry.objects.create(camera=found, officer=department.bob.officer, began=NOON - timedelta(days=1))
    facts = assign(stray, department, camera=found)
    assert (stray.camera, stray.officer, stray.unit) == (found, department.bob.officer, department.first)
    assert stray.kind == "body"
    assert not stray.quarantined
    assert waiting(stray) == set()
    assert facts["old"]["camera"] is None
    assert facts["new"]["camera"] == "STRAY-1"
    assert facts["new"]["officer"] == "102"
    assert facts["note"] == NOTE


def test_a_camera_that_nobody_carried_asks_the_next_question(department: Department, stray: Recording) -> None:
    facts = assign(stray, department, camera=camera("STRAY-1"))
    assert not stray.quarantined
    assert waiting(stray) == {"nobody-carried"}
    assert facts["open"] == ["nobody-carried"]


def test_a_camera_in_a_car_asks_for_nobody(department: Department, stray: Recording) -> None:
    found, car = camera("STRAY-1", CameraKind.IN_CAR), Vehicle.objects.create(name="Car 7")
    Carry.objects.create(camera=found, vehicle=car, began=NOON - timedelta(days=1))
    assign(stray, department, camera=found)
    assert stray.vehicle == car
    assert waiting(stray) == set()


def test_an_officer_answers_who(department: Department) -> None:
    made = footage(None).recording
    assert waiting(made) == {"nobody-carried"}
    assign(made, department, officer=department.charlie.officer)
    assert made.officer == department.charlie.officer
    assert made.unit == department.second
    assert waiting(made) == set()


def test_an_officer_does_not_answer_which_camera(department: Department, stray: Recording) -> None:
    assign(stray, department, officer=department.alice.officer)
    assert stray.quarantined
    assert waiting(stray) == {"camera-unregistered"}
    assert stray.officer == department.alice.officer, "what was entered is kept"


def test_a_start_places_the_recording_and_keeps_what_the_file_says(department: Department, untimed: Recording) -> None:
    facts = assign(untimed, department, start=NOON)
    file = untimed.files.get()
    assert (untimed.start, untimed.stop, untimed.listed_at) == (NOON, later(10), NOON)
    assert (file.start, file.stop) == (NOON, later(10))
    assert untimed.unit == department.first, "the unit of that day"
    assert file.time_basis["why"] == f"set by a person: {NOTE}"
    assert file.time_basis["says"] == []
    assert facts["old"]["start"] is None


def test_segments_of_unknown_time_follow_one_another(department: Department) -> None:
    for n in (1, 2, 3):
        made = footage(department.alice, start=None, facts=video(press="7", sequence=n), name=f"{n}.mp4").recording
    assign(made, department, start=NOON)
    starts = list(made.files.order_by("sequence").values_list("start", flat=True))
    assert starts == [NOON, later(10), later(20)]
    assert made.stop == later(30)


def test_a_corrected_start_moves_every_segment(department: Department) -> None:
    far = datetime(2031, 1, 1, tzinfo=UTC)
    for n in (1, 2):
        facts = video(press="7", sequence=n)
        made = footage(department.alice, start=far + timedelta(seconds=10 * n), facts=facts, name=f"{n}.mp4").recording
    assert waiting(made) == {"start-implausible"}
    assign(made, department, start=NOON)
    assert list(made.files.order_by("sequence").values_list("start", flat=True)) == [NOON, later(10)]
    assert waiting(made) == set()


@pytest.mark.parametrize("verdict", [Verdict.ACCEPT, Verdict.NOT_EVIDENCE])
def test_accepting_changes_nothing_but_the_question(department: Department, stray: Recording, verdict: Verdict) -> None:
    resolve_quarantine(stray.pk, Decision(verdict, NOTE), actor=department.tess.actor)
    stray.refresh_from_db()
    assert not stray.quarantined
    assert waiting(stray) == set()
    assert stray.camera is None
    assert stray.files.exists()
    row = Quarantine.objects.get()
    assert row.resolved_by == department.tess.actor
    assert row.resolution == f"{verdict.sentence}. {NOTE}"


def test_a_decision_needs_a_reason_of_its_own(department: Department, stray: Recording) -> None:
    for note in ("", "   "):
        with pytest.raises(Refused, match="Say in a few words why"):
            resolve_quarantine(stray.pk, Decision(Verdict.ACCEPT, note), actor=department.tess.actor)
    assert waiting(stray)


def test_an_assignment_assigns_something(department: Department, stray: Recording) -> None:
    with pytest.raises(Refused, match="Fill in a camera, an officer or a start"):
        resolve_quarantine(stray.pk, Decision(Verdict.ASSIGN, NOTE), actor=department.tess.actor)


def test_what_is_decided_is_decided_once(department: Department, stray: Recording) -> None:
    resolve_quarantine(stray.pk, Decision(Verdict.ACCEPT, NOTE), actor=department.tess.actor)
    with pytest.raises(Refused, match="Somebody may have decided it just now"):
        resolve_quarantine(stray.pk, Decision(Verdict.ACCEPT, NOTE), actor=department.tess.actor)


# --- the pages


def post(department: Department, recording: Recording, **form: str) -> Any:
    given = {"verdict": "assign", "note": NOTE, **form}
    return department.client(department.tess).post(reverse("evidence:decide", args=[recording.pk]), given)


def test_the_queue_says_what_is_the_matter(department: Department, stray: Recording, untimed: Recording) -> None:
    html = department.client(department.tess).get(reverse("evidence:quarantine")).content.decode()
    assert "The camera that made this is not registered." in html
    assert "Serial number STRAY-1." in html
    assert "When this was recorded can&#x27;t be known" in html
    assert html.count(">Decide<") == 2


def test_the_queue_by_reason(department: Department, stray: Recording, untimed: Recording) -> None:
    browser = department.client(department.tess)
    html = browser.get(reverse("evidence:quarantine"), {"reason": "start-unknown"}).content.decode()
    assert str(untimed.pk) in html
    assert str(stray.pk) not in html


def test_the_queue_in_pages(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    made = [footage(department.alice, start=None).recording for _ in range(5)]
    browser, seen, after = department.client(department.tess), [], "0"
    while after:
        answer = browser.get(reverse("evidence:quarantine"), {"after": after})
        seen += [recording for recording, _ in answer.context["groups"]]
        after = str(answer.context["next"] or "")
    assert seen == made, "the longest waiting first, each once"


def test_an_empty_queue_says_what_would_come_here(department: Department) -> None:
    assert (
        "Nothing is waiting" in department.client(department.tess).get(reverse("evidence:quarantine")).content.decode()
    )


def test_deciding_by_the_form(department: Department, stray: Recording) -> None:
    camera("STRAY-1")
    answer = post(department, stray, camera="STRAY-1", badge="101", start="2026-06-01 12:00:00")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("evidence:quarantine")
    stray.refresh_from_db()
    assert stray.officer == department.alice.officer
    assert not stray.quarantined


def test_what_still_waits_leads_back_to_the_form(department: Department, stray: Recording) -> None:
    answer = post(department, stray, start="2026-06-01 12:00:00")
    assert answer["Location"] == reverse("evidence:decide", args=[stray.pk])


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"camera": "NOPE"}, "No camera with the serial &#x27;NOPE&#x27; is registered."),
        ({"badge": "000"}, "Nobody had the badge &#x27;000&#x27; on 2026-06-01."),
        ({"start": "noon"}, "&#x27;noon&#x27; is not a time."),
        ({"start": "2026-11-01 01:30:00"}, "came twice that day"),
        ({"note": "", "badge": "101"}, "Say in a few words why"),
        ({}, "Fill in a camera, an officer or a start"),
        ({"verdict": "burn"}, "Choose what to do"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    department: Department, stray: Recording, form: dict[str, str], words: str
) -> None:
    answer = post(department, stray, **form)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html
    if "badge" in form:
        assert f'value="{form["badge"]}"' in html
    assert waiting(stray) == {"camera-unregistered"}


def test_a_camera_registered_since_is_offered(department: Department, stray: Recording) -> None:
    camera("STRAY-1")
    html = department.client(department.tess).get(reverse("evidence:decide", args=[stray.pk])).content.decode()
    assert "which is registered now" in html
    assert 'name="camera" aria-describedby="h-camera" autocomplete="off" value="STRAY-1"' in html
