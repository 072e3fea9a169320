"""Writes the city to disk day by day, in flat memory; a folder appears under its name only when all of it is there."""

from __future__ import annotations

import csv
import random
import shutil
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plainview.site.city import damage, truth
from plainview.site.city.events import City, Day, Dispatch, Recording
from plainview.site.city.papers import POLICY, Case, Papers, reasons
from plainview.site.city.people import Staff, staff
from plainview.site.city.planting import plant
from plainview.site.city.readme import README

FIRST = date(2025, 9, 20)  # so that sixty days hold the change of clocks in November
FILES = {
    "calls.csv": ("call_id", "call_type", "priority", "badge", "dispatched", "arrived", "cleared", "disposition",
                  "self_initiated", "lat", "lon", "vehicle"),
    "recordings.csv": ("recording_id", "badge", "camera_serial", "kind", "vehicle", "trigger_on", "start", "stop",
                       "uploaded", "class", "call_id"),
    "matters.csv": ("matter_id", "kind", "agency", "status", "status_on", "reason", "call_id", "recording_id"),
    "reasons.csv": ("call_id", "badge", "reason", "text"),
    "truth/activation.csv": truth.COLUMNS,
    "truth/retention.csv": ("recording_id", "due", "keep_until", "held_by", "classes", "clause"),
    "truth/planted.csv": ("what", "call_id", "badge", "recording_id", "camera", "leads_to"),
}  # fmt: skip


class NotEmpty(ValueError):
    """The folder holds something; a city is written into a new one."""


@dataclass
class Summary:
    """What was written."""

    officers: int
    days: int
    first: str
    last: str
    retention_on: str
    dispatches: int = 0
    calls: int = 0
    recordings: int = 0
    matters: int = 0
    not_recorded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Returns the figures."""
        return asdict(self)


def write_city(
    to: Path,
    officers: int = 900,
    days: int = 60,
    seed: int = 7,
    first: date = FIRST,
    zone: str = "America/Chicago",
    *,
    dirty: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Writes a department and its truth. The same arguments write the same bytes. Raises NotEmpty, OSError."""
    if to.exists() and any(to.iterdir()):
        raise NotEmpty(f"{to} is not empty. Name a new folder.")
    making = to.with_name(f".{to.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    (making / "truth").mkdir(parents=True)
    rng, place = random.Random(seed), ZoneInfo(zone)
    people = staff(rng, officers, first, days, place)
    _write_people(making, people, place)
    summary = Summary(officers, days, str(first), str(first + timedelta(days=days - 1)), "")
    with ExitStack() as open_files:
        _Writer(making, open_files, rng, people, place, summary).write(first, days, progress)
    (making / "policy.toml").write_text(POLICY, encoding="utf-8")
    through = first + timedelta(days=days)  # calls of the last night begin after midnight
    (making / "README.md").write_text(
        README.format(**summary.as_json(), zone=zone, seed=seed, through=through), encoding="utf-8"
    )
    if dirty:
        damage.spoil(making, rng)
    if to.exists():
        to.rmdir()
    making.rename(to)
    return summary


def _write_people(folder: Path, people: Staff, zone: ZoneInfo) -> None:
    posts = [(p.badge, p.name, p.unit, p.rank, p.supervisor, p.began, p.ended or "") for p in people.roster]
    faults = [(serial, _iso(began, zone), _iso(ended, zone), what) for serial, began, ended, what in people.faults]
    for name, head, rows in (
        ("roster.csv", ("badge", "name", "unit", "rank", "supervisor_badge", "from", "to"), posts),
        ("fleet.csv", ("serial", "kind", "maker", "model", "badge", "vehicle", "from", "to"), people.fleet),
        ("faults.csv", ("serial", "from", "to", "what"), faults),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([head, *rows])


def _iso(moment: int | None, zone: ZoneInfo) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, zone).isoformat()


class _Writer:
    """Draws a day, and writes the day before: its truth needs what the cameras did until then."""

    def __init__(
        self, folder: Path, files: ExitStack, rng: random.Random, people: Staff, zone: ZoneInfo, summary: Summary
    ) -> None:
        self.rng, self.people, self.zone, self.summary = rng, people, zone, summary
        self.city = City(rng, people, zone)
        self.out = {}
        for name, head in FILES.items():
            writer = csv.writer(files.enter_context((folder / name).open("w", newline="", encoding="utf-8")))
            writer.writerow(head)
            self.out[name] = writer
        self.issued = {o.badge for o in people.officers if o.camera}
        self.cameras = {o.badge: o.camera for o in people.officers}
        self.of_badge: dict[str, list[Recording]] = defaultdict(list)
        self.given: dict[tuple[str, str], Sequence[str] | None] = {}

    def write(self, first: date, days: int, progress: Callable[[int], None] | None) -> None:
        """Writes everything."""
        on = first + timedelta(days=days + 200)
        self.summary.retention_on = str(on)
        self.papers = Papers(self.rng, self.zone, on)
        self.out["truth/planted.csv"].writerows(self.people.planted)
        waiting: deque[Day] = deque()
        for n in range(days):
            found = self.city.draw(first + timedelta(days=n))
            if n % 7 == 3 or days < 7:
                plant(self.city, found)
            waiting.append(found)
            self._remember(found)
            if len(waiting) > 1:
                self._write_day(waiting.popleft())
            if progress is not None:
                progress(n + 1)
        while waiting:
            self._write_day(waiting.popleft())
        self.summary.calls, self.summary.matters = self.city.calls, self.papers.cases

    def _remember(self, found: Day) -> None:
        """Keeps what cameras did in the last days, officer by officer; older is of no use to any dispatch."""
        oldest = int(datetime.combine(found.day, datetime.min.time(), self.zone).timestamp()) - 3 * 86400
        for badge, kept in self.of_badge.items():
            self.of_badge[badge] = [r for r in kept if (r.stop or r.start) > oldest]
        for recording in found.recordings:
            if recording.kind == "body":
                self.of_badge[recording.badge].append(recording)

    def _write_day(self, found: Day) -> None:
        for case in self.papers.day(found):
            self._case(case)
        for sent in found.dispatches:
            self._dispatch(sent)
        for recording in found.recordings:
            self._recording(recording)
        self.out["truth/planted.csv"].writerows(found.planted)

    def _case(self, case: Case) -> None:
        self.out["matters.csv"].writerow(
            (case.number, case.kind, case.agency, case.status, case.on, case.reason, case.call, case.recording)
        )

    def _dispatch(self, sent: Dispatch) -> None:
        known = truth.Known(sent.badge in self.issued, self.city.faults.get(self.cameras[sent.badge], ()))
        row = truth.row(sent, self.of_badge[sent.badge], known, "")
        key = sent.call, sent.badge
        if key not in self.given:  # rows that say the same of one dispatch have one reason
            self.given[key] = reasons(self.rng, sent, row[2])
            if (given := self.given[key]) is not None:
                self.out["reasons.csv"].writerow(given)
        given = self.given[key]
        if given is not None:
            row = truth.row(sent, self.of_badge[sent.badge], known, given[2])
        self.out["truth/activation.csv"].writerow(row)
        self.out["calls.csv"].writerow(self._call_row(sent))
        self.summary.dispatches += 1
        self.summary.not_recorded += row[2] == "not_recorded"

    def _call_row(self, sent: Dispatch) -> Sequence[object]:
        times = (_iso(m, self.zone) for m in (sent.dispatched, sent.arrived, sent.cleared))
        return (sent.call, sent.kind, sent.priority, sent.badge, *times, sent.outcome, "yes" if sent.own else "no", "",
                "", sent.car)  # fmt: skip

    def _recording(self, made: Recording) -> None:
        direct = self.papers.direct(made)
        if direct is not None:
            self._case(direct)
        times = (_iso(m, self.zone) for m in (made.press, made.start, made.stop, made.uploaded))
        self.out["recordings.csv"].writerow(
            (made.id, made.badge, made.serial, made.kind, made.car, *times, made.classes, made.call)
        )
        self.out["truth/retention.csv"].writerow(self.papers.keeps(made, direct))
        self.summary.recordings += 1
