"""The tus door: what the protocol demands, answered; what was received, durable; nothing acknowledged too early."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import parse_http_date

from conftest import Department
from plainview.base.custody import sequencer
from plainview.base.custody.models import Event
from plainview.base.storage.actions import open_object
from plainview.base.storage.errors import Damaged, NoRoom
from plainview.base.storage.writer import Writer
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest import lease, receipts, reception
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources import uploads
from plainview.holdings.ingest.sources.body import Body
from plainview.holdings.ingest.tests.making import START, clip, padded
from plainview.holdings.ingest.tests.tusing import BODY, ENDPOINT, SAID, Tus, arrival_of, checksum, metadata

pytestmark = pytest.mark.django_db
CLIP = padded(clip(1), 10_000)


@pytest.fixture
def tus(department: Department, camera: Camera) -> Tus:
    """Alice's browser."""
    return Tus(department.client(department.alice))


def content_of(path: str) -> bytes:
    file = arrival_of(path).file
    assert file is not None
    with open_object(file.object) as reader:
        return b"".join(reader.stream())


# The whole way


def test_a_file_comes_in_and_is_acknowledged(tus: Tus, department: Department) -> None:
    path = tus.send(CLIP)
    told = tus.state(path)
    assert told["state"] == "stored"
    assert told["sha256"] == hashlib.sha256(CLIP).hexdigest()
    recording = Recording.objects.get()
    assert recording.officer == department.alice.officer
    assert recording.start == START
    assert told["recording"] == f"/recordings/{recording.pk}/"
    assert content_of(path) == CLIP


def test_the_last_answer_comes_when_the_file_is_in_the_log(tus: Tus) -> None:
    path = tus.begin(len(CLIP))
    assert tus.patch(path, 0, CLIP).status_code == 204
    arrival = arrival_of(path)
    assert arrival.file is not None
    event = Event.objects.get(item=arrival.file.handle, kind="evidence.file.stored")
    assert event.place.index >= 0
    assert receipts.file_of(arrival).is_file()
    assert event.actor == arrival.actor


def test_pieces_of_any_length_become_the_same_bytes(tus: Tus) -> None:
    content = CLIP + bytes(range(256)) * 900
    path, at = tus.begin(len(content)), 0
    for length in (1, 65_503, 65_504, 70_000, 7, len(content)):
        answer = tus.patch(path, at, content[at : at + length])
        assert answer.status_code == 204
        at = min(at + length, len(content))
        assert answer["Upload-Offset"] == str(at)
    assert content_of(path) == content


def test_creation_with_upload_takes_the_bytes_at_once(tus: Tus) -> None:
    answer = tus.ask("POST", ENDPOINT, CLIP, BODY, Upload_Length=str(len(CLIP)), Upload_Metadata=metadata(SAID))
    assert answer.status_code == 201
    assert answer["Upload-Offset"] == str(len(CLIP))
    assert tus.state(answer["Location"])["state"] == "stored"


def test_creation_with_a_part_of_the_bytes_goes_on_later(tus: Tus) -> None:
    half = len(CLIP) // 2
    answer = tus.ask("POST", ENDPOINT, CLIP[:half], BODY, Upload_Length=str(len(CLIP)), Upload_Metadata=metadata(SAID))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(half))
    assert tus.patch(answer["Location"], half, CLIP[half:]).status_code == 204
    assert content_of(answer["Location"]) == CLIP


def test_an_empty_file_is_taken_when_it_is_created(tus: Tus) -> None:
    answer = tus.create(0)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "0")
    assert tus.state(answer["Location"])["state"] == "quarantined"


def test_an_interrupted_upload_goes_on_after_a_restart(tus: Tus) -> None:
    path = tus.begin(len(CLIP))
    tus.patch(path, 0, CLIP[:3000])
    head = tus.ask("HEAD", path)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "3000", str(len(CLIP)))
    assert head["Cache-Control"] == "no-store"
    assert tus.state(path)["state"] == "receiving"
    tus.patch(path, 3000, CLIP[3000:])
    assert content_of(path) == CLIP


def test_what_a_lost_connection_brought_is_kept(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost:
        def __init__(self, data: bytes) -> None:
            self.left = data

        def read(self, size: int) -> bytes:
            if not self.left:
                raise OSError("connection reset by peer")
            piece, self.left = self.left[:1000], self.left[1000:]
            return piece

    path = tus.begin(len(CLIP))
    real = Body.__init__

    def broken(self: Any, request: Any, checksum: Any) -> None:
        real(self, request, checksum)
        self._input = Lost(CLIP[:2500])

    with monkeypatch.context() as lost:
        lost.setattr(Body, "__init__", broken)
        tus.patch(path, 0, CLIP)
    assert tus.ask("HEAD", path)["Upload-Offset"] == "2500"
    assert arrival_of(path).holder == ""
    tus.patch(path, 2500, CLIP[2500:])
    assert content_of(path) == CLIP


def test_the_bytes_are_never_in_clear_on_the_disk(tus: Tus, data: Path) -> None:
    secret = b"a very particular sequence of bytes" * 10
    path = tus.begin(100_000)
    tus.patch(path, 0, secret + b"x" * 50_000)
    assert [p for p in data.rglob("*") if p.is_file() and secret[:35] in p.read_bytes()] == []


def test_a_name_of_any_kind_is_data_only(tus: Tus) -> None:
    path = tus.send(CLIP, {**SAID, "filename": b"../..\n\xff\0.mp4"})
    assert arrival_of(path).name == "../..\n\\xff\\x00.mp4"
    assert bytes(arrival_of(path).name_bytes or b"") == b"../..\n\xff\0.mp4"


def test_a_local_start_is_read_in_the_zone_of_the_page(tus: Tus) -> None:
    said = {"filename": "clip.mp4", "camera": SAID["camera"], "start": "2026-11-02T09:30:00"}
    tus.send(CLIP, {**said, "start_zone": "America/Chicago"})
    assert Recording.objects.get().start == START
    assert Arrival.objects.get().claims["zone"] is None


# What the protocol says


def test_options_tell_what_is_spoken(tus: Tus) -> None:
    answer = tus.browser.options(ENDPOINT)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
        "expiration",
    }
    assert answer["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert int(answer["Tus-Max-Size"]) == uploads.limit()


def test_another_version_is_refused(tus: Tus) -> None:
    answer = tus.ask("POST", ENDPOINT, Upload_Length="1", Tus_Resumable="0.2.2")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_every_answer_names_the_version(tus: Tus) -> None:
    assert tus.ask("GET", ENDPOINT)["Tus-Resumable"] == "1.0.0"


def test_a_patch_under_another_name_is_understood(tus: Tus) -> None:
    path = tus.begin(len(CLIP))
    answer = tus.ask("POST", path, CLIP, BODY, Upload_Offset="0", X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload_Length": "-5"}, 400),
        ({"Upload_Defer_Length": "1"}, 400),
        ({"Upload_Length": "5", "Upload_Metadata": "camera !!!"}, 400),
        ({"Upload_Length": str(10**12 + 1)}, 413),
    ],
)
def test_a_creation_that_makes_no_sense_is_refused(tus: Tus, headers: dict[str, str], status: int) -> None:
    assert tus.ask("POST", ENDPOINT, b"", "", **headers).status_code == status
    assert not Arrival.objects.exists()


def test_a_claim_that_can_not_be_taken_is_refused_before_any_byte(tus: Tus) -> None:
    answer = tus.create(5, {**SAID, "start": "2026-11-02T09:30:00"})
    assert answer.status_code == 400
    assert b"has no offset" in answer.content
    assert tus.create(5, {**SAID, "camera": b"\xff"}).status_code == 400
    assert not Arrival.objects.exists()


def test_another_offset_is_a_conflict(tus: Tus) -> None:
    path = tus.begin(100)
    tus.patch(path, 0, b"x" * 10)
    for offset in (0, 9, 11, 100):
        assert tus.patch(path, offset, b"y").status_code == 409
    assert tus.ask("HEAD", path)["Upload-Offset"] == "10"


def test_more_than_was_announced_is_refused(tus: Tus) -> None:
    path = tus.begin(10)
    assert tus.patch(path, 0, b"x" * 11).status_code == 413
    assert tus.ask("HEAD", path)["Upload-Offset"] == "0"


def test_another_content_type_is_refused(tus: Tus) -> None:
    path = tus.begin(10)
    assert tus.ask("PATCH", path, b"x" * 10, "application/octet-stream", Upload_Offset="0").status_code == 415


def test_an_upload_that_nobody_began_is_not_there(tus: Tus) -> None:
    missing = f"{ENDPOINT}5a0c4b2e-0000-4000-8000-000000000000"
    assert tus.ask("HEAD", missing).status_code == 404
    assert tus.patch(missing, 0, b"x").status_code == 404


def test_other_methods_are_refused(tus: Tus) -> None:
    assert tus.ask("PUT", ENDPOINT).status_code == 405
    assert tus.ask("GET", tus.begin(5)).status_code == 405


def test_after_the_last_byte_nothing_more_is_taken(tus: Tus) -> None:
    path = tus.send(CLIP)
    head = tus.ask("HEAD", path)
    assert (head.status_code, head["Upload-Offset"]) == (200, str(len(CLIP)))
    assert tus.patch(path, len(CLIP), b"").status_code == 204
    assert tus.patch(path, 0, b"x").status_code == 409


# Checksums


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_that_holds_is_taken(tus: Tus, algorithm: str) -> None:
    path = tus.begin(len(CLIP))
    half = len(CLIP) // 2
    for offset, piece in ((0, CLIP[:half]), (half, CLIP[half:])):
        answer = tus.patch(path, offset, piece, Upload_Checksum=checksum(algorithm, piece))
        assert answer.status_code == 204
    assert content_of(path) == CLIP


def test_a_checksum_that_does_not_hold_leaves_nothing_of_the_piece(tus: Tus) -> None:
    path = tus.begin(len(CLIP))
    tus.patch(path, 0, CLIP[:1000])
    answer = tus.patch(path, 1000, b"\0" * 500, Upload_Checksum=checksum("sha1", b"other"))
    assert answer.status_code == 460
    assert tus.ask("HEAD", path)["Upload-Offset"] == "1000"
    tus.patch(path, 1000, CLIP[1000:])
    assert content_of(path) == CLIP


def test_a_last_piece_with_a_wrong_checksum_does_not_finish_it(tus: Tus) -> None:
    path = tus.begin(10)
    assert tus.patch(path, 0, b"x" * 10, Upload_Checksum=checksum("sha256", b"other")).status_code == 460
    assert not File.objects.exists()
    assert tus.patch(path, 0, b"y" * 10, Upload_Checksum=checksum("sha256", b"y" * 10)).status_code == 204
    assert content_of(path) == b"y" * 10


def test_an_unknown_algorithm_is_refused(tus: Tus) -> None:
    assert tus.patch(tus.begin(1), 0, b"x", Upload_Checksum="md5 AAAA").status_code == 400


# Termination and expiration


def test_what_is_not_whole_can_be_discarded_and_history_says_so(tus: Tus, data: Path) -> None:
    path = tus.begin(100)
    tus.patch(path, 0, b"x" * 10)
    assert tus.ask("DELETE", path).status_code == 204
    assert tus.ask("HEAD", path).status_code == 410
    assert tus.patch(path, 10, b"x").status_code == 410
    arrival = arrival_of(path)
    assert arrival.state == "failed"
    assert Event.objects.get(item=arrival.handle).actor == arrival.actor
    assert not [p for p in (data / "objects").rglob("*") if p.is_file()]


def test_evidence_can_not_be_discarded(tus: Tus) -> None:
    path = tus.send(CLIP)
    assert tus.ask("DELETE", path).status_code == 403
    assert content_of(path) == CLIP


def test_the_time_until_it_expires_is_told_and_prolonged(tus: Tus) -> None:
    answer = tus.create(100)
    first = parse_http_date(answer["Upload-Expires"])
    assert abs(first - (timezone.now() + timedelta(days=7)).timestamp()) < 60
    Arrival.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    answer = tus.patch(answer["Location"], 0, b"x")
    assert abs(parse_http_date(answer["Upload-Expires"]) - first) < 60


def test_an_expired_upload_is_gone(tus: Tus) -> None:
    path = tus.begin(100)
    Arrival.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.ask("HEAD", path).status_code == 410
    assert tus.patch(path, 0, b"x").status_code == 410


# One at a time


def test_a_second_request_for_the_same_upload_waits(tus: Tus) -> None:
    path = tus.begin(100)
    held = lease.take_over(arrival_of(path).pk)
    assert held is not None
    for answer in (tus.patch(path, 0, b"x"), tus.ask("HEAD", path), tus.ask("DELETE", path)):
        assert answer.status_code == 423
        assert answer["Retry-After"]
    lease.give_back(held)
    assert tus.patch(path, 0, b"x").status_code == 204


def test_a_client_that_went_silent_loses_its_place(tus: Tus) -> None:
    path = tus.begin(100)
    held = lease.take_over(arrival_of(path).pk)
    assert held is not None
    held.lease_until = timezone.now() - timedelta(seconds=1)
    held.save(update_fields=["lease_until"])
    assert tus.patch(path, 0, b"x" * 100).status_code == 204
    with pytest.raises(lease.LeaseLostError):
        uploads._renew(held)


def test_a_writer_that_is_still_open_elsewhere_is_waited_for(tus: Tus) -> None:
    path = tus.begin(100)
    tus.patch(path, 0, b"x" * 10)
    with Writer.resume(arrival_of(path).writer or {}):
        assert tus.patch(path, 10, b"x").status_code == 423
    assert tus.patch(path, 10, b"x").status_code == 204


# Trouble


def test_no_room_is_said_before_the_first_byte(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINVIEW_UPLOAD_LIMIT", str(2**62))
    answer = tus.create(2**61)
    assert answer.status_code == 507
    assert b"disk is full" in answer.content


def test_no_room_in_the_middle_keeps_what_was_there(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tus.begin(len(CLIP))
    tus.patch(path, 0, CLIP[:1000])

    def full(*args: object, **given: object) -> None:
        raise NoRoom("no room under objects: No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Writer, "receive", full)
        assert tus.patch(path, 1000, CLIP[1000:]).status_code == 507
    assert tus.ask("HEAD", path)["Upload-Offset"] == "1000"
    tus.patch(path, 1000, CLIP[1000:])
    assert content_of(path) == CLIP


def test_a_disk_that_gives_back_other_bytes_ends_the_upload(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tus.begin(len(CLIP))

    def damaged(*args: object, **given: object) -> None:
        raise Damaged("bytes 0–1048575 came back from the disk other than they arrived; test the disk")

    monkeypatch.setattr(Writer, "finish", damaged)
    assert tus.patch(path, 0, CLIP).status_code == 503
    assert arrival_of(path).state == "failed"
    assert "came back from the disk" in arrival_of(path).reason
    assert tus.ask("HEAD", path).status_code == 410
    assert not File.objects.exists()


def test_what_can_not_be_registered_now_is_finished_by_the_next_request(
    tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tus.begin(len(CLIP))

    def breaks(*args: object, **given: object) -> None:
        raise OSError("the sky fell")

    with monkeypatch.context() as broken:
        broken.setattr(reception, "complete", breaks)
        assert tus.patch(path, 0, CLIP).status_code == 503
    assert tus.state(path)["state"] == "receiving"
    assert not File.objects.exists()
    assert tus.patch(path, len(CLIP), b"").status_code == 204
    assert tus.state(path)["state"] == "stored"


def test_what_is_not_in_the_log_is_told_as_being_checked(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **given: object) -> None:
        raise sequencer.NotSettled("not in time")

    with monkeypatch.context() as broken:
        broken.setattr(sequencer, "settle", never)
        path = tus.begin(len(CLIP))
        assert tus.patch(path, 0, CLIP).status_code == 503
        told = tus.state(path)
    assert (told["state"], told["label"], told["receipt"]) == ("receiving", "Being checked", None)
    assert tus.patch(path, len(CLIP), b"").status_code == 204
    assert tus.state(path)["receipt"]
    assert File.objects.count() == 1


# Who may


@pytest.mark.parametrize("who", ["audrey", "adam", "nora"])
def test_only_who_may_bring_files_in_finds_the_door_open(department: Department, who: str) -> None:
    tus = Tus(department.client(getattr(department, who)))
    assert tus.create(5).status_code == 403
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("who", ["alice", "sam", "tess"])
def test_officers_supervisors_and_technicians_upload(department: Department, camera: Camera, who: str) -> None:
    assert Tus(department.client(getattr(department, who))).create(5).status_code == 201


def test_a_stranger_is_turned_away(camera: Camera) -> None:
    answer = Tus(Client()).create(5)
    assert answer.status_code in (302, 401)
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("who", ["bob", "sam", "tess"])
def test_nobody_touches_the_upload_of_somebody_else(tus: Tus, department: Department, who: str) -> None:
    path = tus.begin(10)
    other = Tus(department.client(getattr(department, who)))
    assert other.ask("HEAD", path).status_code == 404
    assert other.patch(path, 0, b"x" * 10).status_code == 404
    assert other.ask("DELETE", path).status_code == 404
    assert other.browser.get(f"{path}/state").status_code == 404


def test_a_request_from_another_site_is_refused(department: Department, camera: Camera) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(department.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert Tus(browser).create(5).status_code == 403
    browser.get("/ingest/")
    token = browser.cookies["csrftoken"].value
    assert Tus(browser).create(5, token=token).status_code == 201
