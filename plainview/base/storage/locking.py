"""One object, one at a time: registering, sweeping, copying and destroying exclude each other by its advisory lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection


def lock_until_commit(object_id: UUID, *, wait: bool) -> bool:
    """Locks an object until the transaction ends; returns whether it did, always where it waits."""
    name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"select {name}(%s)", [_number(object_id)])
        return wait or bool(cursor.fetchone()[0])


def lock_many_until_commit(object_ids: Sequence[UUID]) -> list[UUID]:
    """Locks as many of the objects as nobody else holds, without waiting; returns those."""
    numbers = [_number(each) for each in object_ids]
    with connection.cursor() as cursor:
        cursor.execute("select n, pg_try_advisory_xact_lock(n) from unnest(%s::bigint[]) n", [numbers])
        got = {n for n, locked in cursor.fetchall() if locked}
    return [each for each, number in zip(object_ids, numbers, strict=True) if number in got]


@contextmanager
def locked(object_id: UUID) -> Iterator[None]:
    """Holds an object's lock outside of any transaction. One that is killed loses it with its session."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_number(object_id)])
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [_number(object_id)])
        except (DatabaseError, InterfaceError):
            connection.close()  # the lock ends with the session


def _number(object_id: UUID) -> int:
    return int.from_bytes(object_id.bytes[:8], "big", signed=True)
