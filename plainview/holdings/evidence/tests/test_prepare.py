"""Preparation: what a browser needs is made once, in the end there always is an end, and the original is only read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conftest import Department
from plainview.base.media import BytesSource, Facts, MediaError, SandboxUnavailable, ScrubSheet, Workbench
from plainview.base.media import probe as look
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence import lease
from plainview.holdings.evidence.lease import LEASE, TRIES, abandoned, claim
from plainview.holdings.evidence.models import Derivative, File, Playable
from plainview.holdings.evidence.prepare import prepare
from plainview.holdings.evidence.tasks import prepare_abandoned
from plainview.holdings.evidence.tests.making import events, footage, jobs, video

PICTURE = b"\xff\xd8 picture"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A workbench without a decoder; returns the list of what it was asked for."""
    asked: list[str] = []

    def maker(name: str, made: Any) -> Callable[..., Any]:
        def make(*args: object) -> Any:
            asked.append(name)
            return made() if callable(made) else made

        return make

    monkeypatch.setattr(Workbench, "poster", maker("poster", PICTURE))
    monkeypatch.setattr(Workbench, "scrub", maker("scrub", ScrubSheet(PICTURE, 10, 20, 500, 160, 90)))
    monkeypatch.setattr(Workbench, "waveform", maker("waveform", b'{"peaks":[1]}'))
    monkeypatch.setattr(Workbench, "remux", maker("remux", lambda: iter([b"ftyp", b"moof"])))
    monkeypatch.setattr(Workbench, "proxy", maker("proxy", lambda: iter([b"ftyp", b"mdat"])))
    return asked


def made_of(file: File) -> set[str]:
    return set(file.derivatives.values_list("kind", flat=True))


def test_what_plays_as_it_came_gets_pictures_only(department: Department, bench: list[str]) -> None:
    file = prepare(footage(department.alice).file.pk)
    assert made_of(file) == {"poster", "scrub", "waveform"}
    assert (file.playable, file.why_not) == (Playable.READY, "")
    assert file.prepared_at is not None
    assert file.preparing_until is None


def test_another_container_gets_a_copy_with_the_same_streams_first(department: Department, bench: list[str]) -> None:
    file = prepare(footage(department.alice, facts=video(plays="remux")).file.pk)
    assert bench == ["remux", "poster", "scrub", "waveform"]
    copy = file.derivatives.get(kind="remux")
    with storage.open_object(copy.object) as reader:
        assert reader.read_at(0, 100) == b"ftypmoof"


def test_a_strange_codec_is_encoded_anew(department: Department, bench: list[str]) -> None:
    file = prepare(footage(department.alice, facts=video(plays="proxy")).file.pk)
    assert "proxy" in made_of(file)
    assert file.playable == Playable.READY


def test_it_can_be_watched_while_its_pictures_are_being_made(
    department: Department, bench: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = footage(department.alice, facts=video(plays="remux")).file
    seen: list[str] = []

    def poster(*args: object) -> bytes:
        seen.append(File.objects.get(pk=file.pk).playable)
        return PICTURE

    monkeypatch.setattr(Workbench, "poster", poster)
    prepare(file.pk)
    assert seen == [Playable.READY]


def test_doing_it_again_makes_nothing_new(department: Department, bench: list[str]) -> None:
    file = footage(department.alice).file
    prepare(file.pk)
    before = list(StoredObject.objects.values_list("id", flat=True)), len(bench)
    prepare(file.pk)
    assert (list(StoredObject.objects.values_list("id", flat=True)), len(bench)) == before


def test_after_a_crash_it_goes_on_where_it_was(department: Department, bench: list[str]) -> None:
    file = footage(department.alice).file
    prepare(file.pk)
    file.derivatives.filter(kind="scrub").delete()
    File.objects.filter(pk=file.pk).update(prepared_at=None)
    bench.clear()
    prepare(file.pk)
    assert bench == ["scrub"]


def test_a_derivative_names_parent_tool_and_parameters(department: Department, bench: list[str]) -> None:
    file = prepare(footage(department.alice).file.pk)
    scrub = file.derivatives.get(kind="scrub")
    ((kind, facts),) = events(scrub.handle)
    assert kind == "evidence.derivative.made"
    assert facts["parent"] == file.handle
    assert facts["parent_sha256"] == bytes(file.object.sha256).hex()
    assert facts["tool"].startswith("PyAV ")
    assert facts["parameters"] == scrub.parameters
    assert scrub.parameters["every_ms"] == 500


def test_the_files_history_says_how_it_ended(department: Department, bench: list[str]) -> None:
    file = prepare(footage(department.alice).file.pk)
    kind, facts = events(file.handle)[-1]
    assert kind == "evidence.file.prepared"
    assert facts["playable"] == "ready"
    assert set(facts["made"]) == {"poster", "scrub", "waveform"}


def refuse(*args: object) -> Iterator[bytes]:
    raise MediaError("No picture could be decoded from it.")
    yield b""  # makes it a generator, as the real one is


def test_what_cannot_be_copied_ends_as_unplayable_and_says_why(
    department: Department, bench: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workbench, "remux", refuse)
    file = prepare(footage(department.alice, facts=video(plays="remux")).file.pk)
    assert file.playable == Playable.UNPLAYABLE
    assert file.why_not == "No picture could be decoded from it."
    assert file.prepared_at


def test_a_missing_picture_does_not_keep_it_from_playing(
    department: Department, bench: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_poster(*args: object) -> bytes:
        raise MediaError("The first second is damaged.")

    monkeypatch.setattr(Workbench, "poster", no_poster)
    file = prepare(footage(department.alice).file.pk)
    assert file.playable == Playable.READY
    assert made_of(file) == {"scrub", "waveform"}
    assert events(file.handle)[-1][1]["missing"] == {"poster": "The first second is damaged."}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"plays": "no", "problem": "This is a playlist."}, "This is a playlist."),
        ({"plays": "no", "role": "other"}, "neither video nor sound"),
        ({"plays": "no", "role": "sidecar"}, "data about the footage"),
    ],
)
def test_what_cannot_be_played_says_why_without_trying(
    department: Department, bench: list[str], facts: dict[str, Any], words: str
) -> None:
    file = prepare(footage(department.alice, facts=video(**facts)).file.pk)
    assert file.playable == Playable.UNPLAYABLE
    assert words in file.why_not
    assert bench == []


def test_a_machine_without_a_sandbox_is_tried_again_not_blamed_on_the_file(
    department: Department, bench: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*args: object) -> bytes:
        raise SandboxUnavailable("bwrap is missing.")

    monkeypatch.setattr(Workbench, "poster", none)
    file = footage(department.alice).file
    with pytest.raises(SandboxUnavailable):
        prepare(file.pk)
    file.refresh_from_db()
    assert file.prepared_at is None
    assert file.preparing_until is None, "the lease is given back"


def test_two_workers_never_prepare_one_file_at_once(department: Department) -> None:
    file = footage(department.alice).file
    assert claim(file.pk)
    assert not claim(file.pk)


def test_a_dead_worker_does_not_hold_a_file_for_ever(department: Department) -> None:
    file = footage(department.alice).file
    claim(file.pk)
    File.objects.update(preparing_until=timezone.now() - timedelta(seconds=1))
    assert list(abandoned()) == [file]
    assert claim(file.pk)


def test_a_lost_job_is_queued_again_once(department: Department) -> None:
    file = footage(department.alice).file
    File.objects.update(stored_at=timezone.now() - 2 * LEASE)
    prepare_abandoned(0)
    assert jobs(file) == ["todo"], "the first still waits"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    prepare_abandoned(0)
    prepare_abandoned(0)
    assert jobs(file) == ["failed", "todo"]


def test_a_file_that_takes_its_workers_with_it_is_given_up(department: Department, bench: list[str]) -> None:
    file = footage(department.alice, facts=video(plays="remux")).file
    File.objects.update(preparing_tries=TRIES)
    file = prepare(file.pk)
    assert file.playable == Playable.UNPLAYABLE
    assert "again and again" in file.why_not
    assert bench == []


def test_a_file_is_asked_for_once(department: Department) -> None:
    file = footage(department.alice).file
    assert not lease.queue(file.pk), "registering has asked already"
    assert jobs(file) == ["todo"]


def test_a_real_clip_is_prepared_whole(department: Department, shared: Path) -> None:
    path = shared / "data" / "gps-gopro-gpmf" / "karma.mp4"
    content = path.read_bytes()
    facts = look(BytesSource(content), path.name)
    assert isinstance(facts, Facts)
    file = prepare(footage(department.alice, content=content, facts=facts, name=path.name).file.pk)
    assert file.playable == Playable.READY, file.why_not
    pictures = {"poster", "scrub"}
    assert made_of(file) >= pictures
    for kind in pictures:
        with storage.open_object(file.derivatives.get(kind=kind).object) as reader:
            assert reader.read_at(0, 3) == b"\xff\xd8\xff", "a JPEG"
    wave = Derivative.objects.filter(file=file, kind="waveform").first()
    if wave:
        with storage.open_object(wave.object) as reader:
            assert json.loads(reader.read_at(0, reader.size))["peaks"]
