"""Real clips of real cameras through each door: kept to the byte, understood as far as they say, and visible."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import Department
from plainview.base.storage.actions import open_object
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest import receipts
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources.command import Batch
from plainview.holdings.ingest.sources.folder import Watcher
from plainview.holdings.ingest.tests.making import SERIAL
from plainview.holdings.ingest.tests.tusing import Tus

pytestmark = pytest.mark.django_db
KARMA = "gps-gopro-gpmf/karma.mp4"
PHONE = "video-forensics-samples/VID_20191220_170832.mp4"
LEARN = "video-intel-asl-faces/learn.mkv"
CLIPS = [KARMA, PHONE, LEARN]
STARTS = {KARMA: datetime(2017, 4, 17, 19, 27, 57, tzinfo=UTC), PHONE: datetime(2019, 12, 20, 20, 8, 32, tzinfo=UTC)}
Door = Callable[[Path, Department], None]


def by_command(path: Path, department: Department) -> None:
    list(Batch(Claims(camera=SERIAL)).take([str(path)]))


def by_folder(path: Path, department: Department) -> None:
    list(Watcher([str(path.parent)], Claims(camera=SERIAL), settle=0).step())


def by_browser(path: Path, department: Department) -> None:
    Tus(department.client(department.alice)).send(path.read_bytes(), {"filename": path.name, "camera": SERIAL})


@pytest.fixture(params=[by_command, by_folder, by_browser], ids=["command", "folder", "browser"])
def door(request: pytest.FixtureRequest) -> Door:
    found: Door = request.param
    return found


@pytest.mark.parametrize("name", CLIPS)
def test_a_real_clip_is_kept_understood_and_visible(
    shared: Path, camera: Camera, department: Department, folder: Path, door: Door, name: str
) -> None:
    original = shared / "data" / name
    shutil.copy(original, folder)
    door(folder / original.name, department)
    arrival = Arrival.objects.get()
    assert arrival.state == "stored"
    assert receipts.file_of(arrival).is_file()
    file = File.objects.get()
    with open_object(file.object) as reader:
        assert hashlib.sha256(b"".join(reader.stream())).digest() == hashlib.sha256(original.read_bytes()).digest()
    recording = Recording.objects.get()
    assert recording.has_picture
    assert (recording.start.replace(microsecond=0) if recording.start else None) == STARTS.get(name)
    page = department.client(department.tess).get(f"/recordings/{recording.pk}/")
    assert page.status_code == 200
    assert original.name in page.content.decode()


def test_a_gps_trail_of_the_camera_is_kept(shared: Path, camera: Camera, department: Department) -> None:
    by_command(shared / "data" / KARMA, department)
    assert len(File.objects.get().track.points) > 10


def test_a_trail_beside_footage_joins_it(shared: Path, camera: Camera, department: Department, folder: Path) -> None:
    shutil.copy(shared / "data" / LEARN, folder / "shift.mkv")
    shutil.copy(shared / "data/gps-gpxpy-tracks/around-visnjan-with-car.gpx", folder / "shift.gpx")
    list(Watcher([str(folder)], Claims(camera=SERIAL), settle=0).step())
    assert Recording.objects.count() == 1
    assert set(File.objects.values_list("role", flat=True)) == {"footage", "sidecar"}


def test_headers_without_footage_are_kept_and_wait_for_a_person(
    shared: Path, camera: Camera, department: Department
) -> None:
    paths = sorted((shared / "data/gps-70mai-dashcam").glob("*.MP4"))[:6]
    lines = list(Batch(Claims(camera=SERIAL, zone="Europe/Warsaw")).take(map(str, paths)))
    assert all(line.outcome.taken for line in lines)
    for line, path in zip(lines, paths, strict=True):
        assert line.outcome.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
