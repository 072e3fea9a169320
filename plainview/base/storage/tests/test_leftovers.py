"""leftovers(): every file that neither a row nor an open writer explains, and no other."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from plainview.base.storage import actions as storage
from plainview.base.storage.tests.making import begin, content, keep, layout, part_of, path_of, put
from plainview.ledger.chunks import CHUNK

pytestmark = pytest.mark.django_db
NOW = timedelta(0)


def test_an_empty_shelf_has_none() -> None:
    assert not list(storage.leftovers(NOW))


def test_a_kept_object_is_none() -> None:
    keep(content(10))
    assert not list(storage.leftovers(NOW))


def test_an_object_without_a_row_is_one() -> None:
    stored = put(content(10))
    (left,) = storage.leftovers(NOW)
    assert (left.kind, left.object_id, left.path, left.size) == (
        "object",
        stored.id,
        path_of(stored),
        stored.stored_size,
    )
    assert abs(datetime.now(UTC) - left.changed_at) < timedelta(minutes=1)


def test_an_upload_that_nobody_continues_is_one_with_its_marks() -> None:
    with begin() as writer:
        writer.write(content(2 * CHUNK))
        writer.state()
        assert not list(storage.leftovers(NOW))  # open
    (left,) = storage.leftovers(NOW)
    assert (left.kind, left.object_id, left.path) == ("part", writer.id, part_of(writer.id))


def test_marks_alone_are_one() -> None:
    with begin() as writer:
        writer.state()
    part_of(writer.id).unlink()
    (left,) = storage.leftovers(NOW)
    assert (left.kind, left.object_id) == ("part", writer.id)


def test_a_second_name_of_an_original_is_one() -> None:
    obj = keep(b"x")
    os.link(path_of(obj), part_of(obj.id))
    (left,) = storage.leftovers(NOW)
    assert (left.kind, left.path) == ("part", part_of(obj.id))


def test_a_file_that_storage_didn_t_make_is_one_without_an_id() -> None:
    obj = keep(b"x")
    strangers = [
        layout().folder / "notes.txt",
        path_of(obj).with_name(f"{obj.id}.bak"),
        layout().incoming / str(obj.id),
        layout().folder / str(obj.id),
    ]
    for path in strangers:
        path.write_bytes(b"?")
    found = list(storage.leftovers(NOW))
    assert {left.path for left in found} == set(strangers)
    assert {(left.kind, left.object_id) for left in found} == {("stray", None)}


def test_a_link_to_elsewhere_is_told_and_not_followed() -> None:
    keep(b"x")
    (layout().folder / "link").symlink_to("/etc/hostname")
    (left,) = storage.leftovers(NOW)
    assert left.kind == "stray"


def test_only_what_is_old_enough_counts() -> None:
    put(b"x")
    assert not list(storage.leftovers(timedelta(hours=1)))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        assert len(list(storage.leftovers(timedelta(hours=1)))) == 1


def test_many_are_told_apart() -> None:
    stored = [put(bytes([n])) for n in range(12)]
    with transaction.atomic():
        for one in stored[::2]:
            storage.register(one)
    assert {left.object_id for left in storage.leftovers(NOW)} == {one.id for one in stored[1::2]}


def test_sweeping_them_leaves_the_originals() -> None:
    kept, lost = keep(b"kept"), put(b"lost")
    removed = [left.object_id for left in storage.leftovers(NOW) if storage.discard_unregistered(left.object_id)]  # type: ignore[arg-type]
    assert removed == [lost.id]
    storage.check(kept)
