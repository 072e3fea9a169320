"""The nightly sweep of the books: what was destroyed is finished, every object is listed, the books are struck, then as
much is read as the time allows, and history is checked. Killed at any moment, the next one goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from plainview.base.custody import sequencer
from plainview.base.custody.actions import in_transaction
from plainview.base.storage import actions as storage
from plainview.base.storage import destruction
from plainview.base.storage.errors import StorageError
from plainview.duties.retention.books import actions, alone, balance, history, listing, moving, reading
from plainview.duties.retention.books.models import Alarm, Book, Reading
from plainview.duties.retention.books.problem import Problem, What

BUDGET = 2 * 3600.0  # seconds of reading
Tell = Callable[[str, int, int], None]


class AtWork(RuntimeError):
    """Another process is sweeping."""


@dataclass
class Sweep:
    """How far this one is."""

    began: Any = field(default_factory=timezone.now)
    listed: int = 0
    read_items: int = 0
    read_bytes: int = 0
    findings: int = 0
    alarm: Alarm | None = None
    book: Book | None = None

    def found(self, problems: list[Problem]) -> None:
        """Alarms at once: whoever waits for the end of a sweep may be killed before it."""
        if problems:
            self.alarm, new = actions.raise_alarm(problems, self.alarm)
            self.findings += new

    def as_json(self) -> dict[str, Any]:
        """Returns it in plain JSON types."""
        book, alarms = self.book, Alarm.objects.filter(closed_at=None)
        return {
            "balanced": bool(book and book.balanced),
            "differences": book.differences if book else None,
            **{figure: getattr(book, figure) if book else None for figure in balance.FIGURES},
            "listed": self.listed,
            "read_items": self.read_items,
            "read_bytes": self.read_bytes,
            "unread": book.unread if book else None,
            "oldest_read": book.oldest_read.isoformat() if book and book.oldest_read else None,
            "findings": self.findings,
            "alarm": self.alarm.pk if self.alarm else None,
            "open_alarms": alarms.count(),
            "open_findings": sum(alarms.values_list("count", flat=True)),
        }


def sweep(budget: float = BUDGET, *, check_history: bool = True, tell: Tell | None = None) -> Sweep:
    """Does all of it; `budget` is for reading alone, in seconds. Raises AtWork where another process does it."""
    with alone.alone(alone.SWEEP) as held:
        if not held:
            raise AtWork("Another process is sweeping the books. It goes on; this one has nothing to do.")
        return _sweep(budget, check_history, tell or (lambda *_: None))


def _sweep(budget: float, check_history: bool, tell: Tell) -> Sweep:
    now = Sweep()
    now.found(_finish())
    _list(now, tell)
    struck = balance.strike()
    now.found(struck.problems)
    _read(now, budget, tell)
    if check_history:
        now.found(list(history.check_history(tell)))
    now.book = _keep(now, struck)
    settle()
    return now


def settle() -> None:
    """Puts what was noted into the log: no worker may be running."""
    if not in_transaction():
        sequencer.drain()


def _finish() -> list[Problem]:
    """Goes on with destructions and closings that a killed process left."""
    problems = [Problem(What.UNEXPECTED, f"unlink:{says[:60]}", says) for says in storage.finish_destructions()]
    storage.finish_closings()
    return problems


def _list(now: Sweep, tell: Tell) -> None:
    for number, (count, problems) in enumerate(listing.check_shelves(), 1):
        now.listed += count
        now.found(problems)
        _unlink_again(problems)
        tell("listing", min(number, len(listing.PREFIXES)), len(listing.PREFIXES))


def _unlink_again(problems: list[Problem]) -> None:
    """Ciphertext of a destroyed object that came back goes again, once it was told."""
    for each in problems:
        if each.what == What.UNEXPECTED and each.stored:
            try:
                destruction.unlink(each.stored)
            except (StorageError, OSError):
                continue  # it isn't destroyed, or can't be reached; the alarm says what is wrong


def _read(now: Sweep, budget: float, tell: Tell) -> None:
    reading.prepare()
    total = Reading.objects.count()
    for batch in reading.read(time.monotonic() + budget, now.began):
        with transaction.atomic():
            reading.note(batch)
            now.found(batch.problems)
        now.read_items += len(batch.ids)
        now.read_bytes += batch.size
        tell("reading", now.read_items, total)


def _keep(now: Sweep, struck: balance.Balance) -> Book:
    return actions.keep_book(
        struck,
        listed=now.listed,
        read_items=now.read_items,
        read_bytes=now.read_bytes,
        unread=Reading.objects.filter(read_at=None).count(),
        oldest_read=Reading.objects.aggregate(oldest=Min("read_at"))["oldest"],
        findings=now.findings,
        shelves=moving.status(),
    )
