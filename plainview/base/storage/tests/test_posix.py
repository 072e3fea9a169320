"""The folder of objects: names, locks, durability, and what it admits it can't promise."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from plainview.base.storage import files
from plainview.base.storage.errors import Busy, Missing, StorageError
from plainview.base.storage.layout import Layout
from plainview.base.storage.posix import PosixShelf
from plainview.base.storage.posix_part import PosixPart

ID = UUID("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")


@pytest.fixture
def shelf(tmp_path: Path) -> PosixShelf:
    return PosixShelf(tmp_path / "objects")


def test_names() -> None:
    layout = Layout(Path("/x"))
    assert layout.final(ID) == Path(f"/x/0a/1b/{ID}")
    assert layout.part(ID) == Path(f"/x/incoming/{ID}.part")
    assert layout.marks(ID) == Path(f"/x/incoming/{ID}.marks")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"0a/1b/{ID}", "object"),
        (f"incoming/{ID}.part", "part"),
        (f"incoming/{ID}.marks", "part"),
        (f"0b/1b/{ID}", "stray"),
        (f"0a/1b/{ID}.bak", "stray"),
        (f"incoming/{ID}", "stray"),
        ("incoming/readme.part", "stray"),
        (f"0a/1b/{str(ID).upper()}", "stray"),
    ],
)
def test_a_file_is_known_by_its_name(name: str, kind: str) -> None:
    found, object_id = Layout(Path("/x")).kind(Path("/x") / name)
    assert found == kind
    assert object_id == (None if kind == "stray" else ID)


def test_a_part_becomes_an_object(shelf: PosixShelf) -> None:
    part = shelf.begin(ID)
    part.append(memoryview(b"encrypted"))
    part.sync()
    assert not shelf.holds(ID)
    part.publish()
    part.close()
    assert shelf.holds(ID)
    stored, buffer = shelf.open(ID), memoryview(bytearray(20))
    assert (stored.size, stored.read_into(2, buffer)) == (9, 7)
    assert bytes(buffer[:7]) == b"crypted"
    assert [p.name for p in shelf.layout.incoming.iterdir()] == []


def test_two_can_t_begin_the_same(shelf: PosixShelf) -> None:
    shelf.begin(ID)
    with pytest.raises(FileExistsError):
        shelf.begin(ID)


def test_a_part_is_taken_up_by_one(shelf: PosixShelf) -> None:
    with pytest.raises(Missing):
        shelf.reopen(ID)
    part = shelf.begin(ID)
    with pytest.raises(Busy):
        shelf.reopen(ID)
    part.close()
    shelf.reopen(ID).close()


def test_an_object_isn_t_taken_up_under_its_old_name(shelf: PosixShelf) -> None:
    """Between link and unlink the part's name still leads to the finished object: it must not be cut."""
    part = shelf.begin(ID)
    part.append(memoryview(b"encrypted"))
    part.publish()
    part.close()
    os.link(shelf.layout.final(ID), shelf.layout.part(ID))
    with pytest.raises(Missing, match="is finished"):
        shelf.reopen(ID)
    assert shelf.layout.final(ID).read_bytes() == b"encrypted"


def test_a_part_that_was_opened_just_before_it_was_finished_isn_t_touched(
    shelf: PosixShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = shelf.begin(ID)
    part.append(memoryview(b"encrypted"))
    real = files.lock

    def lock(file: int) -> bool:  # the other writer ends between our open and our lock
        part.publish()
        part.close()
        return real(file)

    monkeypatch.setattr(files, "lock", lock)
    with pytest.raises(Missing, match="is finished"):
        shelf.reopen(ID)
    assert shelf.layout.final(ID).read_bytes() == b"encrypted"


def test_marks_are_kept_and_cut(shelf: PosixShelf) -> None:
    part = shelf.begin(ID)
    assert part.marks(100) == b""
    part.keep_marks(b"aaaa", 0)
    part.keep_marks(b"bbbb", 4)
    assert part.marks(6) == b"aaaabb"
    assert part.marks(100) == b"aaaabb"


def test_a_part_is_cut(shelf: PosixShelf) -> None:
    part = shelf.begin(ID)
    part.append(memoryview(b"0123456789"))
    part.truncate(4)
    part.append(memoryview(b"ab"))
    assert shelf.layout.part(ID).read_bytes() == b"0123ab"


def test_a_part_that_was_removed_can_t_be_published(shelf: PosixShelf) -> None:
    part = shelf.begin(ID)
    shelf.layout.part(ID).unlink()
    with pytest.raises(Missing, match="was removed while it was written"):
        part.publish()


def test_a_filesystem_without_hard_links_is_told(shelf: PosixShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    part = shelf.begin(ID)
    monkeypatch.setattr(os, "link", link)
    with pytest.raises(StorageError, match="without hard links; use another"):
        part.publish()
    (told,) = [p for p in shelf.problems() if "hard links" in p]
    assert str(shelf.layout.folder) in told


def test_a_kernel_that_takes_little_at_a_time_gets_all(shelf: PosixShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write, real_read = os.pwrite, os.preadv
    monkeypatch.setattr(os, "pwrite", lambda f, d, at: real_write(f, bytes(d[:3]), at))
    monkeypatch.setattr(os, "preadv", lambda f, b, at: real_read(f, [b[0][:2]], at))
    part, buffer = shelf.begin(ID), memoryview(bytearray(20))
    part.append(memoryview(b"0123456789"))
    assert part.size == 10
    assert part.read_into(1, buffer) == 9
    assert bytes(buffer[:9]) == b"123456789"


def test_a_shelf_without_problems_says_none_and_leaves_nothing(shelf: PosixShelf) -> None:
    told = shelf.problems()
    assert all("answers from memory" in p for p in told)  # true on tmpfs
    assert [p for p in shelf.layout.folder.rglob("*") if p.is_file()] == []


def test_a_shelf_that_answers_from_memory_says_so(shelf: PosixShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PosixPart, "in_memory", lambda _: True)
    (told,) = shelf.problems()
    assert "reading back can't prove there that a disk has it" in told


def test_a_filesystem_that_can_t_say_promises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "preadv", refuse)
    with (tmp_path / "x").open("wb") as file:
        assert files.in_memory(file.fileno())


def test_walking_a_large_shelf_finds_everything_once(shelf: PosixShelf) -> None:
    ids = {uuid4() for _ in range(30)}
    for object_id in ids:
        part = shelf.begin(object_id)
        part.publish()
        part.close()
    waiting = shelf.begin(ID)
    waiting.keep_marks(b"x", 0)
    found = list(shelf.everything())
    assert {f.object_id for f in found} == ids | {ID}
    assert len(found) == 31
    assert [f.object_id for f in found if f.open] == [ID]
    assert found[0].kind == "part"
