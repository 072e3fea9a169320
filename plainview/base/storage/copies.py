"""Moving bytes from shelf to shelf, one object at a time: copied, read back from the new place, then noted.

A row in `Copy` comes before the first byte, so that whatever a killed process leaves is explained. Nothing here removes
bytes unless another shelf has them whole, compared with the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.storage import shelves
from plainview.base.storage.direct import aligned
from plainview.base.storage.errors import Damaged, Missing, NotAllowed, StorageError
from plainview.base.storage.locking import lock_until_commit, locked
from plainview.base.storage.models import Copy, StoredObject
from plainview.base.storage.reader import check
from plainview.base.storage.shelf import Published

PIECE = 4 << 20
ATTEMPTS = 2


def expect_copies(to: str, limit: int) -> list[UUID]:
    """Notes that the next objects will come to a shelf; returns all that are to be copied now, at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPECT, {"to": to, "limit": limit, "now": timezone.now()})
    waiting = Copy.objects.filter(shelf=to, state=Copy.State.COMING).order_by("object_id")
    return list(waiting.values_list("object_id", flat=True)[:limit])


def copy(object_id: UUID, to: str) -> tuple[str, int]:
    """Copies one object to a shelf, reads it back from there and compares; returns the copy's state and the bytes.

    Tries twice; a copy that is bad then is removed and noted as bad, with what was wrong. The source is never touched.
    Returns ("gone", 0) where the object was destroyed meanwhile.
    """
    with locked(object_id):
        obj = StoredObject.objects.get(id=object_id)
        noted = Copy.objects.filter(object=obj, shelf=to)
        if obj.destroyed_at is not None:
            shelves.shelf(to).expunge(object_id)
            noted.delete()
            return "gone", 0
        says = _copy_and_compare(obj, to)
        if says:
            noted.update(state=Copy.State.BAD, says=says)
            return Copy.State.BAD, 0
        noted.update(state=Copy.State.GOOD, verified_at=timezone.now(), sha256=bytes(obj.sha256), says="")
        return Copy.State.GOOD, obj.stored_size


def try_again(to: str) -> int:
    """Lets bad copies be tried once more; returns how many."""
    return Copy.objects.filter(shelf=to, state=Copy.State.BAD).update(state=Copy.State.COMING)


def switch(object_id: UUID, to: str) -> bool:
    """Makes a good copy the place where an object lies; the old bytes are then free to go. Returns whether it did.

    Raises NotAllowed where the copy isn't what was compared: the old bytes stay.
    """
    with transaction.atomic():
        lock_until_commit(object_id, wait=True)
        obj = StoredObject.objects.select_for_update().get(id=object_id)
        if obj.destroyed_at is not None or obj.shelf == to:
            return False
        _require_good(obj, to)
        Copy.objects.filter(object=obj, shelf=to).delete()
        Copy.objects.create(object=obj, shelf=obj.shelf, state=Copy.State.LEAVING)
        StoredObject.objects.filter(id=object_id).update(shelf=to)
    return True


def drop(object_id: UUID, shelf: str) -> int:
    """Removes the bytes that an object has left behind; returns how many. Never those where it lies."""
    with transaction.atomic():
        lock_until_commit(object_id, wait=True)
        obj = StoredObject.objects.select_for_update().get(id=object_id)
        leaving = Copy.objects.filter(object=obj, shelf=shelf, state=Copy.State.LEAVING)
        if obj.shelf == shelf or not leaving.exists():
            raise NotAllowed(f"object {object_id} lies on the shelf {shelf}; nothing was removed")
        if obj.destroyed_at is None and shelves.shelf(obj.shelf).confirm(object_id) != obj.stored_size:
            raise NotAllowed(f"object {object_id} isn't whole on the shelf {obj.shelf}; nothing was removed")
        came = shelves.shelf(shelf).expunge(object_id)
        if came.left:
            raise StorageError(f"the shelf {shelf} still lists {', '.join(came.left)}")
        leaving.delete()
        return obj.stored_size if came.removed else 0


def _require_good(obj: StoredObject, to: str) -> None:
    noted = Copy.objects.filter(object=obj, shelf=to, state=Copy.State.GOOD).first()
    if noted is None or noted.sha256 is None or bytes(noted.sha256) != bytes(obj.sha256):
        raise NotAllowed(f"object {obj.id} has no copy on the shelf {to} that was read back and compared")
    try:
        size = shelves.shelf(to).confirm(obj.id)
    except Missing as problem:
        raise NotAllowed(f"the copy of object {obj.id} on the shelf {to} is gone: {problem}") from problem
    if size != obj.stored_size:
        raise NotAllowed(f"the copy of object {obj.id} on the shelf {to} has {size:,} bytes, not {obj.stored_size:,}")


def _copy_and_compare(obj: StoredObject, to: str) -> str:
    """Returns what is wrong after the last attempt, empty where the copy is good."""
    says = ""
    for _ in range(ATTEMPTS):
        try:
            _copy(obj, to)
            check(obj, on=to)
            return ""
        except (Damaged, Missing) as problem:
            says = str(problem)
            shelves.shelf(to).expunge(obj.id)
    return f"{says}. {_of_the_source(obj)}"


def _of_the_source(obj: StoredObject) -> str:
    try:
        check(obj, on=obj.shelf)
    except StorageError as problem:
        return f"The source on the shelf {obj.shelf} is bad itself: {problem}"
    return f"The source on the shelf {obj.shelf} is whole and stays."


def _copy(obj: StoredObject, to: str) -> None:
    """Writes the ciphertext as it is, unless a killed process had come to the end of it."""
    target = shelves.shelf(to)
    if target.holds(obj.id):
        return
    target.remove_part(obj.id)
    source = shelves.shelf(obj.shelf).open(obj.id)
    try:
        part = target.begin(obj.id, obj.stored_size)
        try:
            for piece in _pieces(source):
                part.append(piece)
            part.sync()
            part.publish()
        except BaseException:
            part.discard()
            raise
        part.close()
    finally:
        source.close()


def _pieces(source: Published) -> Iterator[memoryview]:
    buffer = aligned(PIECE)
    return (source.from_disk(at, min(PIECE, source.size - at), buffer) for at in range(0, source.size, PIECE))


_EXPECT = """
insert into storage_copy (object_id, shelf, state, begun_at, says)
select o.id, %(to)s, 'coming', %(now)s, '' from storage_storedobject o
where o.destroyed_at is null and o.shelf <> %(to)s
  and not exists (select from storage_copy c where c.object_id = o.id and c.shelf = %(to)s)
order by o.id limit %(limit)s
on conflict do nothing"""
