"""The only end of bytes. A row in `Destruction`, written in the same transaction, is what allows it.

Two steps, so that whatever is killed in between goes on: the transaction takes the key out of the row; after it has
committed the ciphertext is unlinked on every shelf, and the listing looked at. Who was killed before the second is
found by `finish_destructions`. No clock has a say in any of it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.storage import shelves
from plainview.base.storage.errors import Destroyed, Missing, NotAllowed, StorageError
from plainview.base.storage.locking import lock_many_until_commit, lock_until_commit
from plainview.base.storage.models import Copy, Destruction, StoredObject
from plainview.ledger.canonical import Json

log = logging.getLogger(__name__)
_UNLINKED = """
update storage_storedobject o set unlinked_at = %s, found = n.found::jsonb
from unnest(%s::uuid[], %s::text[]) n (id, found) where o.id = n.id"""
AT_ONCE = 500  # objects that are unlinked in one transaction


def authorize_destruction(object_ids: Iterable[UUID], order_handle: str) -> int:
    """Lets `destroy` destroy these objects before this transaction ends. Returns how many.

    `order_handle` is the item whose history tells why: the disposal. Raises NotAllowed outside of a transaction.
    """
    _require_transaction()
    if len(order_handle) != 32:
        raise NotAllowed(f"{order_handle!r} is no handle of an order: 32 hex digits")
    rows = [Destruction(object_id=each, order=order_handle) for each in object_ids]
    return len(Destruction.objects.bulk_create(rows, batch_size=1000))


def destroy(object_id: UUID, order_handle: str) -> StoredObject:
    """Takes an object's key out of its row, in the caller's transaction; its ciphertext goes once that has committed.

    Returns the row. Raises NotAllowed without an `authorize_destruction` of this transaction, Destroyed for what is
    destroyed already, Missing where there is no such object.
    """
    return destroy_many([object_id], order_handle)[0]


def destroy_many(object_ids: Iterable[UUID], order_handle: str) -> list[StoredObject]:
    """Destroys many objects in a handful of statements; all or none. Otherwise as `destroy`."""
    _require_transaction()
    wanted = set(object_ids)
    rows = list(StoredObject.objects.select_for_update().filter(id__in=wanted).order_by("id"))
    _require_living(rows, wanted)
    _require_order(wanted, order_handle)
    now = timezone.now()
    ids = [row.id for row in rows]
    StoredObject.objects.filter(id__in=ids).update(wrapped_key=b"", destroyed_at=now, order=order_handle)
    for row in rows:
        row.wrapped_key, row.destroyed_at, row.order = b"", now, order_handle
    transaction.on_commit(partial(_unlink_now, ids), robust=True)
    return rows


def finish_destructions(limit: int | None = None) -> list[str]:
    """Unlinks what destroyed objects left on any shelf; returns what stands in the way, one sentence each."""
    waiting = StoredObject.objects.filter(destroyed_at__isnull=False, unlinked_at=None).order_by("destroyed_at")
    ids = list(waiting.values_list("id", flat=True)[:limit])
    return [each for n in range(0, len(ids), AT_ONCE) for each in unlink_many(ids[n : n + AT_ONCE])]


def unlink(object_id: UUID) -> bool:
    """Removes a destroyed object's ciphertext from every shelf and notes what the listing showed; True once done.

    False while another process holds the object. Safe to call again. Raises StorageError where a shelf that should
    have it can't be reached, or still lists something.
    """
    with transaction.atomic():
        if not lock_until_commit(object_id, wait=False):
            return False
        row = StoredObject.objects.select_for_update().get(id=object_id)
        if row.destroyed_at is None:
            raise NotAllowed(f"object {object_id} isn't destroyed; its bytes stay")
        found = _expunge_everywhere(row)
        if row.unlinked_at is None:
            StoredObject.objects.filter(id=object_id).update(unlinked_at=timezone.now(), found=found)
        Copy.objects.filter(object_id=object_id).delete()
    return True


def _expunge_everywhere(row: StoredObject) -> dict[str, Json]:
    expected = {row.shelf, *(copy.shelf for copy in row.copies.all())}
    for name in expected:
        if not shelves.shelf(name).there():
            raise Missing(f"the shelf {name} ({shelves.folder_of(name)}) is away or empty; is the disk mounted?")
    found: dict[str, Json] = {}
    for name in shelves.names():
        came = shelves.shelf(name).expunge(row.id)
        if came.left:
            raise StorageError(f"the shelf {name} still lists {', '.join(came.left)}")
        if came.removed or name in expected:
            found[name] = {"removed": came.removed, "other_names": came.other_names, "left": []}
    return found


def _unlink_now(ids: list[UUID]) -> None:
    """Right after the commit; what fails here is left to `finish_destructions`."""
    for begin in range(0, len(ids), AT_ONCE):
        unlink_many(ids[begin : begin + AT_ONCE])


def unlink_many(ids: list[UUID]) -> list[str]:
    """Unlinks many destroyed objects with a handful of statements; returns what stands in the way, a sentence each."""
    problems = []
    with transaction.atomic():
        locked = lock_many_until_commit(ids)
        waiting = StoredObject.objects.filter(id__in=locked, destroyed_at__isnull=False, unlinked_at=None)
        rows = list(waiting.select_for_update().order_by("id").prefetch_related("copies"))
        done: dict[UUID, str] = {}
        for row in rows:
            try:
                done[row.id] = json.dumps(_expunge_everywhere(row))
            except (StorageError, OSError) as problem:
                problems.append(f"Object {row.id} is destroyed, but can't be unlinked everywhere: {problem}")
        with connection.cursor() as cursor:
            cursor.execute(_UNLINKED, [timezone.now(), list(done), list(done.values())])
        Copy.objects.filter(object__in=list(done)).delete()
    for each in problems:
        log.error("%s", each)
    return problems


def _require_living(rows: list[StoredObject], wanted: set[UUID]) -> None:
    missing = wanted - {row.id for row in rows}
    if missing:
        raise Missing(f"there is no object {min(missing)}; nothing was destroyed")
    for row in rows:
        if row.destroyed_at is not None:
            raise Destroyed(f"object {row.id} is destroyed already, by the order {row.order}")


def _require_order(wanted: set[UUID], order_handle: str) -> None:
    """Says plainly what the trigger would refuse anyway."""
    with connection.cursor() as cursor:
        cursor.execute(
            'select object_id from storage_destruction where object_id = any(%s) and "order" = %s '
            "and authorized_in = pg_current_xact_id()::text",
            [list(wanted), order_handle],
        )
        ordered = {row[0] for row in cursor.fetchall()}
    if wanted - ordered:
        raise NotAllowed(f"no order of this transaction allows object {min(wanted - ordered)} to be destroyed")


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise NotAllowed("destruction belongs into the transaction of the order that demands it")
