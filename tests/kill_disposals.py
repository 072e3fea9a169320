"""`python -m tests.kill_disposals --times 100`: kills destructions at random moments, while people place holds.

Works on a throw-away installation with a database that is as durable as a real one. After each kill every recording is
destroyed wholly (row, files, what was made from them, line, event) or not at all; whoever was told that a hold stands
finds the recording there. In the end every list is finished, the books balance, and the verifier replays all of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

from tests.kill import stage
from tests.kill.telling import show
from tests.kill_storage import fork_call

say = Console(stderr=True)
EACH, CHUNK = 40, 2
HOLDS = 0.5  # of the rounds somebody places a hold meanwhile
MUST_BE_ZERO = {
    "half": "recordings destroyed in part",
    "held": "recordings destroyed although somebody was told that their hold stands",
    "unlisted": "recordings destroyed that no list named",
    "left behind": "destroyed files of which something still lies on a shelf",
    "unfinished": "lists that did not come to their end",
    "alarms": "alarms over what only a kill did",
    "unbalanced": "books that don't balance in the end",
    "not replayed": "logs whose destructions the verifier doesn't follow",
}


@dataclass
class Killing:
    """The installation, its lists, and what was done to it."""

    folder: Path
    dice: random.Random
    held: set[UUID] = field(default_factory=set)  # recordings whose hold was promised
    usual: float = 0.4
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def set_the_stage(self, count: int) -> None:
        """Takes footage in, lists it, lets the log live for a week, approves and begins everything."""
        import time_machine
        from django.db import transaction
        from django.utils import timezone

        from plainview.base.custody import open_item, record, sequencer
        from plainview.base.custody.kinds import Kind
        from plainview.base.people.models import Account, RoleGrant
        from plainview.duties.retention.disposal import actions
        from plainview.duties.retention.disposal.tests.conftest import TEXT
        from plainview.holdings.evidence.actions import set_classes
        from plainview.holdings.evidence.models import Derivative
        from plainview.holdings.evidence.tests import paper
        from plainview.holdings.evidence.tests.making import derivative, footage

        now = timezone.now()
        people = []
        for name, role in (("tess", "technician"), ("cora", "commander")):
            account = Account.objects.create(username=name, handle=open_item("account"), full_name=name.title())
            RoleGrant.objects.create(account=account, role=role, granted_by="system:kill")
            people.append(account)
        with time_machine.travel(now - timedelta(days=7.2), tick=True) as clock:
            paper.policy(TEXT)
            lists = []
            for number in range(count):
                for _ in range(EACH):
                    start = timezone.now() - timedelta(days=200 + number, minutes=self.dice.randrange(600))
                    made = footage(content=self.dice.randbytes(self.dice.randrange(1, 200_000)), start=start)
                    derivative(made.file, Derivative.Kind.POSTER, self.dice.randbytes(900))
                    set_classes(made.recording.pk, ["non-evidentiary"], actor="system:kill")
                sequencer.drain()
                batch = actions.draft(people[0])
                lists.append(actions.announce(batch, people[0], reason="Looked at."))
            with transaction.atomic():
                while timezone.now() < now - timedelta(minutes=1):
                    clock.move_to(min(timezone.now() + timedelta(minutes=50), now - timedelta(seconds=30)))
                    item = sequencer.log_item()
                    record(Kind.CUSTODY_CHECKPOINT_HEARTBEAT, item, actor="system:kill", facts={}, public={"size": 0})
        sequencer.drain()
        for batch in lists:
            for account in people:
                actions.approve(batch, account, proved_at=timezone.now())
            actions.begin(batch, people[1], proved_at=timezone.now(), count=str(batch.recordings))

    def round(self) -> bool:
        """Somebody destroys, somebody places a hold, the first dies; a look at everything. False when all is done."""
        from plainview.duties.retention.disposal.models import Batch

        batch = Batch.objects.filter(state=Batch.State.DESTROYING).order_by("?").first()
        if batch is None:
            return False
        child = fork_call(lambda: go_on(batch.pk), self.folder / "out")
        time.sleep(self.dice.uniform(0, self.usual))
        if self.dice.random() < HOLDS:
            self._hold(batch)
            time.sleep(self.dice.uniform(0, 0.05))
        killed = child.kill()
        self.counts["kills"] += killed
        self.usual = min(self.usual * (1.1 if killed else 0.9), 0.3)
        self.look()
        return True

    def _hold(self, batch: Any) -> None:
        """Places a hold while the destruction runs: it stands, or the recording is gone already."""
        from plainview.holdings.evidence.actions.holding import place_hold
        from plainview.holdings.evidence.rules import Refused

        lines = list(
            batch.lines.filter(state="going").order_by("id").values_list("recording_id", flat=True)[: 3 * CHUNK]
        )
        if not lines:
            return
        chosen = self.dice.choice(lines)
        try:
            place_hold(chosen, "It is needed.", actor="system:kill")
        except Refused:
            self.counts["holds that came too late"] += 1
            return
        self.held.add(chosen)
        self.counts["holds placed"] += 1

    def look(self) -> None:
        """Compares what every place says of every recording."""
        from plainview.base.custody.models import Event
        from plainview.base.storage.models import StoredObject
        from plainview.duties.retention.disposal.models import Line
        from plainview.holdings.evidence.models import Derivative, File, Recording

        living = set(StoredObject.objects.filter(destroyed_at=None).values_list("id", flat=True))
        things: dict[UUID, list[UUID]] = {}
        for recording, thing in File.objects.values_list("recording_id", "object_id"):
            things.setdefault(recording, []).append(thing)
        for recording, thing in Derivative.objects.values_list("file__recording_id", "object_id"):
            things.setdefault(recording, []).append(thing)
        gone = set(Line.objects.filter(state="gone").values_list("recording_id", flat=True))
        said = set(Event.objects.filter(kind="disposal.recording.destroyed").values_list("item_id", flat=True))
        for row in Recording.objects.all():
            states = {row.destroyed_at is not None, row.pk in gone, row.handle in said}
            states |= {thing not in living for thing in things[row.pk]}
            if len(states) > 1:
                self._note("half", row.pk)
            if row.destroyed_at and row.pk in self.held:
                self._note("held", row.pk)
            if row.destroyed_at and not row.disposal_lines.exists():
                self._note("unlisted", row.pk)

    def finish(self) -> None:
        """Brings everything to its end, undisturbed, and counts what is wrong then."""
        from plainview.base.custody import sequencer
        from plainview.base.storage import shelves
        from plainview.base.storage.models import StoredObject
        from plainview.duties.retention.books.models import Alarm, Book
        from plainview.duties.retention.books.sweep import sweep
        from plainview.duties.retention.disposal import destroying
        from plainview.duties.retention.disposal.models import Batch

        time.sleep(1)  # sessions of the killed end
        destroying.go_on_with_all()
        sweep()
        sequencer.drain()
        self.look()
        self.counts["unfinished"] += Batch.objects.exclude(state=Batch.State.FINISHED).count()
        self.counts["alarms"] += Alarm.objects.count()
        self.told += [alarm.summary for alarm in Alarm.objects.all()]
        self.counts["unbalanced"] += not Book.objects.latest("pk").balanced
        for row in StoredObject.objects.exclude(destroyed_at=None):
            if row.unlinked_at is None or any(shelves.shelf(name).holds(row.id) for name in shelves.names()):
                self._note("left behind", row.id)
        self.counts["recordings destroyed"] = sum(b.lines.filter(state="gone").count() for b in Batch.objects.all())
        self.counts["recordings spared"] = sum(b.lines.filter(state="spared").count() for b in Batch.objects.all())
        log = [sys.executable, "-m", "plainview", "verify", str(self.folder / "data" / "log"), "--json"]
        answer = subprocess.run(log, capture_output=True, text=True)
        if answer.returncode:
            wrong = [each["sentence"] for each in json.loads(answer.stdout)["checks"] if each["status"] == "damaged"]
            self._note("not replayed", *wrong[:5])

    def _note(self, what: str, *about: object) -> None:
        self.counts[what] += 1
        self.told.append(f"{what}: {' '.join(map(str, about))}")


def go_on(pk: int) -> None:
    """What the worker does."""
    from plainview.duties.retention.disposal import destroying
    from plainview.duties.retention.disposal.models import Batch

    try:
        destroying.go_on(Batch.objects.get(pk=pk), chunk=CHUNK)
    except destroying.AtWork:
        return


def main(
    times: Annotated[int, typer.Option(help="How many kills.")] = 100,
    seed: Annotated[int, typer.Option()] = 0,
    keep: Annotated[bool, typer.Option(help="Leave the installation there.")] = False,
) -> None:
    """Kills destructions at random moments, and counts."""
    folder = Path(tempfile.mkdtemp(prefix="plainview-kill-"))
    os.environ.setdefault("PLAINVIEW_REQUIRE_MFA", "0")
    stage.prepare(folder / "data")
    killing = Killing(folder, random.Random(seed or time.time_ns()))
    clean = False
    try:
        with Progress(console=say, disable=not say.is_terminal) as progress:
            task = progress.add_task("killing", total=times)
            killing.set_the_stage(max(4, times // 5))
            while killing.counts["kills"] < times and killing.round():
                progress.update(task, completed=killing.counts["kills"])
        killing.finish()
        clean = show("Destructions, killed at random moments", killing.counts, MUST_BE_ZERO, killing.told[:30])
    finally:
        stage.close(folder / "data")
    if clean and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    typer.run(main)
