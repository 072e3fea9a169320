"""Storing and removing bytes. What `put` returns is no original yet: `register` makes it one, inside a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from django.db import connection, transaction

from plainview.base.storage import keys
from plainview.base.storage.destruction import authorize_destruction, destroy, destroy_many, finish_destructions
from plainview.base.storage.epochs import close_epoch, finish_closings
from plainview.base.storage.errors import Damaged
from plainview.base.storage.leftovers import Leftover, leftovers
from plainview.base.storage.locking import lock_until_commit
from plainview.base.storage.models import StoredObject
from plainview.base.storage.reader import Reader, check, open_object
from plainview.base.storage.shelves import names, shelf
from plainview.base.storage.stored import Stored
from plainview.base.storage.writer import Writer

__all__ = [
    "Leftover",
    "Reader",
    "Stored",
    "Writer",
    "authorize_destruction",
    "check",
    "close_epoch",
    "destroy",
    "destroy_many",
    "discard_unregistered",
    "finish_closings",
    "finish_destructions",
    "leftovers",
    "open_object",
    "put",
    "register",
]


def put(
    stream: BinaryIO,
    *,
    handle: str,
    agency: str,
    size_hint: int | None = None,
    on_progress: Callable[[int], None] | None = None,
    expected_size: int | None = None,
    expected_sha256: bytes | None = None,
) -> Stored:
    """Stores a stream as the bytes of the item `handle`: encrypted, durable, read back from the disk and compared.

    `size_hint` is only for finding early that there is no room; `expected_size` and `expected_sha256` are compared.
    `on_progress` is told how many bytes were taken so far. On any failure nothing is kept. Raises NoRoom, Truncated,
    WrongHash, Damaged, KeyUnusable, and whatever the stream raises.
    """
    writer = Writer.begin(handle=handle, agency=agency, size_hint=size_hint if expected_size is None else expected_size)
    try:
        writer.receive(stream, on_progress)
        return writer.finish(expected_sha256, expected_size)
    except BaseException:
        writer.discard()
        raise


def register(stored: Stored) -> StoredObject:
    """Makes stored bytes an original: creates the row, in the caller's transaction. Raises Missing, Damaged."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("register() belongs into the transaction of what it is stored for")
    lock_until_commit(stored.id, wait=True)
    size = shelf(stored.shelf).confirm(stored.id)
    if size != stored.stored_size:
        raise Damaged(f"object {stored.id} has {size:,} bytes instead of {stored.stored_size:,}")
    return StoredObject.objects.create(
        id=stored.id,
        handle=stored.handle,
        epoch=keys.record_epoch(stored.epoch),
        wrapped_key=stored.wrapped_key,
        size=stored.size,
        stored_size=stored.stored_size,
        sha256=stored.sha256,
        chunk_root=stored.chunk_root,
        shelf=stored.shelf,
    )


def discard_unregistered(object_id: UUID) -> bool:
    """Removes the bytes of an object or an upload that has no row; returns whether anything was removed.

    Never removes what has a row, what is being registered, or what somebody is writing.
    """
    with transaction.atomic():
        if not lock_until_commit(object_id, wait=False):
            return False
        if StoredObject.objects.filter(id=object_id).exists():
            for name in names():
                shelf(name).tidy(object_id)
            return False
        removed = [shelf(name).remove(object_id) for name in names()]
        return any(removed)
