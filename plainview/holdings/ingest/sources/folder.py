"""Door: folders that are watched, for docks and cameras that mount as disks.

A file is taken when it has been still for a while and nobody writes it. It gets a receipt beside it, and is never
moved, changed or deleted by us. What was taken is known from the database, so a restart takes nothing twice.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest import names, receipts, sweep
from plainview.holdings.ingest.alone import alone
from plainview.holdings.ingest.models import Arrival, Door
from plainview.holdings.ingest.patience import DatabaseAwayError, patiently
from plainview.holdings.ingest.reception import NO_CLAIMS
from plainview.holdings.ingest.sources.beside import put_beside
from plainview.holdings.ingest.sources.command import Batch, Line, Progress
from plainview.holdings.ingest.sources.earlier import find_earlier
from plainview.holdings.ingest.sources.reading import Identity, SourceError, identity_of
from plainview.holdings.ingest.sources.walk import Found, walk
from plainview.holdings.ingest.sources.writers import open_for_writing

log = logging.getLogger(__name__)
ACTOR = "system:watch"
DATABASE_TROUBLE = (DatabaseAwayError, DatabaseError, InterfaceError)
SETTLE = 10.0  # seconds
LOOK_AGAIN = 2.0  # seconds between two looks at the folders
FIRST_RETRY, LONGEST_RETRY = 30.0, 3600.0  # seconds before a file that failed is tried again
Say = Callable[[str], None]


@dataclass
class Seen:
    """What is known of one path while we watch."""

    identity: Identity
    since: float  # when it was first seen like this
    done: bool = False
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Watcher:
    """Looks at folders again and again; `step` is one look."""

    folders: list[str]
    claims: Claims = NO_CLAIMS
    settle: float = SETTLE
    say: Say = lambda text: None
    on_progress: Progress | None = None
    stopped: Callable[[], bool] = bool  # asked before each file
    _seen: dict[str, Seen] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def step(self) -> Iterator[Line]:
        """Takes what has become still and yields what became of it. Files that can't be taken now wait."""
        for folder in self.folders:
            with alone(f"watch {Path(folder).resolve()}") as mine:
                if mine and self._is_there(folder):
                    yield from self._take(self._ready(folder))

    def unsettled(self) -> list[str]:
        """Returns the files that are seen and not taken: still changing, or failed."""
        return sorted(path for path, seen in self._seen.items() if not seen.done)

    def _is_there(self, folder: str) -> bool:
        there = Path(folder).is_dir()
        if not there:
            self._tell(f"{folder} is not there; waiting for it")
            self._forget(folder, set())
        else:
            self._told.discard(f"{folder} is not there; waiting for it")
        return there

    def _ready(self, folder: str) -> list[str]:
        """Returns the files under a folder that are still, that nobody writes, and that we have not dealt with."""
        now, there, still = time.monotonic(), set(), []
        for found in walk([folder]):
            if not isinstance(found, Found):
                if found.failed:
                    self._tell(f"{names.on_screen(found.path)}: {found.why}")
                continue
            if names.partial(found.path):
                continue
            seen = self._look(found.path, now)
            if seen is None:
                continue
            there.add(found.path)
            if not seen.done and now >= seen.not_before and now - seen.since >= self.settle:
                still.append(found.path)
        self._forget(folder, there)
        return self._after_footage(self._not_being_written(still, now), there)

    def _look(self, path: str, now: float) -> Seen | None:
        try:
            identity = identity_of(os.lstat(path))
        except OSError:
            return None  # gone again
        seen = self._seen.get(path)
        if seen is None or seen.identity != identity:
            seen = self._seen[path] = Seen(identity, now)
        return seen

    def _forget(self, folder: str, there: set[str]) -> None:
        inside = f"{folder.rstrip(os.sep)}{os.sep}"
        for path in [p for p in self._seen if p.startswith(inside) and p not in there]:
            del self._seen[path]

    def _not_being_written(self, paths: list[str], now: float) -> list[str]:
        inodes = {p: (self._seen[p].identity["device"], self._seen[p].identity["inode"]) for p in paths}
        written = open_for_writing(inodes.values())
        for path in paths:
            if inodes[path] in written:
                self._seen[path].since = now
        return [p for p in paths if inodes[p] not in written]

    def _after_footage(self, ready: list[str], there: set[str]) -> list[str]:
        """Leaves out what belongs to footage that is still on its way: it would find no recording to join."""
        coming = {
            _stem(path)
            for path in there.difference(ready)
            if not names.comes_after_footage(path) and not self._seen[path].done and not self._seen[path].failures
        }
        return [p for p in ready if not (names.comes_after_footage(p) and _stem(p) in coming)]

    def _take(self, paths: list[str]) -> Iterator[Line]:
        batch = Batch(self.claims, Door.FOLDER, ACTOR, self.on_progress)
        for line in batch.take(self._new(paths)):
            yield self._settled(line)

    def _new(self, paths: Iterable[str]) -> Iterator[str]:
        """Passes on what was not taken before; gives receipts to what was and has none."""
        for path in paths:
            if self.stopped():
                return
            try:
                earlier = patiently(lambda path=path: find_earlier(path, self._seen[path].identity))  # type: ignore[misc]
            except (SourceError, DatabaseAwayError) as problem:
                self._failed(path, str(problem))
                continue
            if earlier.taken is not None:
                self._again(path, earlier.taken)
            elif not earlier.under_way:
                yield path

    def _again(self, path: str, arrival: Arrival) -> None:
        if not arrival.receipt:
            outcome = receipts.acknowledge([arrival])[0]
            if not outcome.taken:
                return self._failed(path, outcome.reason)
        self._beside(path, receipts.file_of(arrival))
        self._seen[path].done = True
        return None

    def _settled(self, line: Line) -> Line:
        outcome = line.outcome
        if not outcome.taken or outcome.receipt is None:
            self._failed(line.path, outcome.reason)
            return line
        if line.path in self._seen:
            self._seen[line.path].done = True
        return Line(line.path, replace(outcome, receipt=self._beside(line.path, outcome.receipt)))

    def _failed(self, path: str, reason: str) -> None:
        seen = self._seen.get(path)
        if seen is not None:
            seen.failures += 1
            pause = min(FIRST_RETRY * 2 ** (seen.failures - 1), LONGEST_RETRY)
            seen.not_before = time.monotonic() + pause
        self._tell(f"{names.on_screen(path)}: {reason}")

    def _beside(self, path: str, receipt: Path) -> Path:
        try:
            return Path(put_beside(path, receipt))
        except OSError as problem:
            why = problem.strerror or str(problem)
            self._tell(f"{names.on_screen(path)}: no receipt can be put beside it ({why}); it is {receipt}")
            return receipt

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self.say(text)


def _stem(path: str) -> str:
    return path.rpartition(".")[0]


def run(
    watcher: Watcher, stop: threading.Event, each: Callable[[Line], None], rest: Callable[[], None] = lambda: None
) -> None:
    """Watches until told to stop; outlasts a database that is away, disks that are pulled out, whatever else happens.

    Told to stop, it finishes the file in hand. Calls `each` with every file that was taken, `rest` after every look.
    """
    watcher.stopped = stop.is_set
    swept, failures = False, 0
    while not stop.is_set():
        try:
            if not swept:
                sweep.sweep_arrivals(sweep.GRACE)
                swept = True
            for line in watcher.step():
                each(line)
            rest()
            failures = 0
        except Exception as problem:  # whatever it is, the loop has to be there when it is over
            failures = min(failures + 1, 6)
            log.error("watching stands still: %s", problem, exc_info=not isinstance(problem, DATABASE_TROUBLE))
            watcher.say(f"trouble: {problem}; trying again")
            connection.close()
        stop.wait(LOOK_AGAIN * 2**failures)
    connection.close()


def log_line(line: Line) -> None:
    """Logs what became of a file."""
    log.info("%s: %s %s", line.outcome.status, names.on_screen(line.path), line.outcome.reason)
