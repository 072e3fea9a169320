"""Random honest histories: whatever is taken in, derived, moved, destroyed and swept in whatever order, nothing alarms.

`PLAINVIEW_HISTORIES=200` runs as many; the test command runs a few.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from conftest import Department
from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.duties.retention.books import moving
from plainview.duties.retention.books.models import Alarm, Book
from plainview.duties.retention.books.sweep import sweep
from plainview.holdings.evidence.models import Derivative, File
from plainview.holdings.evidence.tests.making import derivative, footage, later

pytestmark = pytest.mark.django_db(transaction=True)
HISTORIES = int(os.environ.get("PLAINVIEW_HISTORIES", "3"))
STEPS = 14


class City:
    """What may honestly happen."""

    def __init__(self, dice: random.Random, department: Department, folder: Path) -> None:
        self.dice, self.department, self.folder, self.moves = dice, department, folder, 0

    def step(self) -> None:
        acts = [self.take_in, self.take_in, self.derive, self.destroy, self.move, self.release, self.sweep]
        self.dice.choice(acts)()

    def take_in(self) -> None:
        data = self.dice.randbytes(self.dice.choice([1, 100, 70_000, 1_200_000]))
        start = self.dice.choice([None, later(self.dice.randrange(86_400))])
        footage(self.dice.choice([self.department.alice, self.department.bob, None]), content=data, start=start)

    def derive(self) -> None:
        files = list(File.objects.filter(object__destroyed_at=None))
        if files:
            kind = self.dice.choice(list(Derivative.Kind))
            derivative(self.dice.choice(files), kind, self.dice.randbytes(50))

    def destroy(self) -> None:
        living = list(StoredObject.objects.filter(destroyed_at=None).values_list("id", flat=True))
        chosen = self.dice.sample(living, min(len(living), self.dice.randrange(3)))
        with transaction.atomic():
            order = custody.open_item("disposal")
            custody.record(Kind.DISPOSAL_BATCH_BEGUN, order, actor="system:test", facts={"files": len(chosen)})
            storage.authorize_destruction(chosen, order)
            storage.destroy_many(chosen, order)
            if self.dice.random() < 0.2:
                transaction.set_rollback(True)

    def move(self) -> None:
        under_way = moving.open_move()
        if under_way is None and StoredObject.objects.filter(destroyed_at=None).exists():
            self.moves += 1
            disk = self.folder / f"disk-{self.moves}"
            disk.mkdir()
            under_way = moving.begin(str(disk), actor="shell:root")
        if under_way is not None and self.dice.random() < 0.7:
            moving.run(under_way)

    def release(self) -> None:
        under_way = moving.open_move()
        if under_way is not None and not moving.obstacles(under_way):
            moving.release(under_way, actor="shell:root")

    def sweep(self) -> None:
        list(storage.leftovers(timedelta(0)))
        sweep(self.dice.choice([0, 60]), check_history=self.dice.random() < 0.3)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_nothing_is_found_in_an_honest_history(seed: int, department: Department, tmp_path: Path) -> None:
    city = City(random.Random(seed), department, tmp_path)
    for _ in range(STEPS):
        city.step()
    sweep()
    assert [(each.summary, list(each.findings.values_list("says", flat=True))) for each in Alarm.objects.all()] == []
    assert all(Book.objects.values_list("balanced", flat=True))
