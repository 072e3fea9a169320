"""Calls against recordings: the matching alone, a year from CSV to findings, and one more day.

python -m bench.activation                 600 k dispatches against 2 M recordings; a city of 900 officers for a year
python -m bench.activation --days 30       a shorter city
python -m bench.activation --keep DIR      makes the city and its installation there and uses them again
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from plainview.duties.activation.rules.matching import Spans, match

GOAL_MATCHING = 5.0  # times the bare sweep below
GOAL_YEAR = 300.0  # seconds, from CSV to stored findings
GOAL_DAY = 2.0  # seconds: one day's audit with a year beside it
GOAL_MEMORY = 1.5  # peak of the year over the peak of a thirteenth of it
FIRST = date(2025, 1, 1)


def main() -> int:
    """Prints the table; exits 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--officers", type=int, default=900)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found: dict[str, Any] = {"matching": matching(chosen.rounds)}
    data = chosen.keep or Path(tempfile.mkdtemp(prefix="plainview-bench-"))
    try:
        found["year"] = year(data, chosen.officers, chosen.days)
    finally:
        if not chosen.keep:
            shutil.rmtree(data, ignore_errors=True)
    print(json.dumps(found, indent=1) if chosen.json else told(found))
    return 0 if not missed(found) else 1


def matching(rounds: int, calls: int = 600_000, recordings: int = 2_000_000, officers: int = 900) -> dict[str, float]:
    """Returns seconds of the matcher and of a bare numpy sweep that only counts, on the same intervals."""
    rng = np.random.default_rng(7)
    minute = 60_000_000

    def spans(n: int, longest: int) -> Spans:
        begin = rng.integers(0, 30 * 24 * 60, n) * minute
        return Spans(rng.integers(0, officers, n), begin, begin + rng.integers(1, longest, n) * minute)

    sent, clips = spans(calls, 60), spans(recordings, 40)
    ours, bare = [], []
    pairs = 0
    for _ in range(rounds):
        bare.append(_timed(lambda: _count(sent, clips)))
        began = time.monotonic()
        left, _right = match(sent, clips)
        ours.append(time.monotonic() - began)
        pairs = len(left)
    assert pairs == _count(sent, clips)
    return {"pairs": pairs, "bare": statistics.median(bare), "ours": statistics.median(ours)}


def _count(sent: Spans, clips: Spans) -> int:
    """The limit: how many pairs share time, by two sorted searches over one key; it names none of them."""
    far = 1 << 46  # microseconds: more than any of the times
    begin = np.sort(clips.owner * far + clips.begin)
    end = np.sort(clips.owner * far + clips.end)
    started = np.searchsorted(begin, sent.owner * far + sent.end, side="left")
    ended = np.searchsorted(end, sent.owner * far + sent.begin, side="right")
    return int((started - ended).sum())


def year(data: Path, officers: int, days: int) -> dict[str, Any]:
    """Returns seconds and peak memory of each command, and how many rows differ from the city's truth."""
    city, home = data / "city", data / "home"
    last = FIRST + timedelta(days=days)
    if not city.exists():
        _run(home, "city", "--officers", str(officers), "--days", str(days), "--from", str(FIRST), "--to", str(city))
        _run(home, "policy", "adopt", str(city / "policy.toml"))
        _run(home, "roster", "import", str(city / "roster.csv"))
        _run(home, "fleet", "import", str(city / "fleet.csv"))
        _run(home, "fleet", "faults", str(city / "faults.csv"))
    steps = {
        "calls": ("calls", "import", str(city / "calls.csv"), "--map", "plainview"),
        "recordings": ("recordings", "import", str(city / "recordings.csv"), "--map", "plainview"),
        "reasons": ("activation", "reasons", str(city / "reasons.csv")),
        "audit": _audit(FIRST, last, data / "year.csv"),
        "audit of four weeks": _audit(last - timedelta(days=28), last, data / "weeks.csv"),
        "audit of one day": _audit(last - timedelta(days=2), last - timedelta(days=2), data / "day.csv"),
    }
    found: dict[str, Any] = {name: _run(home, *words) for name, words in steps.items()}
    truth, said = _rows(city / "truth/activation.csv"), _rows(data / "year.csv")
    return {"steps": found, "dispatches": len(truth), "differ": len(truth ^ said) + abs(len(truth) - len(said))}


def _audit(first: date, last: date, file: Path) -> tuple[str, ...]:
    return "activation", "audit", "--from", str(first), "--to", str(last), "--csv", str(file)


def _rows(path: Path) -> set[tuple[str, ...]]:
    with path.open(newline="", encoding="utf-8") as source:
        return {(str(n), *row) for n, row in enumerate(sorted(tuple(r) for r in csv.reader(source)))}


def _run(home: Path, *words: str) -> dict[str, float]:
    environment = {**os.environ, "PLAINVIEW_DATA": str(home), "PLAINVIEW_ZONE": "America/Chicago"}
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "plainview", *words], env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"plainview {' '.join(words)} ended with {process.returncode}")
    return {"seconds": time.monotonic() - began, "megabytes": usage.ru_maxrss / 1024}


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def missed(found: dict[str, Any]) -> list[str]:
    """Returns the goals that are missed."""
    steps = found["year"]["steps"]
    whole = sum(steps[name]["seconds"] for name in ("calls", "recordings", "audit"))
    goals = {
        "matching": found["matching"]["ours"] / found["matching"]["bare"] > GOAL_MATCHING,
        "year": whole > GOAL_YEAR,
        "day": steps["audit of one day"]["seconds"] > GOAL_DAY,
        "memory": steps["audit"]["megabytes"] > GOAL_MEMORY * steps["audit of four weeks"]["megabytes"],
        "truth": found["year"]["differ"] > 0,
    }
    return [name for name, wrong in goals.items() if wrong]


def told(found: dict[str, Any]) -> str:
    """Returns the table."""
    m, steps = found["matching"], found["year"]["steps"]
    whole = sum(steps[name]["seconds"] for name in ("calls", "recordings", "audit"))
    lines = [
        f"600 k dispatches against 2 M recordings, {m['pairs']:,.0f} pairs: bare sweep {m['bare']:.2f} s, matcher "
        f"{m['ours']:.2f} s, {m['ours'] / m['bare']:.1f} × (goal {GOAL_MATCHING:.0f})",
        *(f"{name:<24}{step['seconds']:>8.1f} s {step['megabytes']:>8.0f} MB" for name, step in steps.items()),
        f"{found['year']['dispatches']:,} dispatches from CSV to findings {whole:.0f} s (goal {GOAL_YEAR:.0f}); "
        f"rows that differ from the truth: {found['year']['differ']}",
        f"missed: {', '.join(missed(found)) or 'nothing'}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
