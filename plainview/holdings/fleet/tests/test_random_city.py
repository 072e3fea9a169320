"""Who carried what, against the obvious way, on random fleets that came in several files."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import Department
from plainview.holdings.fleet.actions import import_fleet
from plainview.holdings.fleet.lookup import carried_by
from plainview.holdings.fleet.rules.rows import COLUMNS

T0 = datetime(2024, 3, 9, 12, tzinfo=UTC)  # over the change of the clocks
HOUR = timedelta(hours=1)


@dataclass
class Line:
    """One row: [began, ended) as anybody would read it."""

    serial: str
    badge: str
    vehicle: str
    began: datetime
    ended: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.began <= moment and (self.ended is None or moment < self.ended)


def fleet(dice: random.Random) -> list[Line]:
    """Six cameras, each passed on a few times, with gaps; the last carry may be open."""
    lines = []
    for n in range(6):
        moment = T0 + dice.randrange(10) * HOUR
        for _ in range(dice.randrange(1, 6)):
            ended = moment + dice.randrange(1, 12) * HOUR
            in_car = dice.random() < 0.3
            badge = "" if in_car else dice.choice(["101", "102", "110", "201"])
            lines.append(Line(f"S{n}", badge, "Car 1" if in_car else "", moment, ended))
            moment = ended + dice.choice([0, 0, 3]) * HOUR
        if dice.random() < 0.5:
            lines[-1].ended = None
    return lines


def said(moment: datetime | None, dice: random.Random) -> str:
    """The same moment, written in any of the ways that a file may use."""
    if moment is None:
        return ""
    zone = dice.choice([UTC, datetime.now().astimezone().tzinfo])
    return moment.astimezone(zone).isoformat()


@pytest.mark.parametrize("seed", range(6))
def test_every_camera_at_every_hour(department: Department, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    lines = fleet(dice)
    for n in range(3):  # part, part, and all of it
        some = [x for x in lines if n == 2 or dice.random() < 0.5]
        dice.shuffle(some)
        rows = [f"{x.serial},body,,,{x.badge},{x.vehicle},{said(x.began, dice)},{said(x.ended, dice)}" for x in some]
        path = tmp_path / f"{n}.csv"
        path.write_text("\n".join([",".join(COLUMNS), *rows]))
        import_fleet(path, actor="system:test")
    for hour in range(0, 90, 2):
        moment = T0 + hour * HOUR
        for serial in {x.serial for x in lines}:
            expected = next((x.badge or x.vehicle for x in lines if x.serial == serial and x.covers(moment)), None)
            found = carried_by(serial, moment)
            told = found and (found.officer.badge if found.officer else str(found.vehicle))
            assert told == expected, (serial, moment)
    assert not import_fleet(tmp_path / "2.csv", actor="system:test").changed
