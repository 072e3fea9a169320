"""`python -m tests.kill_storage --times 100`: kills moves, releases, sweeps and destructions at random, and counts.

Works on a throw-away installation with a database that is as durable as a real one. After each kill every stored file
that was not destroyed must be readable with the content it came with, and whatever was destroyed must be so wholly or
not at all; in the end the books balance, and no sweep in between has raised an alarm.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

from tests.kill import stage
from tests.kill.telling import show

say = Console(stderr=True)
AT_ONCE = 3  # files that come before each round, and that a destruction takes
LARGEST = 3_000_000
MUST_BE_ZERO = {
    "lost": "stored files that can't be read any more",
    "changed": "stored files with other content",
    "half destroyed": "rows with a key and an end, or neither",
    "half batches": "destructions that took some of their files",
    "not ordered": "files destroyed that no destruction named",
    "left behind": "destroyed files of which something still lies on a shelf",
    "alarms": "alarms over what only a kill did",
    "unbalanced": "books that don't balance in the end",
    "failed": "undisturbed commands that failed",
}


@dataclass
class Ordered:
    """A destruction that was begun: all of these, or none."""

    ids: list[UUID]


@dataclass
class Killing:
    """The installation, what is in it, and what was done to it."""

    folder: Path
    dice: random.Random
    hashes: dict[UUID, str] = field(default_factory=dict)
    ordered: list[Ordered] = field(default_factory=list)
    usual: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def round(self) -> None:
        """New files, something that works, its death, a look at everything."""
        self.take_in()
        name, start = self._next()
        if name not in self.usual:  # the first time undisturbed
            began = time.monotonic()
            start().wait()
            self.usual[name] = time.monotonic() - began
        else:
            child = start()
            time.sleep(self.dice.uniform(0, self.usual[name] * 1.2))
            killed = child.kill()
            self.counts["kills"] += killed
            self.counts[f"kills: {name}"] += killed
            self.usual[name] *= 1.15 if killed else 0.85  # there is more to do from round to round
        self.look()

    def take_in(self) -> None:
        """Stores and registers a few files."""
        from plainview.holdings.evidence.tests.making import footage

        for _ in range(AT_ONCE):
            data = self.dice.randbytes(self.dice.choice([0, 1, 70_000, self.dice.randrange(LARGEST)]))
            data += self.dice.randbytes(8)
            file = footage(content=data).file
            self.hashes[file.object_id] = hashlib.sha256(data).hexdigest()

    def _next(self) -> tuple[str, Callable[[], stage.Child]]:
        from plainview.duties.retention.books import moving

        move = moving.open_move()
        choices: list[tuple[str, Callable[[], stage.Child]]] = [
            ("destroy", self._destroy),
            ("sweep", lambda: self._run("sweep", "--grace", "0", "--no-history", "--json")),
        ]
        unfinished = move is None or any("isn't finished" in each for each in moving.obstacles(move))
        if unfinished:
            going = ("move", lambda: self._run("storage", "move", "--to", str(self._target())))
            choices += [going] * 6
        if move is not None and move.finished_at and moving.obstacles(move):
            self._undisturbed("sweep", "--grace", "0", "--no-history", "--json")
        if move is not None and not moving.obstacles(move):
            choices.append(("release", self._release))
        return self.dice.choice(choices)

    def _target(self) -> Path:
        from plainview.base.storage import shelves
        from plainview.duties.retention.books import moving

        move = moving.open_move()
        if move is not None:
            return Path(move.folder)
        others = [self.folder / name for name in ("first", "second") if shelves.current() != name]
        return self.dice.choice(others)

    def _run(self, *words: str) -> stage.Child:
        return stage.fork(list(words), self.folder / "out")

    def _release(self) -> stage.Child:
        (self.folder / "said").unlink(missing_ok=True)
        child = stage.fork(["storage", "release", "--json"], self.folder / "said")
        child.wait()
        code = json.loads(child.said().splitlines()[-1]).get("code", "") if child.code == 0 else ""
        return self._run("storage", "release", "--confirm", code or "none")

    def _destroy(self) -> stage.Child:
        living = list(self._living())
        chosen = self.dice.sample(living, min(AT_ONCE, len(living)))
        self.ordered.append(Ordered(chosen))
        return fork_call(lambda: destroy(chosen), self.folder / "out")

    def _living(self) -> Iterator[UUID]:
        from plainview.base.storage.models import StoredObject

        yield from StoredObject.objects.filter(destroyed_at=None).order_by("id").values_list("id", flat=True)

    def look(self) -> None:
        """Reads everything that lives, and compares what is destroyed with what was ordered."""
        from plainview.base.storage.models import StoredObject

        named = {each for order in self.ordered for each in order.ids}
        for row in StoredObject.objects.all():
            if (row.destroyed_at is None) != bool(bytes(row.wrapped_key)):
                self._note("half destroyed", row.id)
            elif row.destroyed_at is None:
                self._read(row)
            elif row.id not in named:
                self._note("not ordered", row.id)
        gone = set(StoredObject.objects.exclude(destroyed_at=None).values_list("id", flat=True))
        for order in self.ordered:
            if 0 < len(gone & set(order.ids)) < len(order.ids) and not self._again(order, gone):
                self._note("half batches", *order.ids)

    def _again(self, order: Ordered, gone: set[UUID]) -> bool:
        """Whether those that are gone were in a later, whole order, too."""
        mine = gone & set(order.ids)
        others = [other for other in self.ordered if other is not order and set(other.ids) <= gone]
        return mine <= {each for other in others for each in other.ids}

    def _read(self, row: Any) -> None:
        from plainview.base.storage import actions as storage
        from plainview.base.storage.errors import StorageError

        try:
            with storage.open_object(row) as reader:
                found = hashlib.sha256(b"".join(reader.stream())).hexdigest()
        except StorageError as problem:
            self._note("lost", row.id, problem)
            return
        if found != self.hashes[row.id]:
            self._note("changed", row.id)

    def finish(self) -> None:
        """Brings everything to its end, undisturbed, and counts what is wrong then."""
        from plainview.base.storage import shelves
        from plainview.base.storage.models import StoredObject
        from plainview.duties.retention.books import moving
        from plainview.duties.retention.books.models import Alarm, Book

        time.sleep(1)  # sessions of the killed end
        if moving.open_move() is not None:
            self._undisturbed("storage", "move", "--to", str(self._target()))
        self._undisturbed("sweep", "--grace", "0", "--json")
        if moving.open_move() is not None:
            self._release().wait()
            self._undisturbed("sweep", "--grace", "0", "--json")
        self.look()
        self.counts["alarms"] += Alarm.objects.count()
        self.told += [alarm.summary for alarm in Alarm.objects.all()]
        self.counts["unbalanced"] += not Book.objects.latest("pk").balanced
        self.counts["unbalanced"] += moving.open_move() is not None
        for row in StoredObject.objects.exclude(destroyed_at=None):
            left = [name for name in shelves.names() if shelves.shelf(name).holds(row.id)]
            if left or row.unlinked_at is None:
                self._note("left behind", row.id, left)
        self.counts["files taken in"] = len(self.hashes)
        self.counts["files destroyed"] = StoredObject.objects.exclude(destroyed_at=None).count()

    def _undisturbed(self, *words: str) -> None:
        child = self._run(*words)
        if child.wait():
            self._note("failed", *words, child.said()[-600:])

    def _note(self, what: str, *about: object) -> None:
        self.counts[what] += 1
        self.told.append(f"{what}: {' '.join(map(str, about))}")


def destroy(ids: list[UUID]) -> None:
    """Destroys some files as the disposal room does: order, event and destruction in one transaction."""
    from django.db import transaction

    from plainview.base import custody
    from plainview.base.custody.kinds import Kind
    from plainview.base.storage import actions as storage

    with transaction.atomic():
        order = custody.open_item("disposal")
        custody.record(Kind.DISPOSAL_BATCH_BEGUN, order, actor="system:test", facts={"files": len(ids)})
        storage.authorize_destruction(ids, order)
        storage.destroy_many(ids, order)


def fork_call(call: Callable[[], None], out: Path) -> stage.Child:
    """Runs a function in a fork of this process."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return stage.Child(pid, out)
    try:
        call()
    except BaseException as problem:  # nothing of the parent's may run in the child
        os.write(2, f"{problem}\n".encode())
        os._exit(70)
    os._exit(0)


def main(
    times: Annotated[int, typer.Option(min=0, help="How often.")] = 100,
    seed: Annotated[int, typer.Option(help="Of files and moments; 0 takes the clock.")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the folder behind.")] = False,
) -> None:
    """Kill moves, releases, sweeps and destructions at random moments, and count."""
    seed = seed or int(time.time())
    folder = Path(tempfile.mkdtemp(prefix="plainview-kill-storage-"))
    say.print(f"seed {seed}, in {folder}")
    clean = False
    try:
        stage.prepare(folder / "data")
        for name in ("first", "second"):
            (folder / name).mkdir()
        killing = Killing(folder, random.Random(seed))
        with Progress(console=say, disable=not say.is_terminal) as progress:
            task = progress.add_task("killing", total=times)
            while killing.counts["kills"] < times:
                killing.round()
                progress.update(task, completed=killing.counts["kills"])
        killing.finish()
        clean = show("Storage, killed at random moments", killing.counts, MUST_BE_ZERO, killing.told[:30])
    finally:
        stage.close(folder / "data")
    if clean and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    typer.run(main)
