"""put(): what comes back is durable, was read from the disk again, and says the truth about the bytes."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base.storage import actions as storage
from plainview.base.storage import intake
from plainview.base.storage.errors import Damaged, StorageError, Truncated, WrongHash
from plainview.base.storage.floe import STANDARD
from plainview.base.storage.models import StoredObject
from plainview.base.storage.posix_part import PosixPart
from plainview.base.storage.sealer import Sealer
from plainview.base.storage.tests.making import (
    SEGMENT,
    SIZES,
    content,
    files,
    forget,
    handle,
    in_memory,
    layout,
    path_of,
    put,
    read,
)
from plainview.ledger.chunks import CHUNK, ChunkTree

pytestmark = pytest.mark.django_db


def chunk_root(data: bytes) -> bytes:
    tree = ChunkTree()
    tree.update(data)
    return tree.root()


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a network does."""

    def __init__(self, data: bytes, most: int) -> None:
        self._rest, self._most = memoryview(data), most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._rest[: min(self._most, len(buffer))]
        buffer[: len(piece)] = piece
        self._rest = self._rest[len(piece) :]
        return len(piece)


class Breaks(Dribble):
    """A stream that breaks where a cable is pulled."""

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            raise ConnectionResetError("the dock went away")
        return super().readinto(buffer)


class OnlyReads:
    """A stream that knows nothing but read()."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        return self._inner.read(min(size, 1000))


@pytest.mark.parametrize("size", SIZES)
def test_it_says_the_truth_about_the_bytes_and_gives_them_back(size: int) -> None:
    data = content(size)
    stored = put(data)
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).digest())
    assert stored.chunk_root == chunk_root(data)
    assert stored.stored_size == path_of(stored).stat().st_size == STANDARD.stored_size(size)
    assert read(stored) == data


@given(size=st.integers(0, 3 * CHUNK), most=st.integers(1 << 10, 1 << 20))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_doesn_t_matter_how_the_stream_is_cut(size: int, most: int) -> None:
    data = content(size)
    stored = storage.put(io.BufferedReader(Dribble(data, most)), handle=handle(), agency="home")
    assert stored.sha256 == hashlib.sha256(data).digest()
    assert stored.chunk_root == chunk_root(data)


def test_a_stream_that_only_reads_will_do() -> None:
    stored = storage.put(OnlyReads(content(100_000)), handle=handle(), agency="home")  # type: ignore[arg-type]
    assert read(stored) == content(100_000)


def test_reading_back_goes_on_while_more_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "READ_BACK_EVERY", 256 << 10)
    synced: list[int] = []
    real = PosixPart.sync

    def sync(part: PosixPart) -> None:
        synced.append(part.size)
        real(part)

    monkeypatch.setattr(PosixPart, "sync", sync)
    data = content(5 * CHUNK + 3)
    assert put(data).sha256 == hashlib.sha256(data).digest()
    assert len(synced) >= 5


def test_nothing_lies_on_the_shelf_but_the_object_which_nobody_may_write() -> None:
    stored = put(content(1000))
    assert files() == [path_of(stored)]
    assert path_of(stored).stat().st_mode & 0o777 == 0o400
    name = str(stored.id)
    assert path_of(stored).relative_to(layout().folder) == Path(name[:2], name[2:4], name)


def test_nothing_of_the_content_can_be_found_on_the_disk() -> None:
    secret = b"badge 4471 says: step out of the car"
    data = content(CHUNK - 10) + secret + content(CHUNK, 2) + secret
    raw = path_of(put(data)).read_bytes()
    assert secret not in raw
    assert data[:32] not in raw
    assert hashlib.sha256(data).digest() not in raw


def test_the_same_bytes_twice_are_two_objects_with_nothing_in_common() -> None:
    one, two = put(content(5000)), put(content(5000))
    assert one.id != two.id
    assert one.sha256 == two.sha256
    assert path_of(one).read_bytes()[10:] != path_of(two).read_bytes()[10:]


def test_it_isn_t_an_original_before_it_is_registered() -> None:
    put(content(10))
    assert not StoredObject.objects.exists()


def test_progress_counts_the_bytes_taken() -> None:
    seen: list[int] = []
    put(content(2 * CHUNK + 5), on_progress=seen.append)
    assert seen == [CHUNK, 2 * CHUNK, 2 * CHUNK + 5]


def test_a_stream_that_breaks_leaves_nothing() -> None:
    with pytest.raises(ConnectionResetError):
        storage.put(io.BufferedReader(Breaks(content(3 * CHUNK), 1 << 20)), handle=handle(), agency="home")
    assert files() == []


def test_a_stream_that_ends_too_early_leaves_nothing() -> None:
    with pytest.raises(Truncated, match=r"1,000 of 1,001 bytes arrived"):
        put(content(1000), expected_size=1001)
    assert files() == []


def test_a_stream_that_isn_t_what_was_announced_leaves_nothing() -> None:
    with pytest.raises(WrongHash, match=r"announced with SHA-256 00.* arrived with"):
        put(content(1000), expected_sha256=bytes(32))
    assert files() == []


def test_a_stream_that_is_what_was_announced_is_taken() -> None:
    data = content(1000)
    put(data, expected_size=1000, expected_sha256=hashlib.sha256(data).digest())


def test_an_interrupted_program_leaves_nothing() -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(content(2 * CHUNK), on_progress=stop)
    assert files() == []


@pytest.mark.parametrize("wrong", ["", "abc", "A" * 32, "0" * 31 + "g", "0" * 33])
def test_a_handle_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no handle"):
        put(b"x", handle=wrong)
    assert files() == []


def test_a_disk_that_gives_back_something_else_is_found_before_anything_is_acknowledged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = PosixPart.sync

    def sync(part: PosixPart) -> None:
        real(part)
        os.pwrite(part._file, b"\xff\xff", 74 + SEGMENT + 1000)

    monkeypatch.setattr(PosixPart, "sync", sync)
    with pytest.raises(Damaged, match=r"segment 1 \(stored bytes 65610–131145") as found:
        put(content(3 * CHUNK))
    assert found.value.places[0].segment == 1
    assert files() == []


def test_a_header_that_the_disk_gives_back_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = PosixPart.sync

    def sync(part: PosixPart) -> None:
        real(part)
        os.pwrite(part._file, b"\xff\xff", 20)

    monkeypatch.setattr(PosixPart, "sync", sync)
    with pytest.raises(Damaged, match="the header"):
        put(content(3 * CHUNK))
    assert files() == []


def test_memory_that_changes_between_hash_and_cipher_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tag of a segment fits then, as the wrong bytes were encrypted; only the mark of the chunk tells."""
    real = Sealer.take

    def take(sealer: Sealer, piece: memoryview) -> None:
        if piece:
            piece[-1] ^= 1
        real(sealer, piece)

    monkeypatch.setattr(Sealer, "take", take)
    with pytest.raises(Damaged, match="bytes 0–1048575 came back from the disk other than they arrived"):
        put(content(3 * CHUNK))
    assert files() == []


def test_a_disk_that_loses_the_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = PosixPart.sync

    def sync(part: PosixPart) -> None:
        real(part)
        os.ftruncate(part._file, part.size - 10)

    monkeypatch.setattr(PosixPart, "sync", sync)
    with pytest.raises(Damaged, match="a stored object is damaged"):
        put(content(CHUNK))
    assert files() == []


def test_the_disk_answers_the_reading_back_not_memory(data: Path) -> None:
    """What was read back came past the kernel's memory: nothing of the object is in there afterwards."""
    probe = data / "probe"
    probe.write_bytes(bytes(CHUNK))
    forget(probe)
    if in_memory(probe):
        pytest.skip("this filesystem keeps everything in memory, so only its own word can be read back")
    stored = put(content(3 * CHUNK))
    assert in_memory(path_of(stored)) <= 1  # the page of the header, which is read as any file is
    storage.check(stored)
    assert in_memory(path_of(stored)) < 40  # it, and what the kernel reads ahead of it
    assert read(stored) == content(3 * CHUNK)
    assert in_memory(path_of(stored)) > 700  # a player is answered from memory the second time


def test_file_then_name_then_folders_are_made_durable(monkeypatch: pytest.MonkeyPatch) -> None:
    put(b"the key of the month is made first")
    done: list[str] = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(file: int) -> None:
        target = Path(f"/proc/self/fd/{file}").readlink()
        done.append("part" if target.suffix == ".part" else f"folder {target.name}")
        real_fsync(file)

    def link(old: Path, new: Path) -> None:
        done.append("name")
        real_link(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    name = str(put(content(100)).id)
    folders = [name[2:4], name[:2], "objects", "data"]
    assert done == ["part", "name", *(f"folder {folder}" for folder in folders)]


def test_nothing_is_ever_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should two objects ever get one name, the second is refused and the first stays as it is."""
    first = put(content(100))
    before = path_of(first).read_bytes()
    monkeypatch.setattr("plainview.base.storage.writer.uuid4", lambda: first.id)
    with pytest.raises(StorageError, match="is there already; nothing was replaced"):
        put(content(200, 2))
    assert path_of(first).read_bytes() == before
