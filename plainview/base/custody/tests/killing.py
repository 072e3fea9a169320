"""Kills the sequencer again and again while others write, then counts what became of every event.

A small round is in the suite (`test_kill.py`); `python -m tests.kill_sequencer --kills 100` does a bigger one.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from django.db import connection, connections, transaction

from plainview.base import custody
from plainview.base.custody import keys, moving, place, sequencer
from plainview.base.custody.audit import audit
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Leaf
from plainview.ledger.event import read_leaf

FORK = multiprocessing.get_context("fork")


@dataclass
class Count:
    """What was found after the killing."""

    kills: int = 0
    events: int = 0
    moved: int = 0  # by sequencers that were killed
    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    out_of_order: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong at all."""
        return not (self.lost or self.doubled or self.gaps or self.out_of_order or self.findings)


def kill_and_count(*, kills: int, writers: int, events: int, items: int = 6, seed: int = 1) -> Count:
    """Lets `writers` processes write `events` events each and kills the sequencer at random moments.

    The writers go on for as long as there is something left to kill.
    """
    keys.create()  # before anybody forks, so that all have the same log
    handles = [custody.open_item("file") for _ in range(items)]
    done = FORK.Event()
    crew = [_start(_write, handles, events, done, seed * 100 + i) for i in range(writers)]
    _kill(kills, random.Random(seed))
    moved = Leaf.objects.count()
    done.set()
    for each in crew:
        each.join(60)
    if any(each.exitcode for each in crew):
        raise RuntimeError("a writer failed")
    deadline = time.monotonic() + 60
    while sequencer.drain() or Event.objects.filter(place=None).exists():
        if time.monotonic() > deadline:
            break
    return _count(kills, moved)


def _start(target: object, *args: object) -> BaseProcess:
    """Forks: a process that is killed every few hundred milliseconds has no time to import Django."""
    process = FORK.Process(target=_child, args=(target, *args), daemon=True)
    process.start()
    return process


def _child(target: object, *args: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    connections["default"].connection = None  # the parent's; not ours to close
    assert callable(target)
    target(*args)
    connection.close()


def _write(handles: list[str], events: int, done: threading.Event, seed: int) -> None:
    rng = random.Random(seed)
    written = 0
    while written < events or not done.is_set():
        with transaction.atomic():
            custody.record(
                Kind.EVIDENCE_FILE_STORED, rng.choice(handles), actor=f"system:writer-{seed}", facts={"i": written}
            )
            if rng.random() < 0.02:
                transaction.set_rollback(True)  # some changes fail, and their events with them
            else:
                written += 1
        if written >= events:
            time.sleep(0.01)


def _sequence() -> None:
    sequencer.LOOK_AGAIN = 0.005
    moving.BATCH = 50
    sequencer.run(threading.Event())


def _kill(kills: int, rng: random.Random) -> None:
    for _ in range(kills):
        before = Leaf.objects.count()
        victim = _start(_sequence)
        _until_more_than(before)  # in the middle of its work, not of its start
        time.sleep(rng.uniform(0, 0.1))
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()


def _until_more_than(leaves: int) -> None:
    deadline = time.monotonic() + 10
    while Leaf.objects.count() <= leaves and time.monotonic() < deadline:
        time.sleep(0.002)


def _count(kills: int, moved: int) -> Count:
    """Compares what was committed with what is in the tiles, and the two with each other."""
    committed = set(Event.objects.values_list("pk", flat=True))
    log = place.tile_log()
    leaves = [read_leaf(entry) for entry in log.entries(0, log.size)]
    times = Counter(leaf.id for leaf in leaves)
    indexes = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    last: Counter[str] = Counter()
    count = Count(kills, len(committed), moved, lost=len(committed - times.keys()))
    for leaf in leaves:
        count.doubled += times[leaf.id] > 1
        count.out_of_order += leaf.n != last[leaf.handle] + 1
        last[leaf.handle] = leaf.n
    count.gaps = sum(index != i for i, index in enumerate(indexes)) + abs(len(indexes) - len(leaves))
    count.findings = [finding.says for check in audit() for finding in check.findings]
    return count
