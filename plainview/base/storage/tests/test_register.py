"""register(): the row belongs to the business transaction, and stands only for bytes that are there."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from plainview.base.storage import actions as storage
from plainview.base.storage import files as kernel
from plainview.base.storage.errors import Damaged, KeyUnusable, Missing
from plainview.base.storage.models import Epoch, StoredObject
from plainview.base.storage.tests.making import content, files, keep, part_of, path_of, put, read, tampering

pytestmark = pytest.mark.django_db


def test_the_row_says_what_was_stored() -> None:
    stored = put(content(70_000))
    with transaction.atomic():
        storage.register(stored)
    row = StoredObject.objects.get(id=stored.id)
    assert (row.handle, row.epoch_id, row.size, row.stored_size) == (
        stored.handle,
        stored.epoch,
        stored.size,
        stored.stored_size,
    )
    assert bytes(row.wrapped_key) == stored.wrapped_key
    assert (bytes(row.sha256), bytes(row.chunk_root)) == (stored.sha256, stored.chunk_root)
    assert read(row) == content(70_000)


@pytest.mark.django_db(transaction=True)
def test_it_wants_a_transaction() -> None:
    stored = put(b"x")
    with pytest.raises(transaction.TransactionManagementError, match="belongs into the transaction"):
        storage.register(stored)
    assert not StoredObject.objects.exists()


def test_a_transaction_that_fails_takes_the_row_with_it_and_leaves_a_leftover() -> None:
    stored = put(b"x")

    def business() -> None:
        with transaction.atomic():
            storage.register(stored)
            raise RuntimeError("the business failed")

    with pytest.raises(RuntimeError):
        business()
    assert not StoredObject.objects.exists()
    assert [left.object_id for left in storage.leftovers(timedelta(0))] == [stored.id]
    with transaction.atomic():
        storage.register(stored)  # and may be tried again
    assert not list(storage.leftovers(timedelta(0)))


def test_what_a_killed_writer_didn_t_come_to_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was killed after it had given the name: mode, durability of the name, the old name."""
    stored = put(b"x")
    path_of(stored).chmod(0o600)
    os.link(path_of(stored), part_of(stored.id))
    synced: list[str] = []
    real = kernel.sync_folder

    def sync_folder(folder: Path) -> None:
        synced.append(folder.name)
        real(folder)

    monkeypatch.setattr(kernel, "sync_folder", sync_folder)
    with transaction.atomic():
        storage.register(stored)
    assert path_of(stored).stat().st_mode & 0o777 == 0o400
    assert synced == [str(stored.id)[2:4], str(stored.id)[:2], "objects", "data"]
    assert files() == [path_of(stored)]


def test_bytes_that_are_gone_aren_t_registered() -> None:
    stored = put(b"x")
    path_of(stored).unlink()
    with pytest.raises(Missing), transaction.atomic():
        storage.register(stored)
    assert not StoredObject.objects.exists()


def test_bytes_that_were_cut_meanwhile_aren_t_registered() -> None:
    stored = put(content(1000))
    with tampering(path_of(stored)) as data:
        del data[-1]
    with pytest.raises(Damaged, match="1,105 bytes instead of 1,106"), transaction.atomic():
        storage.register(stored)


def test_nothing_is_registered_under_a_destroyed_key() -> None:
    stored = put(b"x")
    Epoch.objects.update(destroyed_at=timezone.now())
    with pytest.raises(KeyUnusable, match="was destroyed"), transaction.atomic():
        storage.register(stored)


def test_an_object_is_registered_once_and_a_handle_has_one_object() -> None:
    stored = put(b"x")
    with transaction.atomic():
        storage.register(stored)
    with pytest.raises(IntegrityError), transaction.atomic():
        storage.register(stored)
    other = replace(put(b"y"), handle=stored.handle)
    with pytest.raises(IntegrityError), transaction.atomic():
        storage.register(other)


@pytest.mark.parametrize("field", ["handle", "size", "stored_size", "sha256", "chunk_root", "stored_at"])
def test_the_database_refuses_to_change_a_row(field: str) -> None:
    obj = keep(b"x")
    value = {"handle": "f" * 32, "sha256": bytes(32), "chunk_root": bytes(32), "stored_at": timezone.now()}.get(
        field, 7
    )
    with pytest.raises(DatabaseError, match="write-once: only its key"), transaction.atomic():
        StoredObject.objects.filter(id=obj.id).update(**{field: value})


def test_the_database_refuses_to_delete_a_row() -> None:
    obj = keep(b"x")
    with pytest.raises(DatabaseError, match="write-once: its row is never deleted"), transaction.atomic():
        obj.delete()
    assert files() == [path_of(obj)]


def test_a_key_may_be_wrapped_anew_where_the_session_says_so() -> None:
    obj = keep(b"x")
    with connection.cursor() as cursor:
        cursor.execute("select set_config('plainview.rewrap', %s, true)", [str(obj.id)])
    assert StoredObject.objects.filter(id=obj.id).update(wrapped_key=bytes(40)) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_sweeps_away_what_is_being_registered() -> None:
    stored = put(content(100))
    swept: list[bool] = []

    def sweep() -> None:
        swept.append(storage.discard_unregistered(stored.id))
        connection.close()

    with transaction.atomic():
        storage.register(stored)  # not committed: no other connection sees the row
        sweeper = Thread(target=sweep)
        sweeper.start()
        sweeper.join()
    assert swept == [False]
    assert read(stored) == content(100)


@pytest.mark.django_db(transaction=True)
def test_what_is_being_swept_isn_t_registered() -> None:
    stored = put(content(100))
    problems: list[Exception] = []

    def register() -> None:
        try:
            with transaction.atomic():
                storage.register(stored)
        except Missing as problem:
            problems.append(problem)
        finally:
            connection.close()

    with transaction.atomic():
        assert storage.discard_unregistered(stored.id)
        late = Thread(target=register)
        late.start()
        time.sleep(0.1)
        assert not problems  # it waits for the sweep's transaction
    late.join()
    assert len(problems) == 1
    assert not StoredObject.objects.exists()
