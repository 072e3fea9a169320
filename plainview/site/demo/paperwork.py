"""The fictional city's paperwork of the last months: calls, recordings held elsewhere, cases, a draft of the policy.

Footage of months can't be drawn in a minute, so the past is held elsewhere: its metadata is here, as it would be for a
department that comes from another vendor.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from plainview.site.demo import city

DAYS = 230
BADGES = ("101", "102", "103", "201", "202")
CALL_TYPES = ("DISTURBANCE", "TRAFFIC STOP", "ALARM", "WELFARE CHECK", "THEFT", "CRASH", "STATION REPORT")
OUTCOMES = ("REPORT", "REPORT", "REPORT", "CLEARED", "CLEARED", "CITATION", "ARREST", "CANCELLED", "FORCE")
CALLS = ("call_id", "call_type", "priority", "badge", "dispatched", "arrived", "cleared", "disposition",
         "self_initiated", "lat", "lon", "vehicle")  # fmt: skip
RECORDINGS = ("recording_id", "badge", "camera_serial", "kind", "vehicle", "trigger_on", "start", "stop", "uploaded",
              "class", "call_id")  # fmt: skip
MATTERS = ("matter_id", "kind", "agency", "status", "status_on", "reason", "call_id", "recording_id")
COUNTY = "Sample County Prosecutor (fictional)"


def write(folder: Path, now: datetime) -> None:
    """Writes calls.csv, recordings.csv and matters.csv. The same moment gives the same city."""
    rng = random.Random(7)
    calls: list[Sequence[object]] = list(_of_presses(now))
    recordings: list[Sequence[object]] = []
    for number in range(320):
        began = now - timedelta(days=rng.uniform(1, DAYS), minutes=rng.uniform(0, 600))
        call, badge, outcome = f"SB-{number:05}", rng.choice(BADGES), rng.choice(OUTCOMES)
        row = _call(rng, call, badge, began.replace(microsecond=0), outcome)
        calls.append(row)
        if outcome != "CANCELLED" and rng.random() < 0.8:
            recordings.append(_recording(rng, number, call, badge, row, outcome))
    _write(folder / "calls.csv", CALLS, calls)
    _write(folder / "recordings.csv", RECORDINGS, recordings)
    _write(folder / "matters.csv", MATTERS, _matters(rng, calls, now))


def draft(text: str) -> str:
    """Returns a draft that would shorten what is kept most, so that there is something to simulate."""
    lines = [line for line in text.splitlines() if not line.startswith(("adopted_on", "effective"))]
    changed = "\n".join(lines).replace('version = "2021-03"', 'version = "2027-01 draft"')
    return (
        changed.replace('keep = "180 days"', 'keep = "90 days"').replace("are kept 180 days", "are kept 90 days") + "\n"
    )


def _of_presses(now: datetime) -> Iterable[Sequence[object]]:
    """The calls that the drawn footage belongs to."""
    badges = {serial: badge for serial, _, _, _, badge, _ in city.FLEET if badge}
    for press in city.PRESSES:
        if press.call and press.camera in badges:
            began = city.began(press, now)
            at = [began + timedelta(seconds=each) for each in (-90, -5, press.seconds)]
            yield (press.call, "DISTURBANCE", 2, badges[press.camera], *(m.isoformat() for m in at), "REPORT", "no",
                   "", "", "Car 17")  # fmt: skip


def _call(rng: random.Random, call: str, badge: str, began: datetime, outcome: str) -> Sequence[object]:
    arrived = began + timedelta(minutes=rng.randint(2, 14))
    cleared = arrived + timedelta(minutes=rng.randint(6, 55))
    there = outcome != "CANCELLED"
    return (call, rng.choice(CALL_TYPES), rng.randint(1, 5), badge, began.isoformat(),
            arrived.isoformat() if there else "", (cleared if there else began + timedelta(minutes=3)).isoformat(),
            outcome, "no", "", "", "")  # fmt: skip


def _recording(
    rng: random.Random, number: int, call: str, badge: str, row: Sequence[object], outcome: str
) -> Sequence[object]:
    arrived, cleared = datetime.fromisoformat(str(row[5])), datetime.fromisoformat(str(row[6]))
    press = arrived + timedelta(seconds=rng.choice([-20, 0, 10, 30, 45, 200]))
    stop = cleared - timedelta(seconds=rng.choice([0, 0, 5, 30, 300]))
    uploaded = stop + timedelta(hours=rng.choice([2, 5, 8, 9, 40]))
    kind = rng.random()
    classed = "" if kind < 0.12 else "citation" if outcome == "CITATION" and kind < 0.7 else "non-evidentiary"
    return (f"ELSEWHERE-{number:05}", badge, f"DEMO-B-0{badge}", "body", "", press.isoformat(),
            (press - timedelta(seconds=30)).isoformat(), max(stop, press + timedelta(seconds=20)).isoformat(),
            uploaded.isoformat(), classed, call if rng.random() < 0.9 else "")  # fmt: skip


def _matters(rng: random.Random, calls: Sequence[Sequence[object]], now: datetime) -> Iterable[Sequence[object]]:
    arrests = [row for row in calls if row[7] == "ARREST"]
    for number, row in enumerate(arrests[:14]):
        day = (datetime.fromisoformat(str(row[4])) + timedelta(days=rng.randint(5, 60))).date()
        day = min(day, now.date())
        status, reason = rng.choice([("open", "charged"), ("concluded", "plea"), ("inactive", "not pursued")])
        yield f"SC26-{number:04}", "criminal", COUNTY, status, day.isoformat(), reason, row[0], ""
    yield "IA26-0001", "complaint", "", "open", (now.date() - timedelta(days=20)).isoformat(), "letter", calls[9][0], ""


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows(rows)
