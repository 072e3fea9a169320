"""Who serves in the fictional city, in which squad and shift, with which camera and car. Every name is made up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SQUAD = 10  # officers, besides their sergeant
SQUADS = 6  # in a division
SHIFTS = ((7, "Day"), (15, "Evening"), (21, "Night"))  # the hour at which a tour of ten hours begins
TOUR = 10 * 3600
DIVISIONS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood", "Juniper", "Kapok",
             "Larch", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Tupelo")  # fmt: skip
FIRST = ("Alex", "Blair", "Casey", "Drew", "Emery", "Finley", "Gray", "Harper", "Indigo", "Jules", "Kai", "Lane")
LAST = ("Sample", "Example", "Placeholder", "Specimen", "Mockup", "Dummy", "Testcase", "Template", "Pattern", "Fixture")


@dataclass
class Officer:
    """One officer: where, when, and with what."""

    badge: str
    name: str
    squad: int
    shift: int  # index of SHIFTS
    off: tuple[int, int]  # days of the week off
    camera: str  # serial; empty where none was issued
    car: str
    fast: int = 0  # seconds by which the camera's clock is ahead
    free_at: int = 0  # epoch seconds: when the last call was cleared


@dataclass(frozen=True)
class Post:
    """One row of the roster."""

    badge: str
    name: str
    unit: str
    rank: str
    supervisor: str
    began: date
    ended: date | None = None


@dataclass
class Staff:
    """Everybody, and the rows that say so."""

    officers: list[Officer]
    roster: list[Post]
    fleet: list[tuple[str, ...]]
    faults: list[tuple[str, int, int, str]]  # serial, began, ended, what
    planted: list[tuple[str, ...]] = field(default_factory=list)


def staff(rng: random.Random, officers: int, first: date, days: int, zone: ZoneInfo) -> Staff:
    """Returns the department's people and equipment."""
    found = Staff([], [], [], [])
    since = first - timedelta(days=400)
    for number in range(officers):
        squad = number // SQUAD
        if number % SQUAD == 0:
            _sergeant(found, squad, since)
        _officer(rng, found, number, squad, since, zone)
    _oddities(rng, found, first, days, zone)
    return found


def unit(squad: int) -> str:
    """Returns a squad's path in the roster."""
    division = DIVISIONS[squad // SQUADS % len(DIVISIONS)]
    return f"{division} Division / {division} Squad {squad % SQUADS + 1}"


def _name(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} {number}"


def _sergeant(found: Staff, squad: int, since: date) -> None:
    found.roster.append(Post(f"S{squad:03}", f"Sergeant {_name(squad)}", unit(squad), "Sergeant", "", since))


def _officer(rng: random.Random, found: Staff, number: int, squad: int, since: date, zone: ZoneInfo) -> None:
    badge, none = f"{10000 + number}", number % 50 == 7
    camera = "" if none else f"CITY-B-{number:05}"
    off = rng.randrange(7)
    made = Officer(badge, f"Officer {_name(number)}", squad, squad % 3, (off, (off + 1) % 7), camera, "")
    if number % 3 != 2:  # two of three drive; the third rides along
        made.car = f"Car {number // 3 * 2 + number % 3 + 1}"
    made.fast = 420 if number % 97 == 11 else 0
    found.officers.append(made)
    found.roster.append(Post(badge, made.name, unit(squad), "Officer", f"S{squad:03}", since))
    moment = datetime.combine(since, datetime.min.time(), zone).isoformat()
    if camera:
        found.fleet.append((camera, "body", "Sample Optics", "Chest One", badge, "", moment, ""))
    else:
        found.planted.append(("no camera issued", "", badge, "", "", "missing footage is excused"))
    if made.fast:
        found.planted.append(("camera seven minutes fast", "", badge, "", camera, "a steady offset can be estimated"))
    if made.car and number % 3 == 0:
        found.fleet.append((f"CITY-C-{number:05}", "in-car", "Sample Optics", "Dash Two", "", made.car, moment, ""))


def _oddities(rng: random.Random, found: Staff, first: date, days: int, zone: ZoneInfo) -> None:
    """A badge that passes on, a transfer, and cameras that fail."""
    middle = first + timedelta(days=max(1, days // 2))
    if len(found.officers) > 3:
        _pass_badge(found, found.officers[3], middle, zone)
        _transfer(found, found.officers[1], middle)
    midnight = int(datetime.combine(first, datetime.min.time(), zone).timestamp())
    for officer in found.officers[5::40]:
        if officer.camera:
            began = midnight + rng.randrange(max(1, days - 1)) * 86400
            found.faults.append((officer.camera, began, began + 3 * 86400, "no sound"))
            found.planted.append(("camera fault", "", officer.badge, "", officer.camera, "missing footage is excused"))


def _pass_badge(found: Staff, officer: Officer, on: date, zone: ZoneInfo) -> None:
    place = next(n for n, post in enumerate(found.roster) if post.badge == officer.badge)
    old = found.roster[place]
    found.roster[place] = Post(
        old.badge, old.name, old.unit, old.rank, old.supervisor, old.began, on - timedelta(days=1)
    )
    found.roster.append(Post(old.badge, f"Officer Heir Sample {old.badge}", old.unit, old.rank, old.supervisor, on))
    moment = datetime.combine(on, datetime.min.time(), zone).isoformat()
    for n, row in enumerate(list(found.fleet)):
        if row[4] == officer.badge:
            found.fleet[n] = (*row[:7], moment)
            found.fleet.append((*row[:6], moment, ""))
    found.planted.append(("badge passed on", "", officer.badge, "", "", f"another officer from {on}"))


def _transfer(found: Staff, officer: Officer, on: date) -> None:
    place = next(n for n, post in enumerate(found.roster) if post.badge == officer.badge)
    old = found.roster[place]
    found.roster[place] = Post(
        old.badge, old.name, old.unit, old.rank, old.supervisor, old.began, on - timedelta(days=1)
    )
    found.roster.append(Post(old.badge, old.name, unit(officer.squad + 1), old.rank, "", on))
    found.planted.append(("transfer", "", officer.badge, "", "", f"another unit from {on}"))
