"""discard_unregistered(): removes what no row stands for, and nothing else, whatever the moment."""

from __future__ import annotations

import os
from uuid import UUID, uuid4

import pytest

from plainview.base.storage import actions as storage
from plainview.base.storage.tests.making import begin, content, files, keep, layout, part_of, path_of, put, read
from plainview.ledger.chunks import CHUNK

pytestmark = pytest.mark.django_db


def test_it_removes_an_object_without_a_row() -> None:
    stored = put(content(100))
    assert storage.discard_unregistered(stored.id)
    assert files() == []


def test_it_never_removes_an_object_with_a_row() -> None:
    obj = keep(content(100))
    assert not storage.discard_unregistered(obj.id)
    assert read(obj) == content(100)


def test_it_removes_an_upload_that_nobody_continues() -> None:
    with begin() as writer:
        writer.write(content(2 * CHUNK))
        writer.state()
    assert len(files()) == 2  # the part and its marks
    assert storage.discard_unregistered(writer.id)
    assert files() == []


def test_it_leaves_an_upload_that_is_being_written() -> None:
    with begin() as writer:
        writer.write(content(2 * CHUNK))
        writer.state()
        assert not storage.discard_unregistered(writer.id)
        assert read(writer.finish()) == content(2 * CHUNK)


def test_what_isn_t_there_can_t_be_removed() -> None:
    assert not storage.discard_unregistered(uuid4())


def test_marks_without_a_part_are_removed() -> None:
    with begin() as writer:
        writer.state()
    part_of(writer.id).unlink()
    assert storage.discard_unregistered(writer.id)
    assert files() == []


def test_a_second_name_that_a_crash_left_goes_and_the_original_stays() -> None:
    """A crash after the final name was given and before the first was taken away."""
    obj = keep(content(100))
    os.link(path_of(obj), part_of(obj.id))
    layout().marks(obj.id).write_bytes(bytes(32))
    assert not storage.discard_unregistered(obj.id)
    assert files() == [path_of(obj)]
    assert read(obj) == content(100)


def test_both_names_of_an_unregistered_object_go() -> None:
    stored = put(content(100))
    os.link(path_of(stored), part_of(stored.id))
    assert storage.discard_unregistered(stored.id)
    assert files() == []


def test_an_object_between_its_two_names_is_being_written() -> None:
    with begin() as writer:
        writer.write(b"x")
        final = layout().final(writer.id)
        final.parent.mkdir(parents=True)
        os.link(part_of(writer.id), final)
        assert not storage.discard_unregistered(writer.id)
        assert len(files()) == 2


@pytest.mark.parametrize("strange", ["00000000-0000-0000-0000-000000000000"])
def test_another_s_file_stays(strange: str) -> None:
    stored, other = put(b"x"), put(b"y")
    assert storage.discard_unregistered(stored.id)
    assert not storage.discard_unregistered(UUID(strange))
    assert files() == [path_of(other)]
