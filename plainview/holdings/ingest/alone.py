"""One process at a time does a certain thing, in the whole installation; the lock ends with the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Holds the lock of that name while a `with` block runs; yields False where somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [f"ingest/{what}"])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            _release(what)


def _release(what: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [f"ingest/{what}"])
    except (DatabaseError, InterfaceError):
        connection.close()  # the lock ends with the session
