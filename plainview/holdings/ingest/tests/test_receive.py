"""What comes through any door is stored, read back, registered, in the log and receipted, or not acknowledged."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from conftest import Department
from plainview.base.custody import sequencer
from plainview.base.custody.models import Event, Item, Leaf
from plainview.base.storage import actions as storage
from plainview.base.storage.actions import leftovers, open_object
from plainview.base.storage.errors import NoRoom
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.evidence.rules import Claims, Reason
from plainview.holdings.fleet.models import Camera, Carry
from plainview.holdings.ingest import actions, receipts, reception
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources.reading import SourceError
from plainview.holdings.ingest.tests.making import CLAIMS, SERIAL, START, clip, incoming, receive

pytestmark = pytest.mark.django_db


def reasons(recording: str) -> set[str]:
    return set(Recording.objects.get(pk=recording).quarantines.values_list("reason", flat=True))


def bytes_of(file: str) -> bytes:
    with open_object(File.objects.get(pk=file).object) as reader:
        return b"".join(reader.stream())


class Breaks(io.BytesIO):
    """A disk that is pulled out after some bytes."""

    def readinto(self, buffer: Any, /) -> int:
        if self.tell() >= 4096:
            raise SourceError("can't be read after 4096 bytes: Input/output error")
        return super().readinto(memoryview(buffer)[:4096])


# The way that all is well


def test_a_file_is_stored_and_becomes_a_recording_of_who_carried_the_camera(
    camera: Camera, department: Department
) -> None:
    content = clip(1)
    outcome = receive(content)
    assert (outcome.status, outcome.reason) == ("stored", "")
    assert outcome.sha256 == hashlib.sha256(content).hexdigest()
    assert outcome.size == len(content)
    recording = Recording.objects.get(pk=outcome.recording)
    assert recording.camera == camera
    assert recording.officer == department.alice.officer
    assert recording.unit == department.first
    assert recording.start == START
    assert bytes_of(outcome.file) == content


def test_the_receipt_proves_that_these_bytes_are_in_the_log(camera: Camera) -> None:
    outcome = receive(clip(1))
    assert outcome.receipt is not None
    said = json.loads(outcome.receipt.read_bytes())
    facts = {key: value for _, key, value in json.loads(said["body"])}
    assert facts["sha256"] == outcome.sha256
    assert facts["name"] == "clip.mp4"
    assert json.loads(said["leaf"])["h"] == File.objects.get(pk=outcome.file).handle
    assert said["checkpoint"].split("\n")[1] >= "1"


def test_the_arrival_tells_the_whole_story(camera: Camera) -> None:
    outcome = receive(clip(1))
    arrival = Arrival.objects.get(pk=outcome.arrival)
    assert arrival.state == "stored"
    assert arrival.ended_at is not None
    assert arrival.holder == ""
    assert arrival.stored is None
    assert str(arrival.file_id) == outcome.file
    assert receipts.file_of(arrival) == outcome.receipt


def test_the_bytes_are_not_in_clear_anywhere_under_the_data_folder(camera: Camera, data: Path) -> None:
    secret = b"a very particular sequence of bytes in the middle of a clip"
    receive(clip(1) + secret)
    found = [p for p in data.rglob("*") if p.is_file() and secret in p.read_bytes()]
    assert found == []


def test_progress_is_told(camera: Camera) -> None:
    told: list[int] = []
    content = b"x" * 3_000_000
    stream = io.BytesIO(content)
    reception.receive(stream, name="x", door="command", actor="system:test", on_progress=told.append)
    assert told[-1] == len(content)
    assert told == sorted(told)


# Whose it is


def test_the_badge_given_at_the_door_goes_before_who_carried_the_camera(camera: Camera, department: Department) -> None:
    outcome = receive(clip(1), claims=replace(CLAIMS, badge="102"))
    recording = Recording.objects.get(pk=outcome.recording)
    assert recording.officer == department.bob.officer
    assert Reason.OFFICER_DISPUTED in reasons(outcome.recording)


def test_a_badge_that_is_not_on_the_roster_is_never_a_reason_to_refuse(camera: Camera) -> None:
    outcome = receive(clip(1), claims=replace(CLAIMS, badge="999"))
    assert outcome.status == "quarantined"
    assert "999" in outcome.reason
    assert Recording.objects.get(pk=outcome.recording).officer is None


def test_the_badge_must_have_been_held_on_that_day(camera: Camera) -> None:
    outcome = receive(clip(1), claims=replace(CLAIMS, badge="102", start=datetime(2019, 1, 1, tzinfo=UTC)))
    assert outcome.status == "quarantined"
    assert Reason.BADGE_UNKNOWN in reasons(outcome.recording)


def test_an_unregistered_camera_means_quarantine(department: Department) -> None:
    outcome = receive(clip(1), claims=replace(CLAIMS, camera="NOBODYS"))
    assert outcome.status == "quarantined"
    assert "not registered" in outcome.reason
    assert "NOBODYS" in outcome.reason
    assert outcome.receipt is not None


def test_no_camera_at_all_means_quarantine(department: Department) -> None:
    outcome = receive(clip(1), claims=Claims(start=START))
    assert outcome.status == "quarantined"
    assert Reason.CAMERA_NOT_STATED in reasons(outcome.recording)


def test_a_camera_that_nobody_carries_is_stored_with_the_blank_shown(department: Department) -> None:
    Camera.objects.create(serial="SPARE", kind="body")
    outcome = receive(clip(1), claims=replace(CLAIMS, camera="SPARE"))
    assert outcome.status == "stored"
    recording = Recording.objects.get(pk=outcome.recording)
    assert recording.officer is None
    assert not recording.quarantined
    assert reasons(outcome.recording) == {Reason.NOBODY_CARRIED}


def test_a_start_that_can_not_be_known_is_stored_with_the_blank_shown(camera: Camera) -> None:
    outcome = receive(clip(1), claims=Claims(camera=SERIAL))
    assert outcome.status == "stored"
    recording = Recording.objects.get(pk=outcome.recording)
    assert recording.start is None
    assert recording.officer is None
    assert Reason.START_UNKNOWN in reasons(outcome.recording)


def test_who_carried_the_camera_is_asked_for_the_time_of_the_recording(camera: Camera, department: Department) -> None:
    began = START - timedelta(hours=1)
    Carry.objects.create(camera=camera, officer=department.bob.officer, began=began)
    earlier = receive(clip(1), claims=replace(CLAIMS, start=began - timedelta(minutes=5)))
    later = receive(clip(2), "other.mp4", claims=CLAIMS)
    assert Recording.objects.get(pk=earlier.recording).officer == department.alice.officer
    assert Recording.objects.get(pk=later.recording).officer == department.bob.officer


# Doubtful content


def test_what_can_not_be_understood_is_kept_exactly_and_quarantined(camera: Camera) -> None:
    content = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n"
    outcome = receive(content, "innocent.mp4")
    assert outcome.status == "quarantined"
    assert Reason.NOT_UNDERSTOOD in reasons(outcome.recording)
    assert bytes_of(outcome.file) == content


def test_an_empty_file_is_kept_and_quarantined(camera: Camera) -> None:
    outcome = receive(b"", "nothing.mp4")
    assert (outcome.status, outcome.size) == ("quarantined", 0)
    assert Reason.EMPTY in reasons(outcome.recording)
    assert outcome.sha256 == hashlib.sha256(b"").hexdigest()
    assert bytes_of(outcome.file) == b""


@pytest.mark.parametrize("cut", [1, 7, 50, 1000])
def test_a_truncated_clip_is_kept(camera: Camera, cut: int) -> None:
    outcome = receive(clip(1)[:cut])
    assert outcome.taken
    assert bytes_of(outcome.file) == clip(1)[:cut]


def test_a_source_that_changed_while_it_was_read_is_said_and_quarantined(camera: Camera) -> None:
    ended = reception.take(incoming(clip(1), changed="it was written to while it was read"))
    assert isinstance(ended, Arrival)
    outcome = receipts.acknowledge([ended])[0]
    assert outcome.status == "quarantined"
    assert "It was written to while it was read." in outcome.reason
    assert Reason.CHANGED_WHILE_READ in reasons(outcome.recording)


@pytest.mark.parametrize(
    "name",
    ["new\nline.mp4", "🎥 clip.mp4", "../../etc/passwd", "..", "C:\\clip.mp4", "a" * 255, "‮gpj.exe", " .mp4 "],
)
def test_names_are_data_only(camera: Camera, data: Path, name: str) -> None:
    before = {p for p in data.parent.rglob("*") if not p.is_relative_to(data)}
    outcome = receive(clip(1), name)
    assert outcome.taken
    assert File.objects.get(pk=outcome.file).name == name
    assert {p for p in data.parent.rglob("*") if not p.is_relative_to(data)} == before


def test_a_name_that_is_not_text_is_kept_to_the_byte(camera: Camera) -> None:
    outcome = receive(clip(1), "clip\udcff\udcfe.mp4")
    arrival = Arrival.objects.get(pk=outcome.arrival)
    assert arrival.name == "clip\\xff\\xfe.mp4"
    assert bytes(arrival.name_bytes or b"") == b"clip\xff\xfe.mp4"


# Twice


def test_the_same_bytes_again_are_kept_linked_and_said(camera: Camera) -> None:
    first = receive(clip(1), claims=CLAIMS)
    again = receive(clip(1), "other.mp4", claims=replace(CLAIMS, start=START + timedelta(days=1)))
    assert again.status == "duplicate"
    assert again.duplicate_of == first.recording
    assert first.recording in again.reason
    assert again.receipt is not None
    assert again.receipt != first.receipt
    assert File.objects.count() == 2
    assert StoredObject.objects.count() == 2


def test_a_duplicate_that_nobody_may_trust_is_quarantined_and_says_both(camera: Camera) -> None:
    receive(clip(1))
    again = receive(clip(1), claims=replace(CLAIMS, camera="NOBODYS"))
    assert again.status == "quarantined"
    assert "The same bytes were here before" in again.reason


# What fails


def test_a_source_that_breaks_leaves_nothing_but_the_story(camera: Camera, data: Path) -> None:
    outcome = receive(Breaks(b"x" * 100_000))
    assert outcome.status == "failed"
    assert "Input/output error" in outcome.reason
    assert outcome.receipt is None
    assert not Recording.objects.exists()
    assert not [p for p in (data / "objects").rglob("*") if p.is_file()]
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.holder) == ("failed", "")
    assert Event.objects.get(item=arrival.handle).kind == "ingest.arrival.failed"


def test_a_full_disk_is_said_and_nothing_is_kept(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **given: object) -> None:
        raise NoRoom("no room under objects: No space left on device")

    monkeypatch.setattr(storage, "put", full)
    outcome = receive(clip(1))
    assert outcome.status == "failed"
    assert "disk is full" in outcome.reason
    assert Arrival.objects.get().state == "failed"


def test_a_file_that_says_a_hash_it_does_not_have_is_no_use_of_this_door(camera: Camera) -> None:
    assert receive(clip(1)).sha256 == hashlib.sha256(clip(1)).hexdigest()


def test_a_failure_while_registering_leaves_nothing_half_registered(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **given: object) -> None:
        raise OSError("the sky fell")

    monkeypatch.setattr("plainview.holdings.ingest.actions._end", breaks)
    outcome = receive(clip(1))
    assert outcome.status == "failed"
    assert not Recording.objects.exists()
    assert not File.objects.exists()
    assert not StoredObject.objects.exists()
    arrival = Arrival.objects.get()
    assert arrival.state == "receiving"
    assert arrival.stored is not None
    assert "plainview sweep" in outcome.reason


def test_what_is_registered_but_not_in_the_log_is_not_acknowledged(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **given: object) -> None:
        raise sequencer.NotSettled("1 events are not in the log after 30 s.")

    monkeypatch.setattr(sequencer, "settle", never)
    outcome = receive(clip(1))
    assert outcome.status == "failed"
    assert outcome.receipt is None
    assert "plainview sweep" in outcome.reason
    assert Arrival.objects.get().receipt == ""
    assert Recording.objects.count() == 1


def test_a_receipt_that_can_not_be_written_is_no_acknowledgment(camera: Camera, data: Path) -> None:
    (data / "receipts").rmdir()
    (data / "receipts").write_text("in the way")
    outcome = receive(clip(1))
    assert outcome.status == "failed"
    assert Arrival.objects.get().receipt == ""


def test_an_interruption_ends_the_arrival_and_goes_on_up(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        receive(clip(1))
    assert Arrival.objects.get().state == "failed"


def test_a_database_that_stays_away_is_said(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **given: object) -> None:
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(actions, "begin", away)
    outcome = receive(clip(1))
    assert outcome.status == "failed"
    assert "The database is away (the database system is shutting down)" in outcome.reason


def test_nothing_is_left_over_where_all_went_well(camera: Camera) -> None:
    receive(clip(1))
    receive(b"garbage", "x.bin")
    assert list(leftovers(timedelta(0))) == []
    assert Leaf.objects.count() == Event.objects.count()
    assert not Item.objects.filter(n=0).filter(kind__in=["file", "recording", "arrival"]).exists()


# Several files of one press


def test_segments_of_one_press_become_one_recording(camera: Camera) -> None:
    one = receive(clip(1), "GX010042.MP4", claims=CLAIMS)
    two = receive(clip(2), "GX020042.MP4", claims=CLAIMS)
    assert one.recording == two.recording
    recording = Recording.objects.get()
    assert recording.files.count() == 2


def test_one_start_for_all_files_of_a_press_is_the_start_of_the_press(camera: Camera) -> None:
    receive(clip(1, frames=20), "GX010042.MP4", claims=CLAIMS)
    receive(clip(2, frames=20), "GX020042.MP4", claims=CLAIMS)
    recording = Recording.objects.get()
    assert recording.start == START
    starts = list(recording.files.order_by("sequence").values_list("start", flat=True))
    assert starts == [START, START + timedelta(seconds=2)]
    assert recording.stop == START + timedelta(seconds=4)


@pytest.mark.parametrize("ending", [".json", ".vtt", ".gpx"])
def test_what_lies_beside_footage_joins_its_recording(camera: Camera, ending: str) -> None:
    footage = receive(clip(1), "20261102_153000.mp4")
    receive(clip(2), "20261102_153000_2.mp4", replace(CLAIMS, start=START + timedelta(days=2)))
    beside = receive(b'{"bookmarks": []}', f"20261102_153000{ending}")
    assert beside.recording == footage.recording
    assert "under the same name" in beside.reason


def test_what_lies_beside_footage_of_another_camera_does_not_join_it(camera: Camera) -> None:
    footage = receive(clip(1), "clip.mp4")
    other = receive(b'{"bookmarks": []}', "clip.json", replace(CLAIMS, camera="OTHER"))
    assert other.recording != footage.recording
