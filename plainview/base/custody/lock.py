"""One sequencer at a time, by PostgreSQL's advisory lock: the lease of a process that dies ends with its session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

LOCK = 0x706C61696E  # any number, as long as nobody else in this database uses it


@contextmanager
def only_one() -> Iterator[bool]:
    """Holds the sequencer's lock, or says that another session has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            _release()


def _release() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
    except (DatabaseError, InterfaceError):
        connection.close()  # the lock ends with the session
