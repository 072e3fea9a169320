"""A department whose policy knows disposals, footage of several ages, and a log that lives through days in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from conftest import Department
from plainview.base.custody import record, sequencer
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account
from plainview.duties.retention.books.tests.conftest import data  # noqa: F401  (a data folder of its own)
from plainview.duties.retention.disposal import actions
from plainview.duties.retention.disposal.models import Batch
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.models import Derivative, Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.evidence.tests.making import derivative, footage, trail, video

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
WAIT = 7
TEXT = (
    paper.TEXT
    + f"""
[disposal]
clause = "V.21"
waiting_days = {WAIT}
approvals = 2
[[early]]
id = "court-order"
name = "Order of a court"
clause = "V.22"
"""
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the machine, which the tests set."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@dataclass
class Old:
    """Recordings of 200 days that may go, one that is held in reserve for the tests, and one that is young."""

    department: Department
    clock: time_machine.Traveller
    gone: list[Recording]
    young: Recording

    @property
    def tess(self) -> Account:
        return self.department.tess

    @property
    def cora(self) -> Account:
        return self.department.cora

    def live(self, days: float) -> None:
        """Lets days go by in which the log lives."""
        end = timezone.now() + timedelta(days=days)
        with transaction.atomic():
            while (now := timezone.now()) < end:
                self.clock.move_to(min(now + timedelta(minutes=55), end))
                handle = sequencer.log_item()
                record(Kind.CUSTODY_CHECKPOINT_HEARTBEAT, handle, actor="system:test", facts={}, public={"size": 0})
        sequencer.drain()

    def announced(self, **more: object) -> Batch:
        """A list of everything due, announced."""
        sequencer.drain()
        batch = actions.draft(self.tess)
        return actions.announce(batch, self.tess, reason="Looked at, nothing unusual.")

    def approved(self, batch: Batch | None = None) -> Batch:
        """The same after its time, approved by two."""
        batch = batch or self.announced()
        self.live(WAIT + 0.1)
        for account in (self.tess, self.cora):
            self.approve(batch, account)
        return batch

    def approve(self, batch: Batch, account: Account) -> None:
        sequencer.drain()
        actions.approve(batch, account, proved_at=timezone.now())

    def begun(self, batch: Batch | None = None) -> Batch:
        """The same, its destruction begun."""
        batch = self.approved(batch)
        sequencer.drain()
        return actions.begin(batch, self.cora, proved_at=timezone.now(), count=str(batch.recordings))


@pytest.fixture
def old(department: Department, clock: time_machine.Traveller) -> Old:
    paper.policy(TEXT)
    gone = [aged(department, 200 + n) for n in range(3)]
    young = aged(department, 20)
    sequencer.drain()
    return Old(department, clock, gone, young)


def aged(department: Department, days: float, *classes: str) -> Recording:
    """A recording of so many days ago, with a picture, a waveform and a trail."""
    facts = video(points=trail((39_000_000, -94_000_000), (39_000_100, -94_000_100)), track_source="test")
    made = footage(department.alice, start=NOW - timedelta(days=days), facts=facts)
    for kind in (Derivative.Kind.POSTER, Derivative.Kind.WAVEFORM):
        derivative(made.file, kind)
    set_classes(made.recording.pk, classes or ["non-evidentiary"], actor="system:test")
    return Recording.objects.get(pk=made.recording.pk)
