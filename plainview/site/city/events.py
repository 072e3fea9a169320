"""One day of the fictional city: who is sent where, and what their cameras record. Seconds since 1970 throughout."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from plainview.site.city.people import SHIFTS, TOUR, Officer, Staff

BUFFER = 30  # seconds that a camera keeps from before the press
CALLS_A_TOUR = 1.45  # an officer, before partners: some 1,650 dispatches a day at 900 officers
WITHOUT = 0.17  # of the dispatches have no footage and nothing explains it
TYPES = ("DISTURBANCE", "TRAFFIC STOP", "ALARM", "WELFARE CHECK", "THEFT", "CRASH", "SUSPICIOUS PERSON", "DOMESTIC")
REPORTS = ("STATION REPORT", "PHONE REPORT")
OUTCOMES = ("REPORT",) * 40 + ("CLEARED",) * 36 + ("CITATION",) * 12 + ("ARREST",) * 8 + ("TOW",) * 3 + ("FORCE",)
CLASSES = {"CITATION": "citation", "ARREST": "criminal", "FORCE": "force"}


@dataclass
class Dispatch:
    """One officer on one call."""

    call: str
    kind: str
    priority: int
    badge: str
    car: str
    dispatched: int
    arrived: int | None
    cleared: int
    outcome: str
    own: bool = False  # self-initiated

    @property
    def begin(self) -> int:
        """From when a recording is expected."""
        return self.dispatched if self.arrived is None else self.arrived


@dataclass
class Recording:
    """One press of one camera, with the times as the camera stamped them."""

    id: str
    badge: str
    serial: str
    kind: str
    car: str
    press: int
    start: int
    stop: int | None
    uploaded: int
    classes: str
    call: str


@dataclass
class Day:
    """What one day brought."""

    day: date
    dispatches: list[Dispatch] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    planted: list[tuple[str, ...]] = field(default_factory=list)


class City:
    """Draws day after day. The same seed draws the same city."""

    def __init__(self, rng: random.Random, staff: Staff, zone: ZoneInfo) -> None:
        self.rng, self.staff, self.zone = rng, staff, zone
        self.calls = self.recordings = self.shown = 0
        self.first: int | None = None  # the first moment that was drawn
        self.faults: dict[str, list[tuple[int, int]]] = {}
        for serial, began, ended, _ in staff.faults:
            self.faults.setdefault(serial, []).append((began, ended))

    def draw(self, day: date) -> Day:
        """Returns one day: every squad that is on duty, call by call."""
        found = Day(day)
        squads: dict[int, list[Officer]] = {}
        for officer in self.staff.officers:
            if day.weekday() not in officer.off:
                squads.setdefault(officer.squad, []).append(officer)
        for squad, officers in squads.items():
            begin = datetime.combine(day, time(SHIFTS[squad % 3][0]), self.zone)
            self.first = min(self.first or int(begin.timestamp()), int(begin.timestamp()))
            self._tour(found, officers, int(begin.timestamp()))
        return found

    def _tour(self, found: Day, officers: list[Officer], begin: int) -> None:
        rng = self.rng
        starts = sorted(begin + rng.randrange(TOUR - 1800) for _ in range(round(len(officers) * CALLS_A_TOUR)))
        for start in starts:
            free = [officer for officer in officers if officer.free_at <= start]
            if free:
                sent = rng.sample(free, min(len(free), rng.choice((1, 1, 2, 2, 3))))
                self._call(found, sent, start, begin + TOUR)

    def _call(self, found: Day, sent: list[Officer], start: int, end: int) -> None:
        rng = self.rng
        self.calls += 1
        number, outcome = f"CT{found.day:%y}-{self.calls:07}", rng.choice(OUTCOMES)
        kind = rng.choice(REPORTS) if rng.random() < 0.04 else rng.choice(TYPES)
        priority, own = rng.randint(1, 5), rng.random() < 0.2
        length = 36_000 if rng.random() < 0.0004 else rng.randint(420, 3600)
        if rng.random() < 0.05:
            outcome = "CANCELLED"
        for officer in sent:
            made = self._dispatch(officer, number, kind, priority, start, length, outcome, own)
            found.dispatches.append(made)
            officer.free_at = made.cleared + rng.randint(0, 240)
            self._film(found, officer, made, end)
        if length == 36_000:
            found.planted.append(("ten hours", number, "", "", "", "matches all the same"))

    def _dispatch(
        self, officer: Officer, number: str, kind: str, priority: int, start: int, length: int, outcome: str, own: bool
    ) -> Dispatch:
        rng = self.rng
        dispatched = start + rng.randint(0, 90)
        travel = 0 if own else rng.randint(60, 900)
        arrived = None if outcome == "CANCELLED" or rng.random() < 0.02 else dispatched + travel
        cleared = dispatched + rng.randint(60, 400) if outcome == "CANCELLED" else dispatched + travel + length
        return Dispatch(number, kind, priority, officer.badge, officer.car, dispatched, arrived, cleared, outcome, own)

    def _film(self, found: Day, officer: Officer, sent: Dispatch, end: int) -> None:
        """What the officer's camera, and the car's, record of a dispatch; sometimes nothing."""
        rng = self.rng
        cancelled = sent.outcome == "CANCELLED" and sent.arrived is None
        if officer.car and not cancelled and officer.car == _car_with_camera(officer) and rng.random() < 0.85:
            self._add(found, "", f"CITY-C-{int(officer.badge) - 10000:05}", "in-car", officer, sent,
                      sent.begin - rng.randint(0, 200), sent.cleared + rng.randint(0, 90), end)  # fmt: skip
        if not officer.camera or cancelled or self._broken(officer.camera, sent) or sent.kind in REPORTS:
            return
        if rng.random() < WITHOUT:
            return
        for press, stop in self._presses(found, sent):
            self._add(found, officer.badge, officer.camera, "body", officer, sent, press, stop, end)

    def _presses(self, found: Day, sent: Dispatch) -> Iterator[tuple[int, int]]:
        """Yields (press, stop). Some are late, some stop early, some leave a hole; a few lie right on the line."""
        rng = self.rng
        press = sent.begin + rng.randint(-25, 45)
        stop = sent.cleared + rng.randint(-45, 120)
        length = sent.cleared - sent.begin
        what = rng.random()
        if what < 0.17 and length > 400:
            stop = sent.cleared - rng.randint(90, length - 200)
        elif what < 0.23 and length > 400:
            press = sent.begin + rng.randint(70, min(600, length - 120))
        elif what < 0.26 and length > 600:
            hole = rng.choice((30, 60, 61, 200))
            middle = sent.begin + length // 2
            self._note(found, f"hole of {hole} s", sent, "gap" if hole > 60 else "no flag")
            yield sent.begin, middle
            # the second press begins a buffer later, so that the hole is between stop and start
            yield middle + hole + BUFFER, max(stop, middle + hole + BUFFER + 30)
            return
        elif what < 0.28 and length > 400:
            edge = rng.choice((60, 61))
            press, stop = sent.begin + edge, sent.cleared - edge
            self._note(found, f"{edge} s late and early", sent, "both flags" if edge > 60 else "no flag")
        elif what < 0.30:
            press = sent.begin - rng.randint(60, 240)
            self._note(found, "flag-down", sent, "recorded before the dispatch")
        yield press, max(stop, press + 20)

    def _add(
        self, found: Day, badge: str, serial: str, kind: str, officer: Officer, sent: Dispatch, press: int, stop: int,
        end: int,
    ) -> None:  # fmt: skip
        rng = self.rng
        self.recordings += 1
        shift = officer.fast if kind == "body" else 0
        late = rng.random() < 0.07
        done = max(end, stop) + (rng.randint(26, 110) * 3600 if late else rng.randint(300, 7200))
        named = sent.call if rng.random() < 0.9 else ""
        lost = rng.random() < 0.002
        made = Recording(
            f"CR-{self.recordings:08}", badge, serial, kind, officer.car if kind == "in-car" else "", press + shift,
            press - BUFFER + shift, None if lost else stop + shift, done, self._classes(found, sent, named), named,
        )  # fmt: skip
        found.recordings.append(made)
        if late:
            self._note(found, "docked late", sent, "late docking", made.id)
        if lost:
            self._note(found, "no stop", sent, "can't be matched", made.id)

    def _classes(self, found: Day, sent: Dispatch, named: str) -> str:
        what = self.rng.random()
        right = CLASSES.get(sent.outcome, "non-evidentiary")
        if what < 0.12:
            return ""
        if right != "non-evidentiary" and what < 0.35:
            if named:
                self._note(found, "doubtful class", sent, "raised by the rule")
            return "non-evidentiary"
        return right

    def _broken(self, camera: str, sent: Dispatch) -> bool:
        return any(began < sent.cleared and sent.begin < ended for began, ended in self.faults.get(camera, ()))

    def _note(self, found: Day, what: str, sent: Dispatch, so: str, recording: str = "") -> None:
        found.planted.append((what, sent.call, sent.badge, recording, "", so))


def _car_with_camera(officer: Officer) -> str:
    """Only every third officer's car has a camera of its own: some three hundred cars at nine hundred officers."""
    return officer.car if (int(officer.badge) - 10000) % 3 == 0 else ""
