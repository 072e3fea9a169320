"""Epoch keys: made once, private, durable, never replaced silently; every way of losing one is told plainly."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from plainview.base.storage import actions as storage
from plainview.base.storage import keys
from plainview.base.storage.errors import KeyUnusable
from plainview.base.storage.models import Epoch
from plainview.base.storage.tests.making import content, keep, put, read

pytestmark = pytest.mark.django_db


def test_an_epoch_is_an_agency_and_a_month() -> None:
    assert keys.current_epoch("home", datetime(2026, 11, 30, 23, 59, tzinfo=UTC)).name == "home-2026-11"
    assert keys.current_epoch("home", datetime(2026, 12, 1, tzinfo=UTC)).name == "home-2026-12"
    assert keys.current_epoch("other", datetime(2026, 12, 1, tzinfo=UTC)).name == "other-2026-12"
    assert len({p.read_bytes() for p in keys.folder().iterdir()}) == 3


def test_a_key_is_32_bytes_that_only_the_service_may_read() -> None:
    epoch = keys.current_epoch("home")
    path = keys.folder() / f"{epoch.name}.key"
    assert len(path.read_bytes()) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.folder().stat().st_mode & 0o777 == 0o700
    assert list(keys.folder().iterdir()) == [path]


def test_a_key_stays_what_it_is() -> None:
    epoch = keys.current_epoch("home")
    before = (keys.folder() / f"{epoch.name}.key").read_bytes()
    assert keys.current_epoch("home") == epoch
    assert (keys.folder() / f"{epoch.name}.key").read_bytes() == before


def test_a_key_is_durable_before_it_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real_fsync, real_link = os.fsync, os.link

    def fsync(file: int) -> None:
        done.append("fsync")
        real_fsync(file)

    def link(old: Path, new: Path) -> None:
        done.append("link")
        real_link(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    keys.current_epoch("home")
    assert done == ["fsync", "link", "fsync", "fsync", "fsync"]  # the key, its name, the folders above


@pytest.mark.django_db(transaction=True)
def test_two_who_come_at_once_get_one_key() -> None:
    def come(_: int) -> str:
        try:
            return keys.current_epoch("home").fingerprint
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(come, range(8)))) == 1
    assert len(list(keys.folder().iterdir())) == 1
    assert Epoch.objects.count() == 1


def test_wrapping_goes_there_and_back() -> None:
    epoch, key = keys.current_epoch("home").name, keys.new_key()
    wrapped = keys.wrap(key, epoch)
    assert key not in wrapped
    assert len(wrapped) == 40
    assert keys.unwrap(wrapped, epoch) == key


def test_every_object_has_a_key_of_its_own() -> None:
    stored = [put(b"the same") for _ in range(3)]
    assert len({keys.unwrap(s.wrapped_key, s.epoch) for s in stored}) == 3


def test_a_missing_key_is_told_and_not_replaced() -> None:
    obj = keep(content(100))
    path = keys.folder() / f"{obj.epoch_id}.key"
    path.rename(path.with_suffix(".away"))
    with pytest.raises(KeyUnusable, match=rf"key of epoch {obj.epoch_id} is missing: .*restored from the key backup"):
        read(obj)
    with pytest.raises(KeyUnusable, match="is missing"):
        put(b"new")
    assert not path.exists()
    path.with_suffix(".away").rename(path)
    assert read(obj) == content(100)


def test_another_key_under_the_same_name_is_told_and_not_used() -> None:
    obj = keep(content(100))
    path = keys.folder() / f"{obj.epoch_id}.key"
    mine = path.read_bytes()
    path.write_bytes(os.urandom(32))
    with pytest.raises(KeyUnusable, match="another key than the one that was used"):
        read(obj)
    with pytest.raises(KeyUnusable, match=r"isn't the key that epoch .* began with"):
        put(b"new")
    path.write_bytes(mine)
    assert read(obj) == content(100)


def test_a_cut_key_is_told() -> None:
    obj = keep(b"x")
    (keys.folder() / f"{obj.epoch_id}.key").write_bytes(bytes(31))
    with pytest.raises(KeyUnusable, match="31 bytes instead of 32"):
        read(obj)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_key_of_another_user_is_told() -> None:
    obj = keep(b"x")
    (keys.folder() / f"{obj.epoch_id}.key").chmod(0)
    with pytest.raises(KeyUnusable, match="belongs to another user"):
        read(obj)


def test_nothing_goes_into_an_epoch_whose_key_was_destroyed() -> None:
    epoch = keys.current_epoch("home")
    Epoch.objects.filter(name=epoch.name).update(destroyed_at=timezone.now())
    with pytest.raises(KeyUnusable, match="was destroyed on"):
        put(b"new")


def test_a_key_whose_row_was_lost_is_found_again() -> None:
    epoch = keys.current_epoch("home")
    epoch.delete()  # as after a crash between key and row, or a restored database
    assert keys.current_epoch("home").fingerprint == epoch.fingerprint


def test_the_month_is_that_of_the_beginning() -> None:
    with time_machine.travel(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), tick=False):
        writer = storage.Writer.begin(handle="0" * 32, agency="home")
    with time_machine.travel(datetime(2026, 12, 1, 0, 5, tzinfo=UTC), tick=False):
        writer.write(b"x")
        assert writer.finish().epoch == "home-2026-11"


@pytest.mark.parametrize("agency", ["", "Home", "../home", "a b", "home\n", "x" * 57, "-home"])
def test_an_agency_that_can_t_name_a_file_is_refused(agency: str, data: Path) -> None:
    with pytest.raises(ValueError, match="can't name an agency's keys"):
        keys.current_epoch(agency)
    assert not list(data.iterdir())


def test_the_fingerprint_tells_nothing_of_the_key() -> None:
    secret = bytes(range(32))
    assert keys.fingerprint(secret) == keys.fingerprint(secret)
    assert keys.fingerprint(secret) != keys.fingerprint(bytes(32))
    assert bytes.fromhex(keys.fingerprint(secret)) not in secret


def test_problems_are_listed_one_sentence_each() -> None:
    for month in (9, 10, 11):
        keys.current_epoch("home", datetime(2026, month, 1, tzinfo=UTC))
    assert keys.problems() == []
    (keys.folder() / "home-2026-09.key").unlink()
    (keys.folder() / "home-2026-10.key").chmod(0o644)
    missing, readable = keys.problems()
    assert "home-2026-09 is missing" in missing
    assert "chmod 600" in readable
