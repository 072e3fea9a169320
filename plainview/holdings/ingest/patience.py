"""Goes on when the database comes back within a bounded time; ends clearly when it doesn't."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

Result = TypeVar("Result")
FIRST_PAUSE = 0.1  # seconds; doubled up to the longest
LONGEST_PAUSE = 2.0


class DatabaseAwayError(Exception):
    """The database did not come back in time. Nothing was acknowledged."""


def patiently(act: Callable[[], Result], within: float | None = None) -> Result:
    """Calls `act`, again and again while the database is away, for at most `within` seconds (30 by default).

    `act` must be safe to repeat: a connection that is lost while committing leaves open whether it did.
    Inside a transaction of the caller it is called once: that transaction is lost anyhow.

    Raises:
        DatabaseAwayError: it did not come back.
    """
    limit = time.monotonic() + (_patience() if within is None else within)
    pause = FIRST_PAUSE
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError) as problem:
            if connection.in_atomic_block or time.monotonic() + pause > limit:
                raise DatabaseAwayError(" ".join(str(problem).split()) or type(problem).__name__) from problem
        connection.close()
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _patience() -> float:
    return float(getattr(settings, "INGEST_PATIENCE_SECONDS", 30.0))
