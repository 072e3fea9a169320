"""A full disk is told as such and leaves nothing half-done; what was promised before still holds."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from plainview.base.storage import actions as storage
from plainview.base.storage import files as kernel
from plainview.base.storage.errors import NoRoom
from plainview.base.storage.models import StoredObject
from plainview.base.storage.tests.killing import Victim
from plainview.base.storage.tests.making import begin, content, files, handle, keep, layout, put, read
from plainview.ledger.chunks import CHUNK

ROOM = 4 << 20


@pytest.fixture
def tiny(data: Path) -> Iterator[Path]:
    """Mounts a disk of 4 MiB where objects go."""
    folder = data / "objects"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount here; the tests with a limit on file sizes stand in")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.django_db
def test_a_full_disk_is_told_and_leaves_nothing(tiny: Path) -> None:
    kept = keep(content(CHUNK))
    with pytest.raises(NoRoom, match=r"no room under .*: No space left on device.*send again"):
        put(content(2 * ROOM))
    assert len(files()) == 1
    storage.check(kept)
    assert read(keep(content(CHUNK, 2))) == content(CHUNK, 2)  # and there is room again


@pytest.mark.django_db
def test_a_file_that_can_t_fit_is_refused_before_its_first_byte(tiny: Path) -> None:
    taken: list[int] = []
    with pytest.raises(NoRoom, match=r"8,392,\d+ bytes needed, 4,194,304 free"):
        put(content(2 * ROOM), size_hint=2 * ROOM, on_progress=taken.append)
    with pytest.raises(NoRoom):
        put(b"", expected_size=2 * ROOM)
    assert not taken
    assert files() == []


@pytest.mark.django_db
def test_an_upload_goes_on_once_there_is_room(tiny: Path) -> None:
    data = content(3 * CHUNK)
    filler = tiny / "filler"
    filler.write_bytes(bytes(2 * CHUNK))

    def go_on() -> None:
        writer.write(data[CHUNK:])
        writer.state()

    with begin() as writer:
        writer.write(data[:CHUNK])
        state = writer.state()
        with pytest.raises(NoRoom):
            go_on()
    filler.unlink()
    with storage.Writer.resume(state) as writer:
        writer.write(data[writer.offset :])
        assert writer.finish().sha256 == hashlib.sha256(data).digest()


@pytest.mark.django_db
def test_a_disk_that_fills_at_the_very_end_registers_nothing(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name and its folders need room, too."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kernel, "sync_folder", full)
    with pytest.raises(NoRoom), transaction.atomic():
        storage.register(put(content(100)))
    monkeypatch.undo()
    assert not StoredObject.objects.exists()


def test_a_limit_on_file_sizes_is_told_as_no_room(victim: Victim, tmp_path: Path) -> None:
    source = tmp_path / "footage.mp4"
    source.write_bytes(content(3 * CHUNK))
    assert victim.do("put", source=str(source), handle=handle(), file_limit=CHUNK) == 1
    assert victim.acknowledged() is None
    told = victim.problem()
    assert told["kind"] == "NoRoom"
    assert "File too large. Nothing was acknowledged" in told["text"]
    assert files() == []
    assert not StoredObject.objects.exists()
    assert victim.do("put", source=str(source), handle=handle()) == 0


def test_an_upload_goes_on_after_a_limit_on_file_sizes(victim: Victim, tmp_path: Path) -> None:
    data = content(3 * CHUNK)
    source = tmp_path / "footage.mp4"
    source.write_bytes(data)
    job = {"source": str(source), "handle": handle(), "state": str(tmp_path / "state"), "piece": 400_000}
    assert victim.do("write", **job, file_limit=CHUNK) == 1
    assert victim.problem()["kind"] == "NoRoom"
    assert victim.do("write", **job) == 0
    told = victim.acknowledged()
    assert told is not None
    assert told["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("number", [28, 122, 27])
def test_every_way_of_saying_full_is_understood(number: int, tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="free room, then send again"), kernel.room_on(tmp_path):
        raise OSError(number, os.strerror(number))


def test_another_fault_of_the_disk_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Input/output error"), kernel.room_on(tmp_path):
        raise OSError(5, os.strerror(5))


def test_the_shelf_of_the_test_is_its_own() -> None:
    assert layout().folder.is_relative_to(Path(settings.DATA))
