"""Registering: a file becomes evidence, in the right recording, with its history, or not at all."""

from __future__ import annotations

import hmac
from datetime import timedelta

import pytest
from django.db import DatabaseError
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import Department
from plainview.base.media import Belief
from plainview.base.people.models import Account, Assignment, Officer
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.actions import register
from plainview.holdings.evidence.models import ClassMark, File, Playable, Quarantine, Recording, Track
from plainview.holdings.evidence.rules import Claims, Reason, Why
from plainview.holdings.evidence.tests.making import (
    NOON,
    camera,
    events,
    footage,
    jobs,
    later,
    stored,
    trail,
    video,
)
from plainview.holdings.fleet.models import CameraKind, Vehicle
from plainview.ledger.event import read_leaf


def officer_of(account: Account) -> Officer:
    assert account.officer
    return account.officer


def test_a_file_becomes_a_recording_of_its_officer(department: Department) -> None:
    made = footage(department.alice)
    recording = Recording.objects.get()
    assert recording == made.recording
    assert recording.officer == department.alice.officer
    assert recording.unit == department.first
    assert recording.agency == department.agency
    assert recording.kind == CameraKind.BODY
    assert (recording.start, recording.stop) == (NOON, later(10))
    assert recording.listed_at == NOON
    assert recording.duration_ms == 10_000
    assert recording.has_picture
    assert recording.size == made.file.object.size
    assert not recording.quarantined


def test_it_begins_unclassified(department: Department) -> None:
    made = footage(department.alice)
    assert made.recording.classes == ["unclassified"]
    mark = ClassMark.objects.get(recording=made.recording)
    assert (mark.class_id, mark.ended_at) == ("unclassified", None)


def test_the_unit_is_the_one_of_the_day_of_the_recording(department: Department) -> None:
    officer = officer_of(department.alice)
    Assignment.objects.create(officer=officer, unit=department.second, began=NOON.date() + timedelta(days=30))
    assert footage(department.alice).recording.unit == department.first
    moved = footage(department.alice, start=NOON + timedelta(days=31))
    assert moved.recording.unit == department.second


def test_the_day_is_that_of_the_departments_zone(department: Department) -> None:
    officer = officer_of(department.alice)
    Assignment.objects.create(officer=officer, unit=department.second, began=NOON.date() + timedelta(days=1))
    late = NOON.replace(hour=3) + timedelta(days=1)  # 22:00 of the day before in Kansas City
    assert footage(department.alice, start=late).recording.unit == department.first


def test_history_holds_the_file_and_the_recording(department: Department) -> None:
    made = footage(department.alice, name="AB\n😀..mp4", claims=Claims(camera="BWC-1", badge="101"))
    (kind, facts), *rest = events(made.file.handle)
    assert not rest
    assert kind == "evidence.file.stored"
    assert made.event.kind == kind
    assert facts["name"] == "AB\n😀..mp4"
    assert facts["sha256"] == bytes(made.file.object.sha256).hex()
    assert facts["chunk_root"] == bytes(made.file.object.chunk_root).hex()
    assert facts["claims"] == {"badge": "101", "camera": "BWC-1", "start": None, "trigger_on": None, "zone": None}
    ((kind, facts),) = events(made.recording.handle)
    assert kind == "evidence.recording.created"
    assert facts["file"] == made.file.handle
    assert (facts["camera"], facts["officer"], facts["unit"]) == ("BWC-1", "101", "Central Squad 1")


def test_the_public_leaf_holds_no_bare_hash(department: Department) -> None:
    made = footage(department.alice)
    leaf = bytes(made.event.leaf)
    sha256 = bytes(made.file.object.sha256)
    assert sha256.hex().encode() not in leaf
    salt = bytes.fromhex(events(made.file.handle)[0][1]["hash_salt"])
    assert read_leaf(leaf).public == {"hash_hmac": hmac.digest(salt, sha256, "sha256").hex()}


def test_preparation_is_asked_for_in_the_same_transaction(department: Department) -> None:
    made = footage(department.alice)
    assert jobs(made.file) == ["todo"]


def test_nothing_stays_where_something_fails(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the disk of the database is full")

    monkeypatch.setattr("plainview.holdings.evidence.actions.registration.record_many", broken)
    before = ProcrastinateJob.objects.count()
    with pytest.raises(DatabaseError):
        footage(department.alice)
    for model in (Recording, File, StoredObject, ClassMark, Quarantine, Track):
        assert not model.objects.exists(), model
    assert ProcrastinateJob.objects.count() == before


def test_a_failed_registration_can_be_repeated_with_the_same_bytes(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stored(b"once")

    def go() -> None:
        register(stored=kept, facts=video(), name="a", door="command", actor="system:test", camera=camera())

    with monkeypatch.context() as broken:
        broken.setattr("plainview.holdings.evidence.actions.registration.record_many", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go()
    go()
    assert File.objects.get().object.id == kept.id


def test_what_browsers_play_is_ready_at_once(department: Department) -> None:
    assert footage(department.alice).file.playable == Playable.READY
    assert footage(department.alice, facts=video(plays="remux")).file.playable == Playable.NONE


def test_the_trail_is_kept_beside_the_file(department: Department) -> None:
    made = footage(department.alice, facts=video(points=trail((39_099_730, -94_578_570)), track_source="gpmf"))
    track = Track.objects.get(file=made.file)
    assert track.source == "gpmf"
    assert track.points == [[0, 39_099_730, -94_578_570, None]]
    assert made.file.facts["points"] == []


def test_the_press_is_another_moment_than_the_start(department: Department) -> None:
    made = footage(department.alice, claims=Claims(trigger_on=later(2)))
    assert made.recording.trigger_on == later(2)
    assert made.recording.start == NOON


# --- one press, several files


def segment(n: int, start: float, press: str = "0042", **more: object) -> dict[str, object]:
    facts = video(press=press, sequence=n, duration_ms=60_000, **more)
    return {"facts": facts, "start": later(start), "name": f"GX{n:02d}{press}.MP4"}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
def test_segments_of_one_press_are_one_recording_in_any_order(department: Department, order: tuple[int, ...]) -> None:
    for n in order:
        footage(department.alice, **segment(n, 60 * (n - 1)))  # type: ignore[arg-type]
    recording = Recording.objects.get()
    assert (recording.start, recording.stop) == (NOON, later(180))
    assert recording.duration_ms == 180_000
    assert recording.listed_at == NOON
    assert list(recording.files.values_list("sequence", flat=True)) == [1, 2, 3]
    kinds = [kind for kind, _ in events(recording.handle)]
    assert kinds == ["evidence.recording.created", *["evidence.recording.extended"] * 2]


def test_joining_is_written_with_old_and_new(department: Department) -> None:
    footage(department.alice, **segment(1, 0))  # type: ignore[arg-type]
    made = footage(department.alice, **segment(2, 60))  # type: ignore[arg-type]
    assert made.joined == "the file names say that they come from one press"
    _, facts = events(made.recording.handle)[-1]
    assert facts["old"]["stop"] == later(60).isoformat()
    assert facts["new"]["stop"] == later(120).isoformat()
    assert facts["file"] == made.file.handle


def test_an_equal_press_of_another_camera_is_another_recording(department: Department) -> None:
    footage(department.alice, **segment(1, 0))  # type: ignore[arg-type]
    footage(department.bob, camera=camera("BWC-2"), **segment(2, 60))  # type: ignore[arg-type]
    assert Recording.objects.count() == 2


def test_an_equal_press_of_another_day_is_another_recording(department: Department) -> None:
    footage(department.alice, **segment(1, 0))  # type: ignore[arg-type]
    footage(department.alice, **segment(2, 86_400 * 30))  # type: ignore[arg-type]
    assert Recording.objects.count() == 2


def test_files_that_go_on_where_the_last_ended_are_one_recording(department: Department) -> None:
    for n in range(3):
        facts = video(sequence=121 + n, duration_ms=60_000)
        footage(department.alice, facts=facts, start=later(61 * n), name=f"NO20260601-12{n:02d}00-000{121 + n}.MP4")
    assert Recording.objects.get().duration_ms == 180_000


def test_segments_of_an_unregistered_camera_are_one_recording_with_one_question(department: Department) -> None:
    for n in (1, 2):
        footage(None, camera=None, claims=Claims(camera="STRAY-9"), **segment(n, 60 * (n - 1)))  # type: ignore[arg-type]
    recording = Recording.objects.get()
    assert recording.serial == "STRAY-9"
    assert list(recording.quarantines.values_list("reason", flat=True)) == ["camera-unregistered"]


def test_the_press_of_a_recording_is_its_earliest(department: Department) -> None:
    footage(department.alice, claims=Claims(trigger_on=later(62)), **segment(2, 60))  # type: ignore[arg-type]
    footage(department.alice, claims=Claims(trigger_on=later(3)), **segment(1, 0))  # type: ignore[arg-type]
    assert Recording.objects.get().trigger_on == later(3)


# --- the same bytes again


def test_the_same_bytes_at_the_same_time_join_and_are_said(department: Department) -> None:
    first = footage(department.alice, content=b"same")
    second = footage(department.alice, content=b"same", name="again.mp4")
    assert second.duplicate_of == first.file
    assert second.file.duplicate_of == first.file
    assert second.recording == first.recording
    assert File.objects.count() == 2
    assert events(second.file.handle)[0][1]["duplicate_of"] == first.file.handle
    assert Recording.objects.get().duration_ms == 10_000, "the same ten seconds are not twenty"
    assert Recording.objects.get().size == 2 * len(b"same")


def test_the_same_bytes_of_another_camera_get_a_recording_of_their_own(department: Department) -> None:
    first = footage(department.alice, content=b"same")
    second = footage(department.bob, content=b"same", camera=camera("BWC-2"))
    assert second.duplicate_of == first.file
    assert second.recording != first.recording


def test_the_same_bytes_at_another_claimed_time_get_a_recording_of_their_own(department: Department) -> None:
    first = footage(department.alice, content=b"same")
    second = footage(department.alice, content=b"same", start=later(86_400))
    assert second.duplicate_of == first.file
    assert second.recording != first.recording


# --- what waits for a person


def reasons(recording: Recording) -> set[str]:
    return set(recording.quarantines.filter(resolved_at=None).values_list("reason", flat=True))


def test_an_unregistered_camera_means_quarantine(department: Department) -> None:
    made = footage(None, camera=None, claims=Claims(camera="STRAY-1"))
    assert made.quarantined
    assert made.recording.quarantined
    assert reasons(made.recording) == {"camera-unregistered"}
    kind, facts = events(made.recording.handle)[-1]
    assert kind == "evidence.recording.quarantined"
    assert facts["reasons"] == ["camera-unregistered"]


def test_a_camera_that_nobody_carries_is_listed_but_not_set_apart(department: Department) -> None:
    made = footage(None)
    assert not made.quarantined
    assert not made.recording.quarantined
    assert reasons(made.recording) == {"nobody-carried"}


def test_a_start_that_cannot_be_known_is_listed_with_the_blank_shown(department: Department) -> None:
    made = footage(department.alice, start=None)
    recording = made.recording
    assert reasons(recording) == {"start-unknown"}
    assert recording.start is None
    assert recording.listed_at == recording.uploaded
    assert recording.unit is None, "the unit of an unknown day is not guessed"


def test_what_cannot_be_understood_is_kept_and_said(department: Department) -> None:
    facts = video(problem="This is a playlist that calls itself a film.", plays="no", role="other", streams=[])
    made = footage(department.alice, facts=facts)
    assert made.quarantined
    row = Quarantine.objects.get()
    assert (row.reason, row.detail, row.file) == ("not-understood", facts.problem, made.file)


def test_a_camera_in_a_car_needs_no_officer(department: Department) -> None:
    made = footage(None, camera=camera("CAR-1", CameraKind.IN_CAR), vehicle=Vehicle.objects.create(name="Car 7"))
    assert reasons(made.recording) == set()


def test_two_officers_for_one_file_are_shown_to_a_person(department: Department) -> None:
    made = footage(department.alice, carrier=department.bob.officer, claims=Claims(badge="101"))
    assert reasons(made.recording) == {"officer-disputed"}
    assert made.recording.officer == department.alice.officer


def test_a_door_can_add_a_reason_of_its_own(department: Department) -> None:
    made = footage(department.alice, reasons=[Why(Reason.CHANGED_WHILE_READ, "It grew by 3 bytes.")])
    assert made.quarantined
    assert Quarantine.objects.get().file == made.file


def test_names_that_no_database_can_hold_are_shown_by_their_codes(department: Department) -> None:
    made = footage(department.alice, name="a\x00b\udcff.mp4")
    assert File.objects.get(pk=made.file.pk).name == "a\\x00b\\xff.mp4"


def test_what_a_file_says_is_kept_beside_what_we_believe(department: Department) -> None:
    made = footage(department.alice)
    assert made.file.time_basis["why"] == "as the camera says"
    assert made.recording.time_basis["believed"] == NOON.isoformat()


def test_a_start_given_at_the_door_needs_no_belief(department: Department) -> None:
    claims = Claims(start=later(5))
    made = register(
        stored=stored(), facts=video(), name="a", door="command", actor="system:test", camera=camera(), claims=claims
    )
    assert made.recording.start == later(5)
    assert made.file.time_basis["why"] == "as stated by the person who brought it"


def test_a_belief_of_nothing_is_not_overruled_by_a_claim(department: Department) -> None:
    made = footage(
        department.alice, claims=Claims(start=later(5)), belief=Belief(None, "The claims disagree.", "unknown")
    )
    assert made.recording.start is None
