"""Waiting for a real server and what it still does."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection


def wait_for(found: Callable[[], bool], seconds: float = 30) -> None:
    """Waits until it is so, for at most so many seconds."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"did not happen within {seconds:g} seconds"
        time.sleep(0.05)


def server_is_idle() -> bool:
    """Whether no thread of the test's server holds a connection any more: the tables are emptied after the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
            "and backend_type = 'client backend'"
        )
        return bool(cursor.fetchone()[0] == 0)
