"""Goes on when the database comes back within a bounded time; ends clearly when it doesn't."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

Result = TypeVar("Result")
FIRST_PAUSE = 0.1  # seconds; doubled up to the longest
LONGEST_PAUSE = 2.0


class DatabaseAwayError(Exception):
    """The database did not come back in time. Nothing was acknowledged."""


def patiently(act: Callable[[], Result], within: float | None = None) -> Result:
    """Calls `act`, again and again while the database is away, for at most `within` seconds.

    Without `within` that is `PLAINVIEW_PATIENCE`, 30 seconds by default.

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
                raise away(problem) from problem
        connection.close()
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def let_go() -> None:
    """Gives this thread's connection back for as long as it doesn't need one; the next question opens another."""
    if not connection.in_atomic_block:
        connection.close()


def away(problem: Exception) -> DatabaseAwayError:
    """Returns the problem as a database that is away, on one line."""
    return DatabaseAwayError(" ".join(str(problem).split()) or type(problem).__name__)


def _patience() -> float:
    return float(os.environ.get("PLAINVIEW_PATIENCE") or 30)
