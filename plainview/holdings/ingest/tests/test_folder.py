"""A watched folder: what is still is taken once, gets a receipt beside it, and is never touched."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import NoRoom
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest import actions, origin, sweep, tasks
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import Name
from plainview.holdings.ingest.sources import beside, earlier, folder
from plainview.holdings.ingest.sources import folder as folder_module
from plainview.holdings.ingest.sources.command import Line
from plainview.holdings.ingest.sources.folder import Watcher
from plainview.holdings.ingest.sources.reading import SourceError, identity_of
from plainview.holdings.ingest.tests.making import CLAIMS, SERIAL, clip

pytestmark = pytest.mark.django_db
PutFile = Callable[..., Path]


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made.monotonic)
    monkeypatch.setattr("plainview.holdings.ingest.patience.time.monotonic", made.monotonic)
    return made


class Watch:
    """A watcher with a clock, and everything that it said."""

    def __init__(self, path: Path, clock: Clock, claims: Claims = CLAIMS) -> None:
        self.said: list[str] = []
        self.clock, self.path = clock, path
        self.watcher = Watcher([str(path)], claims, settle=10, say=self.said.append)

    def look(self, after: float = 0) -> list[Line]:
        self.clock.now += after
        return list(self.watcher.step())

    def settle(self) -> list[Line]:
        return self.look() + self.look(after=11)


@pytest.fixture
def watch(folder: Path, clock: Clock, camera: Camera) -> Watch:
    return Watch(folder, clock)


def receipt_of(path: Path) -> Path:
    return path.with_name(path.name + ".plainview-receipt.json")


def statuses(lines: list[Line]) -> list[str]:
    return [line.outcome.status for line in lines]


# Settling


def test_a_file_is_taken_once_it_has_been_still(watch: Watch, put_file: PutFile) -> None:
    put_file("clip.mp4")
    assert watch.look() == []
    assert watch.look(after=9) == []
    assert statuses(watch.look(after=2)) == ["stored"]
    assert watch.look(after=60) == []
    assert File.objects.count() == 1


def test_a_file_that_still_grows_waits(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4", clip()[:100])
    watch.look()
    path.write_bytes(clip())
    assert watch.look(after=11) == []
    assert watch.look(after=9) == []
    assert statuses(watch.look(after=2)) == ["stored"]
    assert File.objects.get().object.size == len(clip())


def test_a_file_that_somebody_writes_waits(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    with path.open("ab"):
        assert watch.settle() == []
        assert watch.look(after=60) == []
    assert statuses(watch.look(after=11)) == ["stored"]


def test_a_file_that_another_process_writes_waits(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    code = "import sys; f = open(sys.argv[1], 'ab'); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        child.stdout.readline()
        assert watch.settle() == []
        child.kill()
    assert statuses(watch.look(after=11)) == ["stored"]


def test_a_file_that_somebody_reads_does_not_wait(watch: Watch, put_file: PutFile) -> None:
    with put_file("clip.mp4").open("rb"):
        assert statuses(watch.settle()) == ["stored"]


@pytest.mark.parametrize("name", ["a.mp4.part", "a.tmp", "a.mp4.crdownload", ".a.mp4", ".Trash/a.mp4"])
def test_partial_copies_and_hidden_files_are_not_taken(watch: Watch, put_file: PutFile, name: str) -> None:
    put_file(name)
    assert watch.settle() == []


def test_a_partial_copy_is_taken_under_its_final_name(watch: Watch, put_file: PutFile, folder: Path) -> None:
    put_file("a.mp4.part").rename(folder / "a.mp4")
    assert statuses(watch.settle()) == ["stored"]


def test_what_belongs_to_footage_waits_for_it(watch: Watch, put_file: PutFile) -> None:
    put_file("a.json", b'{"bookmarks": []}')
    footage = put_file("a.mp4", clip()[:100])
    watch.look()
    footage.write_bytes(clip())
    assert watch.look(after=11) == []
    assert [Path(line.path).name for line in watch.look(after=11)] == ["a.mp4", "a.json"]
    assert Recording.objects.count() == 1


def test_folders_in_the_folder_are_watched(watch: Watch, put_file: PutFile) -> None:
    put_file("DCIM/100GOPRO/GX010001.MP4")
    assert statuses(watch.settle()) == ["stored"]


# Receipts


def test_the_receipt_lies_beside_the_file(watch: Watch, put_file: PutFile, data: Path) -> None:
    path = put_file("clip.mp4")
    [line] = watch.settle()
    assert line.outcome.receipt == receipt_of(path)
    arrival = Arrival.objects.get()
    assert receipt_of(path).read_bytes() == (data / arrival.receipt).read_bytes()
    facts = {key: value for _, key, value in json.loads(json.loads(receipt_of(path).read_bytes())["body"])}
    assert facts["sha256"] == line.outcome.sha256


def test_nothing_else_is_written_moved_changed_or_removed(watch: Watch, put_file: PutFile, folder: Path) -> None:
    path = put_file("clip.mp4")
    before = path.stat()
    watch.settle()
    assert sorted(p.name for p in folder.iterdir()) == ["clip.mp4", "clip.mp4.plainview-receipt.json"]
    after = path.stat()
    assert path.read_bytes() == clip()
    assert (before.st_mtime_ns, before.st_ctime_ns, before.st_ino) == (
        after.st_mtime_ns,
        after.st_ctime_ns,
        after.st_ino,
    )


def test_a_read_only_folder_gets_its_receipts_under_the_data_folder(
    watch: Watch, put_file: PutFile, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(path: str, receipt: Path) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(folder, "put_beside", read_only)
    put_file("clip.mp4")
    [line] = watch.settle()
    assert line.outcome.receipt is not None
    assert line.outcome.receipt.is_relative_to(data / "receipts")
    assert any("Read-only file system" in said and str(line.outcome.receipt) in said for said in watch.said)
    assert watch.look(after=60) == []


def test_a_name_too_long_for_a_receipt_beside_it_is_taken(watch: Watch, put_file: PutFile, data: Path) -> None:
    put_file("n" * 250)
    [line] = watch.settle()
    assert line.outcome.taken
    assert line.outcome.receipt is not None
    assert line.outcome.receipt.is_relative_to(data)
    assert any("name too long" in said for said in watch.said)


def test_a_receipt_that_was_removed_is_put_back(watch: Watch, put_file: PutFile, folder: Path, clock: Clock) -> None:
    path = put_file("clip.mp4")
    watch.settle()
    receipt_of(path).unlink()
    again = Watch(folder, clock)
    assert again.settle() == []
    assert receipt_of(path).exists()
    assert File.objects.count() == 1


def test_a_link_in_place_of_the_receipt_is_not_followed(watch: Watch, put_file: PutFile, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep me")
    path = put_file("clip.mp4")
    receipt_of(path).symlink_to(target)
    watch.settle()
    assert target.read_text() == "keep me"
    assert not receipt_of(path).is_symlink()


def test_a_receipt_that_somebody_else_put_there_proves_nothing(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    receipt_of(path).write_text('{"format": "plainview-receipt/1"}')
    assert statuses(watch.settle()) == ["stored"]
    assert "checkpoint" in receipt_of(path).read_text()


def test_half_a_receipt_is_never_left(put_file: PutFile, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, receipt = put_file("clip.mp4"), put_file("receipt.json", b"{}")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        beside.put_beside(str(path), receipt)
    assert sorted(p.name for p in folder.iterdir()) == ["clip.mp4", "receipt.json"]


# Restarts and changes


def test_a_restart_takes_nothing_twice(watch: Watch, put_file: PutFile, folder: Path, clock: Clock) -> None:
    put_file("clip.mp4")
    watch.settle()
    assert Watch(folder, clock).settle() == []
    assert File.objects.count() == 1


def test_a_file_that_changed_since_is_taken_as_new(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    watch.settle()
    first = receipt_of(path).read_bytes()
    path.write_bytes(clip(7))
    assert statuses(watch.settle()) == ["stored"]
    assert File.objects.count() == 2
    assert receipt_of(path).read_bytes() != first


def test_other_bytes_of_the_same_size_and_time_are_taken_as_new(
    watch: Watch, put_file: PutFile, folder: Path, clock: Clock
) -> None:
    path = put_file("clip.mp4", b"\0" * 5000)
    watch.settle()
    before = path.stat()
    path.unlink()
    put_file("clip.mp4", b"\1" * 5000)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(Watch(folder, clock).settle()) == 1
    assert File.objects.count() == 2


def test_the_same_card_in_another_slot_is_known_by_its_bytes(
    watch: Watch, put_file: PutFile, folder: Path, clock: Clock
) -> None:
    path = put_file("clip.mp4")
    watch.settle()
    before, copy = path.stat(), path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
    copy.rename(path)
    assert Watch(folder, clock).settle() == []
    identity = Arrival.objects.get().identity
    assert identity is not None
    assert identity["inode"] == path.stat().st_ino


def test_what_a_dead_watcher_registered_without_a_receipt_gets_one(
    watch: Watch, put_file: PutFile, folder: Path, clock: Clock, data: Path
) -> None:
    path = put_file("clip.mp4")
    watch.settle()
    receipt_of(path).unlink()
    arrival = Arrival.objects.get()
    (data / arrival.receipt).unlink()
    Arrival.objects.update(receipt="")
    assert Watch(folder, clock).settle() == []
    assert receipt_of(path).exists()
    assert File.objects.count() == 1


def test_what_a_dead_watcher_was_reading_is_taken_again(
    watch: Watch, put_file: PutFile, monkeypatch: pytest.MonkeyPatch, folder: Path, clock: Clock
) -> None:
    put_file("clip.mp4")
    with monkeypatch.context() as broken:
        broken.setattr(actions, "fail", lambda *given: None)  # killed: nobody ends the arrival
        broken.setattr(storage, "put", _raises(NoRoom("full")))
        watch.settle()
    assert Arrival.objects.get().state == "receiving"
    Arrival.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep.sweep_arrivals(timedelta(0))
    assert statuses(Watch(folder, clock).settle()) == ["stored"]
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["failed", "stored"]


def test_what_another_watcher_is_taking_is_left_to_it(watch: Watch, put_file: PutFile) -> None:
    path = put_file("clip.mp4")
    identity = identity_of(os.lstat(path))
    coming = Coming("folder", Name("clip.mp4"), "system:watch", CLAIMS, origin.of_path(str(path), identity))
    actions.begin(coming)
    assert watch.settle() == []


# Trouble


def _raises(problem: Exception) -> Callable[..., Any]:
    def act(*args: object, **given: object) -> None:
        raise problem

    return act


def test_a_folder_that_is_not_there_is_waited_for(watch: Watch, folder: Path, put_file: PutFile) -> None:
    folder.rmdir()
    assert watch.look() == []
    assert watch.look(after=60) == []
    assert watch.said == [f"{folder} is not there; waiting for it"]
    put_file("clip.mp4")
    assert statuses(watch.settle()) == ["stored"]


def test_a_disk_that_is_pulled_out_in_the_middle_is_survived(
    watch: Watch, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file("1.mp4", clip(1))
    put_file("2.mp4", clip(2))
    real, calls = storage.put, []

    def put(stream: Any, **given: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise SourceError("can't be read after 100 bytes: Input/output error")
        return real(stream, **given)

    monkeypatch.setattr(storage, "put", put)
    assert statuses(watch.settle()) == ["failed", "stored"]
    assert any("Input/output error" in said for said in watch.said)
    assert statuses(watch.look(after=31)) == ["stored"]


def test_what_fails_is_tried_again_less_and_less_often(
    watch: Watch, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file("clip.mp4")
    monkeypatch.setattr(storage, "put", _raises(NoRoom("no room")))
    assert statuses(watch.settle()) == ["failed"]
    assert watch.look(after=29) == []
    assert statuses(watch.look(after=2)) == ["failed"]
    assert watch.look(after=31) == []
    assert statuses(watch.look(after=31)) == ["failed"]


def test_a_file_that_can_not_be_compared_is_said_and_waits(
    watch: Watch, put_file: PutFile, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put_file("clip.mp4")
    watch.settle()
    path.chmod(stat.S_IRUSR)
    monkeypatch.setattr(earlier, "SourceFile", _raises(SourceError("can't be opened: Input/output error")))
    again = Watch(folder, clock)
    assert again.settle() == []
    assert any("Input/output error" in said for said in again.said)
    assert again.watcher.unsettled() == [str(path)]


def test_links_in_a_watched_folder_are_not_followed(watch: Watch, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.mp4").write_bytes(clip())
    (folder / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    assert watch.settle() == []


def test_a_camera_that_nobody_named_means_quarantine_not_refusal(
    folder: Path, clock: Clock, camera: Camera, put_file: PutFile
) -> None:
    put_file("clip.mp4")
    watch = Watch(folder, clock, Claims())
    [line] = watch.settle()
    assert line.outcome.status == "quarantined"
    assert line.outcome.receipt is not None


def test_the_arrival_knows_the_door_and_the_path(watch: Watch, put_file: PutFile) -> None:
    path = put_file("DCIM/clip.mp4")
    watch.settle()
    arrival = Arrival.objects.get()
    assert (arrival.door, arrival.actor, arrival.source) == ("folder", "system:watch", str(path))
    assert arrival.claims["camera"] == SERIAL


@pytest.fixture
def other_session() -> Iterator[Any]:
    from django.db import connection

    other = connection.copy()
    yield other
    other.close()


def test_only_one_process_watches_a_folder_at_a_time(
    watch: Watch, put_file: PutFile, folder: Path, other_session: Any
) -> None:
    put_file("clip.mp4")
    watch.look()
    with other_session.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [f"ingest/watch {folder.resolve()}"])
    assert watch.look(after=60) == []
    with other_session.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock_all()")
    assert len(watch.settle()) == 1


# Going on and on


def test_it_watches_until_it_is_told_to_stop_and_outlasts_anything(
    watch: Watch, put_file: PutFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file("clip.mp4")
    stop = threading.Event()
    lines: list[Line] = []
    looks: list[int] = []
    real = watch.watcher.step

    def step() -> Iterator[Line]:
        looks.append(1)
        watch.clock.now += 11
        if len(looks) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        if len(looks) == 2:
            raise RuntimeError("nobody thought of this")
        if len(looks) == 5:
            stop.set()
        yield from real()

    monkeypatch.setattr(watch.watcher, "step", step)
    monkeypatch.setattr(folder, "LOOK_AGAIN", 0.001)
    monkeypatch.setattr(connection, "close", lambda: None)
    folder.run(watch.watcher, stop, lines.append)
    assert statuses(lines) == ["stored"]
    assert any("nobody thought of this" in said for said in watch.said)


def test_told_to_stop_it_takes_no_further_file(watch: Watch, put_file: PutFile) -> None:
    for number in range(4):
        put_file(f"{number}.bin", bytes([0, number]))
    left = iter([False, False, True])
    watch.watcher.stopped = lambda: next(left)
    assert len(watch.settle()) == 2
    watch.watcher.stopped = bool
    assert len(watch.look()) == 2


def test_a_worker_watches_the_folders_of_the_environment(
    camera: Camera, put_file: PutFile, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    watched: list[Watcher] = []
    monkeypatch.setattr(folder_module, "run", lambda watcher, stop, each: watched.append(watcher))
    tasks.watch(threading.Event())
    assert watched == []
    monkeypatch.setenv("PLAINVIEW_WATCH", f"{folder}{os.pathsep}/media/dock")
    monkeypatch.setenv("PLAINVIEW_WATCH_ZONE", "America/Chicago")
    tasks.watch(threading.Event())
    assert watched[0].folders == [str(folder), "/media/dock"]
    assert watched[0].claims.zone == "America/Chicago"
