"""One sweep and one move at a time, each by PostgreSQL's advisory lock: who is killed loses it with the session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

SWEEP = 0x626F6F6B73
MOVE = 0x6D6F7665


@contextmanager
def alone(number: int) -> Iterator[bool]:
    """Holds the lock, or says that another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            _release(number)


def _release(number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [number])
    except (DatabaseError, InterfaceError):
        connection.close()  # the lock ends with the session
