"""Who and what is in the fictional city. Every name says that it is made up."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

AGENCY = "Samplebrook Police Department (fictional)"
PASSWORD = "demo-plainview"

ROSTER = [
    # badge, name, unit, rank, supervisor_badge
    ("S10", "Sergeant Sam Sample", "Central Patrol / Central Squad 1", "Sergeant", ""),
    ("S20", "Sergeant Toni Template", "North Patrol / North Squad 1", "Sergeant", ""),
    ("101", "Officer Alex Example", "Central Patrol / Central Squad 1", "Officer", "S10"),
    ("102", "Officer Blair Placeholder", "Central Patrol / Central Squad 1", "Officer", "S10"),
    ("103", "Officer Casey Specimen", "Central Patrol / Central Squad 1", "Officer", "S10"),
    ("201", "Officer Drew Dummy", "North Patrol / North Squad 1", "Officer", "S20"),
    ("202", "Officer Emery Mockup", "North Patrol / North Squad 1", "Officer", "S20"),
]
FLEET = [
    # serial, kind, maker, model, badge, vehicle
    ("DEMO-B-0101", "body", "Sample Optics", "Chest One", "101", ""),
    ("DEMO-B-0102", "body", "Sample Optics", "Chest One", "102", ""),
    ("DEMO-B-0103", "body", "Sample Optics", "Chest One", "103", ""),
    ("DEMO-B-0201", "body", "Sample Optics", "Chest One", "201", ""),
    ("DEMO-B-0202", "body", "Sample Optics", "Chest One", "202", ""),
    ("DEMO-B-0999", "body", "Sample Optics", "Chest One", "", ""),
    ("DEMO-C-0017", "in-car", "Sample Optics", "Dash Two", "", "Car 17"),
]


@dataclass(frozen=True)
class Login:
    """An account of the demo: who may log in, and as what."""

    username: str
    name: str
    roles: tuple[str, ...]
    sees: str
    badge: str = ""


LOGINS = [
    Login("officer", "Alex Example", ("officer",), "their own recordings", "101"),
    Login("sergeant", "Sam Sample", ("officer", "supervisor"), "the recordings of Central Squad 1", "S10"),
    Login("technician", "Terry Testcase", ("technician",), "every recording, quarantine, arrivals"),
    Login("detective", "Dana Detective-Sample", ("detective",), "every recording; works on cases"),
    Login("commander", "Chris Commander-Sample", ("commander",), "every recording and case, the figures"),
    Login("board", "Bo Board-Sample", ("board",), "the policy and the figures; no footage"),
    Login("auditor", "Audrey Auditor-Sample", ("auditor",), "facts about recordings, never pictures or sound"),
    Login("admin", "Ada Admin-Sample", ("administrator",), "people, roles, policy; no footage"),
]


@dataclass(frozen=True)
class Press:
    """One press of a camera in the demo's days: when, how long, which scene, what is said and set later."""

    camera: str
    hours_ago: float
    seconds: int
    scene: str  # street, night, dash, room
    says: str = ""
    parts: int = 1
    trail: bool = False
    call: str = ""
    classes: tuple[str, ...] = field(default=())


INTRODUCTION = "Hello, I am a sample officer. This is a demonstration. This conversation is being recorded. "
PRESSES = [
    Press("DEMO-B-0101", 3.2, 32, "street", INTRODUCTION + "Is everyone all right?",
          trail=True, call="SB26-004411"),
    Press("DEMO-C-0017", 3.2, 30, "dash", trail=True, call="SB26-004411"),
    Press("DEMO-B-0102", 3.1, 24, "street", INTRODUCTION, call="SB26-004411"),
    Press("DEMO-B-0101", 27.5, 36, "night", INTRODUCTION + "Please keep your hands where I can see them.", parts=2),
    Press("DEMO-B-0103", 30.0, 20, "room", INTRODUCTION + "The camera is on. You may ask me to turn it off.",
          call="SB26-004398", classes=("non-evidentiary",)),
    Press("DEMO-B-0201", 50.0, 22, "street", INTRODUCTION, trail=True),
    Press("DEMO-B-0202", 75.0, 18, "night"),
    # old enough that their clocks have run out, so that there is something to put on a list
    Press("DEMO-B-0202", 190 * 24, 12, "night", classes=("non-evidentiary",)),
    Press("DEMO-B-0103", 205 * 24, 12, "street", classes=("non-evidentiary",)),
    Press("DEMO-B-0999", 5.0, 16, "street", "Nobody signed this camera out. "),
    Press("DEMO-X-7777", 6.0, 14, "night", "This camera is not on the fleet list. "),
]  # fmt: skip


def write_roster(path: Path, since: str = "2024-01-01") -> None:
    """Writes the roster as `plainview roster import` reads it."""
    rows = [(*row, since, "") for row in ROSTER]
    _write(path, ["badge", "name", "unit", "rank", "supervisor_badge", "from", "to"], rows)


def write_fleet(path: Path, since: str = "2024-01-01T00:00:00-06:00") -> None:
    """Writes the fleet as `plainview fleet import` reads it."""
    rows = [(*row, since, "") for row in FLEET]
    _write(path, ["serial", "kind", "maker", "model", "badge", "vehicle", "from", "to"], rows)


def began(press: Press, now: datetime) -> datetime:
    """Returns when a press began, on a whole second."""
    return (now - timedelta(hours=press.hours_ago)).replace(microsecond=0)


def _write(path: Path, head: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)
