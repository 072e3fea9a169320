"""`plainview ingest`: one line a file, in order, and an exit code that tells whether anything failed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from django.db import OperationalError
from typer.testing import CliRunner, Result

from conftest import Department
from plainview.base.custody import sequencer
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.fleet.models import Camera, Carry
from plainview.holdings.ingest import actions, cli, patience
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources import command
from plainview.holdings.ingest.tests.making import SERIAL, START, clip

pytestmark = pytest.mark.django_db

PutFile = Callable[..., Path]
GIVEN = ["--camera", SERIAL, "--start", START.isoformat()]


def run(*words: object) -> Result:
    app = typer.Typer()
    app.command()(cli.ingest)
    return CliRunner().invoke(app, [str(w) for w in words])


def lines(*words: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", "--no-prepare", *words).stdout.splitlines()]


def test_it_prints_one_object_a_line(camera: Camera, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    result = run("--json", "--no-prepare", path, *GIVEN)
    assert result.exit_code == 0
    [line] = [json.loads(each) for each in result.stdout.splitlines()]
    file = File.objects.get()
    assert line.keys() >= {"path", "status", "reason", "sha256", "size", "recording", "receipt"}
    assert line["path"] == str(path)
    assert line["status"] == "stored"
    assert line["reason"] is None
    assert line["sha256"] == bytes(file.object.sha256).hex()
    assert line["size"] == len(clip())
    assert line["recording"] == str(file.recording_id)


def test_the_receipt_lies_under_the_data_folder(camera: Camera, put_file: PutFile, data: Path) -> None:
    [line] = lines(put_file("clip.mp4"), *GIVEN)
    assert Path(line["receipt"]).is_file()
    assert Path(line["receipt"]).is_relative_to(data / "receipts")


def test_without_json_it_says_it_in_words(camera: Camera, put_file: PutFile) -> None:
    result = run("--no-prepare", put_file("clip.mp4"), *GIVEN)
    assert result.stdout.startswith("stored")
    assert "clip.mp4" in result.stdout


def test_folders_are_taken_with_everything_under_them_in_order(camera: Camera, put_file: PutFile, folder: Path) -> None:
    for number, name in enumerate(["b/one.mp4", "a.mp4", "b/two.mp4"]):
        put_file(name, clip(number))
    found = lines(folder, *GIVEN)
    assert [Path(line["path"]).name for line in found] == ["a.mp4", "one.mp4", "two.mp4"]


def test_hidden_files_and_links_are_not_taken_and_said(camera: Camera, put_file: PutFile, folder: Path) -> None:
    put_file(".hidden.mp4")
    (folder / "link.mp4").symlink_to(put_file("clip.mp4"))
    result = run("--json", "--no-prepare", folder, *GIVEN)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert ".hidden.mp4: hidden" in result.stderr
    assert "link.mp4: a symbolic link" in result.stderr


def test_an_empty_folder_is_no_failure(camera: Camera, folder: Path) -> None:
    assert run(folder, *GIVEN).exit_code == 0


def test_a_path_that_is_not_there_fails_and_the_rest_goes_on(camera: Camera, put_file: PutFile, folder: Path) -> None:
    result = run("--json", "--no-prepare", folder / "gone.mp4", put_file("clip.mp4"), *GIVEN)
    assert result.exit_code == 1
    first, second = [json.loads(each) for each in result.stdout.splitlines()]
    assert first["status"] == "failed"
    assert "No such file" in first["reason"]
    assert first["receipt"] is None
    assert second["status"] == "stored"


def test_an_unreadable_file_fails_and_the_rest_goes_on(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, fine = put_file("1.mp4"), put_file("2.mp4", clip(2))
    real = os.open

    def refuse(path: Any, *rest: Any, **given: Any) -> int:
        if str(path) == str(locked):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **given)

    monkeypatch.setattr(os, "open", refuse)
    found = lines(locked, fine, *GIVEN)
    assert [line["status"] for line in found] == ["failed", "stored"]
    assert "Permission denied" in found[0]["reason"]


def test_quarantine_and_duplicates_count_as_taken(camera: Camera, put_file: PutFile) -> None:
    result = run("--json", "--no-prepare", put_file("a.mp4"), put_file("b.bin", b"\0\1\2"), put_file("c.mp4"), *GIVEN)
    assert result.exit_code == 0
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["stored", "quarantined", "duplicate"]


def test_it_takes_an_empty_file(camera: Camera, put_file: PutFile) -> None:
    [line] = lines(put_file("empty.mp4", b""), *GIVEN)
    assert (line["status"], line["size"]) == ("quarantined", 0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--start", "2026-11-02T09:30:00"], "--start: '2026-11-02T09:30:00' has no offset"),
        (["--start", "yesterday"], "--start: 'yesterday' is not a time"),
        (["--trigger-on", "2026-11-02T09:30"], "--trigger-on: '2026-11-02T09:30' has no offset"),
        (["--zone", "Mars/Base"], "--zone: There is no time zone 'Mars/Base'"),
        (["--start", "2026-11-02T10:00Z", "--trigger-on", "2026-11-02T09:00Z"], "--start: a recording begins"),
        (["--badge", "1\x1b[2J"], "--badge: "),
    ],
)
def test_what_can_not_be_taken_ends_it_before_anything_starts(
    camera: Camera, put_file: PutFile, words: list[str], told: str
) -> None:
    result = run(put_file("clip.mp4"), "--camera", SERIAL, *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Nothing was taken" in result.stderr
    assert not Arrival.objects.exists()


def test_a_zone_says_what_a_time_without_offset_means(camera: Camera, put_file: PutFile) -> None:
    lines(put_file("a.mp4"), "--camera", SERIAL, "--start", "2026-11-02T09:30:00", "--zone", "America/Chicago")
    assert Recording.objects.get().start == START


def test_the_claims_are_kept_as_they_were_given(camera: Camera, put_file: PutFile) -> None:
    lines(put_file("a.mp4"), *GIVEN, "--badge", "102", "--trigger-on", "2026-11-02T15:30:30Z")
    claims = Arrival.objects.get().claims
    assert claims["badge"] == "102"
    assert claims["camera"] == SERIAL
    assert claims["trigger_on"] == "2026-11-02T15:30:30+00:00"
    assert Recording.objects.get().trigger_on is not None


@pytest.mark.parametrize("raw", [b"new\nline.mp4", "🎥.mp4".encode(), b"bad\xff\xfe.mp4", b"--help", b"a b\t'\".mp4"])
def test_names_of_any_bytes_come_back_in_the_path(camera: Camera, folder: Path, raw: bytes) -> None:
    full = os.fsencode(folder) + b"/" + raw
    with open(full, "wb") as out:  # noqa: PTH123  # a path of bytes
        out.write(clip())
    [line] = lines(folder, *GIVEN)
    assert os.fsencode(line["path"]) == full
    assert line["status"] == "stored"
    result = run("--no-prepare", folder, *GIVEN)
    assert len(result.stdout.splitlines()) == 1


def test_a_file_that_grows_while_it_is_read_is_said_and_quarantined(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put_file("growing.mp4")
    real = storage.put

    def put(stream: Any, **given: Any) -> Any:
        with path.open("ab") as out:
            out.write(b"more")
        return real(stream, **given)

    monkeypatch.setattr(storage, "put", put)
    [line] = lines(path, *GIVEN)
    assert line["status"] == "quarantined"
    assert "changed while it was read" in line["reason"]


def test_the_source_is_never_touched(camera: Camera, put_file: PutFile, folder: Path) -> None:
    path = put_file("clip.mp4")
    before = path.stat()
    lines(folder, *GIVEN)
    after = path.stat()
    assert path.read_bytes() == clip()
    assert (before.st_mtime_ns, before.st_mode, before.st_ino) == (after.st_mtime_ns, after.st_mode, after.st_ino)
    assert [p.name for p in folder.iterdir()] == ["clip.mp4"]


def test_a_database_that_stays_away_ends_it_clearly(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def away(*args: object, **given: object) -> None:
        tried.append(1)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(actions, "begin", away)
    result = run("--json", "--no-prepare", put_file("1.mp4"), put_file("2.mp4"), put_file("3.mp4"), *GIVEN)
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["status"] for line in found] == ["failed"] * 3
    assert "The database is away" in found[0]["reason"]
    assert "Not tried" in found[2]["reason"]
    assert len(tried) == 1
    assert not StoredObject.objects.exists()


def test_many_small_files_share_a_checkpoint(
    camera: Camera, put_file: PutFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put_file(f"{number}.bin", bytes([0, number]))
    settled: list[int] = []
    real = sequencer.settle

    def settle(events: Any, *rest: Any) -> None:
        settled.append(len(list(events)))
        real(events, *rest)

    monkeypatch.setattr(sequencer, "settle", settle)
    monkeypatch.setattr(command, "TOGETHER_SECONDS", 60.0)
    assert len(lines(folder, *GIVEN)) == 5
    assert settled == [5]


def test_it_makes_the_viewing_copies_after_acknowledging(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []

    def prepare(file: Any, **given: Any) -> None:
        assert Arrival.objects.get(file=file).receipt
        prepared.append(str(file))

    monkeypatch.setattr(cli, "prepare", prepare)
    run(put_file("clip.mp4"), *GIVEN)
    assert prepared == [str(File.objects.get().pk)]


def test_a_viewing_copy_that_fails_does_not_fail_the_file(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **given: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(cli, "prepare", breaks)
    result = run(put_file("clip.mp4"), *GIVEN)
    assert result.exit_code == 0
    assert "its viewing copy could not be made now: no room" in result.stderr


def test_patience_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert patience._patience() == 30
    monkeypatch.setenv("PLAINVIEW_PATIENCE", "0.3")
    assert patience._patience() == 0.3


def test_a_camera_that_the_name_states_needs_no_option(department: Department, put_file: PutFile) -> None:
    made = Camera.objects.create(serial="WFC1012345", kind="body")
    Carry.objects.create(camera=made, officer=department.bob.officer, began=datetime(2020, 1, 1, tzinfo=UTC))
    [line] = lines(put_file("Bob_202611020930_WFC1012345-0.mp4"), "--zone", "America/Chicago")
    assert line["status"] == "stored"
    recording = Recording.objects.get()
    assert (recording.camera, recording.officer) == (made, department.bob.officer)
    assert recording.start == datetime(2026, 11, 2, 15, 30, tzinfo=UTC)


def test_what_was_registered_is_told_when_somebody_interrupts(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = storage.put, []

    def put(*args: Any, **given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **given)

    monkeypatch.setattr(command, "TOGETHER_SECONDS", 60.0)
    monkeypatch.setattr(storage, "put", put)
    result = run("--json", "--no-prepare", put_file("1.mp4"), put_file("2.mp4", clip(2)), *GIVEN)
    assert result.exit_code != 0
    assert [json.loads(line)["status"] for line in result.stdout.splitlines() if line.startswith("{")] == ["stored"]
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["failed", "stored"]
