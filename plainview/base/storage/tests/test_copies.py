"""Copies on other shelves: compared from the new place, bad ones named, old bytes kept until a good copy is there."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from plainview.base.storage import actions as storage
from plainview.base.storage import copies, shelves
from plainview.base.storage.errors import NotAllowed
from plainview.base.storage.layout import Layout
from plainview.base.storage.models import Copy, StoredObject
from plainview.base.storage.posix_part import PosixPart
from plainview.base.storage.tests.making import SIZES, content, flip, keep, path_of, put, read
from plainview.base.storage.writer import Writer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def second(settings: Settings, tmp_path: Path) -> Layout:
    """A second shelf; new objects go to the first."""
    folder = tmp_path / "second"
    folder.mkdir()
    settings.SHELVES = f"second={folder}"
    return Layout(folder)


def moved(obj: StoredObject) -> StoredObject:
    copies.expect_copies("second", 100)
    assert copies.copy(obj.id, "second")[0] == Copy.State.GOOD
    assert copies.switch(obj.id, "second")
    return StoredObject.objects.get(id=obj.id)


@pytest.mark.parametrize("size", SIZES)
def test_a_copy_is_the_same_ciphertext_and_opens_there(size: int, second: Layout) -> None:
    obj = keep(content(size))
    assert copies.expect_copies("second", 100) == [obj.id]
    assert copies.copy(obj.id, "second") == (Copy.State.GOOD, obj.stored_size)
    assert second.final(obj.id).read_bytes() == path_of(obj).read_bytes()
    storage.check(obj, on="second")


def test_after_the_switch_it_is_read_from_the_new_place_and_the_old_may_go(second: Layout) -> None:
    obj = keep(content(1000))
    now = moved(obj)
    assert now.shelf == "second"
    assert path_of(obj).exists()
    assert copies.drop(obj.id, "data") == obj.stored_size
    assert not path_of(obj).exists()
    assert read(now) == read(obj) == content(1000)  # also for who fetched the row before
    assert not Copy.objects.exists()


def test_an_injected_bad_copy_is_tried_once_more(second: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    obj = keep(content(1000))
    spoil(monkeypatch, second, times=1)
    copies.expect_copies("second", 100)
    assert copies.copy(obj.id, "second")[0] == Copy.State.GOOD


def test_a_copy_that_stays_bad_is_named_and_the_source_is_never_given_up(
    second: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    obj = keep(content(1000))
    spoil(monkeypatch, second, times=9)
    copies.expect_copies("second", 100)
    assert copies.copy(obj.id, "second") == (Copy.State.BAD, 0)
    (noted,) = Copy.objects.all()
    assert "segment 0" in noted.says
    assert "The source on the shelf data is whole and stays." in noted.says
    assert not second.final(obj.id).exists()
    with pytest.raises(NotAllowed, match="no copy on the shelf second that was read back"):
        copies.switch(obj.id, "second")
    assert read(obj) == content(1000)
    monkeypatch.undo()


def test_a_source_that_is_bad_itself_is_told_as_such(second: Layout) -> None:
    obj = keep(content(1000))
    flip(path_of(obj), 200)
    copies.expect_copies("second", 100)
    assert copies.copy(obj.id, "second")[0] == Copy.State.BAD
    assert "The source on the shelf data is bad itself" in Copy.objects.get().says
    assert path_of(obj).exists()


def test_a_copy_that_was_lost_after_it_was_compared_releases_nothing(second: Layout) -> None:
    obj = keep(content(1000))
    copies.expect_copies("second", 100)
    copies.copy(obj.id, "second")
    second.final(obj.id).unlink()
    with pytest.raises(NotAllowed, match="is gone"):
        copies.switch(obj.id, "second")
    assert read(obj) == content(1000)


def test_the_new_bytes_lost_after_the_switch_keep_the_old_ones(second: Layout) -> None:
    obj = keep(content(1000))
    moved(obj)
    second.final(obj.id).chmod(0o600)
    second.final(obj.id).write_bytes(b"short")
    with pytest.raises(NotAllowed, match="isn't whole on the shelf second"):
        copies.drop(obj.id, "data")
    assert path_of(obj).exists()


def test_nothing_is_removed_from_where_it_lies(second: Layout) -> None:
    obj = keep(b"x")
    with pytest.raises(NotAllowed, match="lies on the shelf data"):
        copies.drop(obj.id, "data")


def test_what_a_killed_copy_left_is_taken_up(second: Layout) -> None:
    obj = keep(content(200_000))
    part = shelves.shelf("second").begin(obj.id)
    part.append(memoryview(b"half"))
    part.close()
    copies.expect_copies("second", 100)
    assert copies.copy(obj.id, "second")[0] == Copy.State.GOOD
    Copy.objects.update(state=Copy.State.COMING)  # killed after the last byte, before the note
    assert copies.copy(obj.id, "second")[0] == Copy.State.GOOD


def test_an_object_that_is_destroyed_meanwhile_leaves_no_copy(second: Layout) -> None:
    obj = keep(b"x")
    copies.expect_copies("second", 100)
    with transaction.atomic():
        storage.authorize_destruction([obj.id], "ab" * 16)
        storage.destroy(obj.id, "ab" * 16)
    assert copies.copy(obj.id, "second") == ("gone", 0)
    assert not second.final(obj.id).exists()
    assert copies.expect_copies("second", 100) == []


def test_new_objects_go_to_the_current_shelf_and_uploads_end_where_they_began(
    second: Layout, settings: Settings
) -> None:
    with Writer.begin(handle="ab" * 16, agency="home") as writer:
        writer.write(b"half")
        state = writer.state()
    settings.SHELF = "second"
    obj = keep(b"x")
    assert (obj.shelf, second.final(obj.id).exists()) == ("second", True)
    with Writer.resume(state) as again:
        again.write(b" and half")
        stored = again.finish()
    assert stored.shelf == "data"
    assert read(stored) == b"half and half"
    with transaction.atomic():
        assert storage.register(stored).shelf == "data"


def test_leftovers_are_found_and_discarded_on_every_shelf(second: Layout, settings: Settings) -> None:
    from datetime import timedelta

    first = put(b"x")
    settings.SHELF = "second"
    other = put(b"y")
    found: set[UUID | None] = {left.object_id for left in storage.leftovers(timedelta(0))}
    assert found == {first.id, other.id}
    assert storage.discard_unregistered(first.id)
    assert storage.discard_unregistered(other.id)
    assert not list(storage.leftovers(timedelta(0)))


def test_a_shelf_that_a_move_named_is_remembered(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Big Disk"
    folder.mkdir()
    name = shelves.name_for(folder)
    shelves.keep(name, folder)
    assert (name, shelves.current(), shelves.folder_of(name)) == ("big-disk", "big-disk", folder)
    assert shelves.name_for(folder) == "big-disk"
    with pytest.raises(ValueError, match="one in the other"):
        shelves.name_for(data / "objects" / "below")
    connection.close()


def spoil(monkeypatch: pytest.MonkeyPatch, second: Layout, times: int) -> None:
    """Has the second shelf's disk write another byte than it was given."""
    left, publish = [times], PosixPart.publish

    def bad(part: PosixPart) -> None:
        publish(part)
        path = second.final(part._id)
        if left[0] and path.exists():
            left[0] -= 1
            flip(path, 100)

    monkeypatch.setattr(PosixPart, "publish", bad)
