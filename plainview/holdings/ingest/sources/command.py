"""Door: files and folders named on a command line, or found by the watcher, taken one after the other.

They are acknowledged together, about once a second: checkpoints of the log are a second apart, and one covers many.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest import origin, receipts, reception
from plainview.holdings.ingest.models import Arrival, Door
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.patience import DatabaseAwayError
from plainview.holdings.ingest.reception import NO_CLAIMS, Incoming, failed
from plainview.holdings.ingest.sources.reading import SourceError, SourceFile, name_of

ACTOR = "system:command"
TOGETHER_SECONDS = 1.0
TOGETHER_FILES = 64
NOT_TRIED = "Not tried: the database is away. Take the file again once it is back."


@dataclass(frozen=True)
class Line:
    """What became of one path."""

    path: str
    outcome: Outcome


Progress = Callable[[str, int, int], None]  # path, bytes so far, bytes in all


@dataclass
class Batch:
    """Takes many files through one door, in order."""

    claims: Claims = NO_CLAIMS
    door: str = Door.COMMAND
    actor: str = ACTOR
    on_progress: Progress | None = None
    _waiting: list[tuple[str, Arrival | Outcome]] = field(default_factory=list)
    _since: float = 0.0
    _away: bool = False

    def take(self, paths: Iterable[str]) -> Iterator[Line]:
        """Yields what became of each file, once it is acknowledged or has failed, in the order of the paths."""
        try:
            for path in paths:
                if not self._waiting:
                    self._since = time.monotonic()
                self._waiting.append((path, self._one(path)))
                if len(self._waiting) >= TOGETHER_FILES or time.monotonic() - self._since >= TOGETHER_SECONDS:
                    yield from self._flush()
        except KeyboardInterrupt:  # what is registered by now is told before we go
            yield from self._flush()
            raise
        yield from self._flush()

    def _one(self, path: str) -> Arrival | Outcome:
        if self._away:  # one bounded wait is enough
            return failed(NOT_TRIED)
        try:
            with SourceFile(path) as source:
                return reception.take(self._incoming(path, source))
        except SourceError as problem:
            return failed(reception.in_words(problem))
        except DatabaseAwayError as problem:
            self._away = True
            return failed(reception.in_words(problem))

    def _incoming(self, path: str, source: SourceFile) -> Incoming:
        report = self.on_progress
        return Incoming(
            stream=source,
            name=name_of(path),
            door=self.door,
            actor=self.actor,
            claims=self.claims,
            origin=origin.of_path(path, source.identity),
            size=source.size,
            changed=source.changed,
            on_progress=(lambda done: report(path, done, source.size)) if report else None,
        )

    def _flush(self) -> Iterator[Line]:
        waiting, self._waiting = self._waiting, []
        arrivals = [each for _, each in waiting if isinstance(each, Arrival)]
        acknowledged = dict(zip((a.pk for a in arrivals), receipts.acknowledge(arrivals), strict=True))
        for path, each in waiting:
            yield Line(path, acknowledged[each.pk] if isinstance(each, Arrival) else each)
