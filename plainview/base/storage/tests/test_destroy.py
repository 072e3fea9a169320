"""destroy(): only by an order of the same transaction, never by halves, and nothing of it is left on any shelf."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from plainview.base.storage import actions as storage
from plainview.base.storage import destruction, epochs, keys, shelves
from plainview.base.storage.errors import Destroyed, KeyUnusable, Missing, NotAllowed
from plainview.base.storage.models import Copy, Destruction, Epoch, StoredObject
from plainview.base.storage.shelves import NoSuchShelf
from plainview.base.storage.tests.making import content, files, keep, path_of, put, read

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = "ab" * 16


def order_and_destroy(*objects: StoredObject) -> None:
    with transaction.atomic():
        storage.authorize_destruction([obj.id for obj in objects], ORDER)
        for obj in objects:
            storage.destroy(obj.id, ORDER)


def test_the_key_goes_with_the_transaction_and_the_bytes_after_it() -> None:
    obj = keep(content(100))
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
        storage.destroy(obj.id, ORDER)
        assert path_of(obj).exists()  # could still be rolled back
    assert files() == []
    row = StoredObject.objects.get(id=obj.id)
    assert (bytes(row.wrapped_key), row.order, row.size, row.sha256 == obj.sha256) == (b"", ORDER, 100, True)
    assert row.unlinked_at
    assert row.found == {"data": {"removed": 1, "other_names": 0, "left": []}}


def test_what_is_rolled_back_was_never_destroyed() -> None:
    obj = keep(content(100))
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
        storage.destroy(obj.id, ORDER)
        transaction.set_rollback(True)  # a hold was placed a moment ago
    assert read(StoredObject.objects.get(id=obj.id)) == content(100)


def test_reading_says_plainly_that_it_was_destroyed() -> None:
    obj = keep(b"x")
    order_and_destroy(obj)
    for row in (StoredObject.objects.get(id=obj.id), obj):  # also one that was fetched before
        with pytest.raises(Destroyed, match=f"was destroyed on .*, by the order {ORDER}; nothing brings it back"):
            storage.open_object(row)


def test_without_an_order_nothing_is_destroyed() -> None:
    obj = keep(b"x")
    with pytest.raises(NotAllowed, match="no order of this transaction"), transaction.atomic():
        storage.destroy(obj.id, ORDER)
    with pytest.raises(NotAllowed, match="belongs into the transaction"):
        storage.destroy(obj.id, ORDER)


def test_an_order_counts_in_its_own_transaction_only_and_for_its_own_objects() -> None:
    obj, other = keep(b"x"), keep(b"y")
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
    with pytest.raises(NotAllowed), transaction.atomic():
        storage.destroy(obj.id, ORDER)
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
        with pytest.raises(NotAllowed):
            storage.destroy(other.id, ORDER)
        with pytest.raises(NotAllowed):
            storage.destroy(obj.id, "cd" * 16)


@pytest.mark.parametrize(
    "change",
    [
        "wrapped_key = ''",
        "wrapped_key = decode(repeat('00', 40), 'hex')",
        "destroyed_at = now(), wrapped_key = ''",
        "destroyed_at = now(), wrapped_key = '', \"order\" = repeat('ab', 16)",
        "unlinked_at = now()",
        "found = '{}'",
    ],
)
def test_psql_can_t_take_the_key_away(change: str) -> None:
    obj = keep(b"x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update storage_storedobject set {change} where id = %s", [obj.id])
    assert read(StoredObject.objects.get(id=obj.id)) == b"x"


def test_an_old_order_can_t_be_made_one_of_today() -> None:
    obj = keep(b"x")
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
    for statement in (
        "update storage_destruction set authorized_in = pg_current_xact_id()::text",
        "delete from storage_destruction",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Destruction.objects.count() == 1


def test_what_is_destroyed_stays_as_it_is() -> None:
    obj = keep(b"x")
    order_and_destroy(obj)
    changes: tuple[dict[str, Any], ...] = (
        {"destroyed_at": None},
        {"wrapped_key": bytes(40)},
        {"order": "cd" * 16},
        {"unlinked_at": None},
        {"found": {}},
        {"shelf": "else"},
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="its row stays"), transaction.atomic():
            StoredObject.objects.filter(id=obj.id).update(**change)
    with pytest.raises(Destroyed, match="already"):
        order_and_destroy(obj)


def test_what_isn_t_there_can_t_be_destroyed() -> None:
    obj = keep(b"x")
    with transaction.atomic():
        storage.authorize_destruction([obj.id], ORDER)
        with pytest.raises(Missing, match="nothing was destroyed"):
            storage.destroy_many([obj.id, uuid4()], ORDER)
    assert read(obj) == b"x"


def test_every_copy_on_every_shelf_goes(settings: Settings, tmp_path: Path) -> None:
    obj = keep(b"x")
    settings.SHELVES = f"second={tmp_path / 'second'}"
    Copy.objects.create(object=obj, shelf="second", state=Copy.State.COMING)
    from plainview.base.storage import copies

    assert copies.copy(obj.id, "second")[0] == Copy.State.GOOD
    order_and_destroy(obj)
    assert not list(tmp_path.rglob(f"{obj.id}*"))
    found: Any = StoredObject.objects.get(id=obj.id).found
    assert {name: found[name]["removed"] for name in found} == {"data": 1, "second": 1}
    assert not Copy.objects.exists()


def test_a_further_name_of_the_bytes_is_told(tmp_path: Path) -> None:
    obj = keep(b"x")
    (tmp_path / "elsewhere").hardlink_to(path_of(obj))
    order_and_destroy(obj)
    found: Any = StoredObject.objects.get(id=obj.id).found
    assert found["data"]["other_names"] == 1


def test_who_was_killed_before_unlinking_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    obj = keep(b"x")
    monkeypatch.setattr(destruction, "_unlink_now", lambda ids: None)
    order_and_destroy(obj)
    assert path_of(obj).exists()
    assert storage.finish_destructions() == []
    assert files() == []
    assert StoredObject.objects.get(id=obj.id).unlinked_at


def test_a_disk_that_is_away_keeps_it_open(settings: Settings, tmp_path: Path) -> None:
    obj = keep(b"x")
    Copy.objects.create(object=obj, shelf="away", state=Copy.State.GOOD)
    settings.SHELVES = f"away={tmp_path / 'away'}"
    order_and_destroy(obj)
    (problem,) = storage.finish_destructions()
    assert "is the disk mounted?" in problem
    assert StoredObject.objects.get(id=obj.id).unlinked_at is None
    settings.SHELVES = ""
    with pytest.raises(NoSuchShelf, match="nothing says where the shelf 'away' lies"):
        shelves.shelf("away")
    assert "PLAINVIEW_SHELVES=away=" in storage.finish_destructions()[0]


def test_an_epoch_ends_with_its_last_object(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = keep(b"x"), keep(b"y")
    name = first.epoch_id
    path = keys.folder() / f"{name}.key"
    later(monkeypatch)
    order_and_destroy(first)
    with pytest.raises(NotAllowed, match="still has 1 objects"):
        storage.close_epoch(name)
    order_and_destroy(second)
    assert storage.close_epoch(name).destroyed_at
    assert not path.exists()
    assert Epoch.objects.get(name=name).key_gone_at
    assert storage.finish_closings() == []


def test_a_month_that_isn_t_over_keeps_its_key() -> None:
    obj = keep(b"x")
    order_and_destroy(obj)
    with pytest.raises(NotAllowed, match="isn't over"):
        storage.close_epoch(obj.epoch_id)


def test_who_was_killed_before_the_key_was_removed_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    obj = keep(b"x")
    order_and_destroy(obj)
    later(monkeypatch)
    shred = epochs._shred
    monkeypatch.setattr(epochs, "_shred", lambda name: None)
    storage.close_epoch(obj.epoch_id)
    monkeypatch.setattr(epochs, "_shred", shred)
    assert (keys.folder() / f"{obj.epoch_id}.key").exists()
    assert storage.finish_closings() == [obj.epoch_id]
    assert not (keys.folder() / f"{obj.epoch_id}.key").exists()


def test_psql_can_t_end_an_epoch_that_is_needed() -> None:
    keep(b"x")
    with pytest.raises(DatabaseError, match="living objects need its key"), transaction.atomic():
        Epoch.objects.update(destroyed_at=datetime.now(UTC))


def test_nothing_new_goes_into_an_epoch_that_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    obj, late = keep(b"x"), put(b"y")
    order_and_destroy(obj)
    later(monkeypatch)
    storage.close_epoch(obj.epoch_id)
    with pytest.raises(KeyUnusable), transaction.atomic():
        storage.register(late)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the month pass, for the closing alone."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls(2100, 1, 1, tzinfo=tz)

    monkeypatch.setattr(epochs, "datetime", Later)
