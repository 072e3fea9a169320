"""What is due of two million recordings, against the plainest single statement that could say so, in one run.

python -m bench.retention                   2 M recordings, 600 k calls, 50 k matters, 5 k holds
python -m bench.retention --rows 200000     smaller
python -m bench.retention --keep DIR        makes the database there and uses it again
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import evidence

GOALS = {"due": 1.2, "count for the pages": 1.2, "simulate": 2.0}
GOAL_ONE = 0.005  # seconds: one recording's sentence
ON = date(2026, 12, 1)

# Calls, matters and holds in the proportions of a city; every tenth matter is open or appealed.
PAPER = """
INSERT INTO incidents_call (number, call_type, priority)
    SELECT 'C' || n, 'STOP', '2' FROM generate_series(1, %(calls)s) n;
INSERT INTO evidence_recordingcall (recording_id, call_id, how, sure)
    SELECT r.id, c.id, 'import', '' FROM (SELECT id, row_number() OVER () AS n FROM evidence_recording) r
    JOIN (SELECT id, row_number() OVER () AS n FROM incidents_call) c ON c.n = 1 + r.n %% %(calls)s WHERE r.n %% 10 < 7;
INSERT INTO incidents_matter (handle, number, kind, agency, charge_class, title, status, status_on, reason, opened_at,
                              clause)
    SELECT md5('matter' || n), 'M' || n,
           (ARRAY['criminal', 'criminal', 'criminal', 'complaint', 'civil', 'force'])[1 + n %% 6], '', '', '',
           CASE WHEN n %% 10 = 0 THEN 'open' WHEN n %% 97 = 0 THEN 'appealed' WHEN n %% 3 = 0 THEN 'inactive'
                ELSE 'concluded' END, date '2025-06-01' + (n %% 400)::int, '', now(), ''
    FROM generate_series(1, %(matters)s) n;
INSERT INTO incidents_mattercall (matter_id, call_id)
    SELECT m.id, c.id FROM (SELECT id, row_number() OVER () AS n FROM incidents_matter) m
    JOIN (SELECT id, row_number() OVER () AS n FROM incidents_call) c ON c.n = m.n * 7 %% %(calls)s + 1;
INSERT INTO evidence_recordingmatter (recording_id, matter_id)
    SELECT r.id, m.id FROM (SELECT id, row_number() OVER () AS n FROM evidence_recording) r
    JOIN (SELECT id, row_number() OVER () AS n FROM incidents_matter) m ON m.n = r.n / 211 WHERE r.n %% 211 = 0;
INSERT INTO evidence_hold (recording_id, reason, placed_at, placed_by, lift_asked_by, lift_reason, lifted_by)
    SELECT id, 'claim', now(), 'account:x', '', '', ''
    FROM (SELECT id, row_number() OVER () AS n FROM evidence_recording) r
    WHERE n %% (%(rows)s / %(holds)s) = 0;
"""
# The limit: fixed periods of fixed classes, no promises, no reasons, no clauses. Nobody could work with its answer.
BARE = """
WITH held AS (
    SELECT recording_id FROM evidence_hold WHERE lifted_at IS NULL
    UNION SELECT t.recording_id FROM evidence_recordingmatter t JOIN incidents_matter m ON m.id = t.matter_id
        WHERE m.status IN ('open', 'appealed')
    UNION SELECT t.recording_id FROM evidence_recordingcall t JOIN incidents_mattercall mc ON mc.call_id = t.call_id
        JOIN incidents_matter m ON m.id = mc.matter_id WHERE m.status IN ('open', 'appealed')
),
concluded AS (
    SELECT l.recording_id, max(m.status_on) AS day FROM (
        SELECT recording_id, matter_id FROM evidence_recordingmatter
        UNION SELECT t.recording_id, mc.matter_id FROM evidence_recordingcall t
            JOIN incidents_mattercall mc ON mc.call_id = t.call_id) l
    JOIN incidents_matter m ON m.id = l.matter_id AND m.kind = 'criminal' GROUP BY l.recording_id
),
judged AS (
    SELECT r.id, max(CASE c.name WHEN 'non-evidentiary' THEN r.day + 180
        WHEN 'force' THEN (r.day + interval '5 years')::date
        WHEN 'criminal' THEN coalesce(k.day + 90, date '99999-01-01') ELSE date 'infinity' END) AS until
    FROM (SELECT id, classes, (start AT TIME ZONE 'America/Chicago')::date AS day FROM evidence_recording) r
    CROSS JOIN LATERAL unnest(r.classes) AS c(name) LEFT JOIN concluded k ON k.recording_id = r.id GROUP BY r.id
)
SELECT until <= %s AND h.recording_id IS NULL AS due, count(*)
FROM judged j LEFT JOIN held h ON h.recording_id = j.id GROUP BY 1"""
DRAFTED = ('keep = "180 days"', 'keep = "90 days"')


def main() -> int:
    """Prints the table; exits 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    data = chosen.keep or Path(tempfile.mkdtemp(prefix="plainview-bench-"))
    try:
        evidence.install(data)
        fill(chosen.rows)
        found = measure(chosen.rounds)
    finally:
        if not chosen.keep:
            shutil.rmtree(data, ignore_errors=True)
    print(json.dumps(found, indent=1) if chosen.json else told(found))
    missed = [name for name, goal in GOALS.items() if found["ratios"][name] > goal]
    return 1 if missed or found["one sentence (s)"] > GOAL_ONE else 0


def fill(rows: int) -> None:
    """Makes the city unless it stands."""
    from django.db import connection

    from plainview.base.policy.actions import adopt
    from plainview.base.policy.lookup import in_force

    evidence.fill(rows)
    if in_force() is None:
        adopt(_text(), actor="system:bench")
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from incidents_matter)")
        if not cursor.fetchone()[0]:
            sizes = {"rows": rows, "calls": rows * 3 // 10, "matters": rows // 40, "holds": max(1, rows // 400)}
            cursor.execute(PAPER, sizes)
        cursor.execute("vacuum analyze")


def _text() -> str:
    from plainview.base.policy.rules import parse

    path = Path(__file__).parents[1] / "plainview/base/policy/texts/internally-recorded-digital-media-2021-03.toml"
    text = path.read_text(encoding="utf-8")
    parse(text)
    return text


def measure(rounds: int) -> dict[str, Any]:
    """Returns seconds, ratios to the bare statement, and our memory before and after."""
    from django.db import connection

    from plainview.base.policy.rules import parse
    from plainview.duties.retention import counting
    from plainview.duties.retention.due import judge_all
    from plainview.duties.retention.prices import DEFAULT, read_prices
    from plainview.duties.retention.simulate import simulate
    from plainview.holdings.evidence.keeping import kept_until
    from plainview.holdings.evidence.models import Recording

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [ON])
            cursor.fetchall()

    def due() -> None:
        from django.conf import settings

        from plainview.base.policy.lookup import terms
        from plainview.duties.retention.statement import kept

        statement = kept(terms(), settings.TIME_ZONE, ON)
        with connection.cursor() as cursor:
            free = "known and cardinality(held_by) = 0 and until <= %s"
            cursor.execute(f"{statement.sql} select {free}, count(*) from kept group by 1", [*statement.params, ON])
            cursor.fetchall()

    draft = parse(_text().replace(*DRAFTED).replace('version = "2021-03"', 'version = "draft"'))
    work: dict[str, Callable[[], object]] = {
        "bare": bare,
        "due": due,
        "count for the pages": lambda: counting.refresh(ON),
        "simulate": lambda: simulate(draft, read_prices(DEFAULT), ON),
        "every row streamed to us": lambda: sum(1 for _ in judge_all(ON)),
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds: dict[str, list[float]] = {}
    for name in work:
        seconds[name] = [_timed(work[name]) for _ in range(rounds)]
        print(f"{name}: {', '.join(f'{each:.2f}' for each in seconds[name])} s", file=sys.stderr, flush=True)
    middle = {name: statistics.median(each) for name, each in seconds.items()}
    some = list(Recording.objects.order_by("pk")[:200])
    one = statistics.median(_timed(lambda r=r: kept_until(r).sentence()) for r in some)  # type: ignore[misc]
    return {
        "seconds": middle,
        "ratios": {name: middle[name] / middle["bare"] for name in work if name != "bare"},
        "one sentence (s)": one,
        "memory (MB)": [before // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024],
        "recordings": Recording.objects.count(),
        "since": str(timedelta(seconds=round(sum(map(sum, seconds.values()))))),
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def told(found: dict[str, Any]) -> str:
    """Returns the table."""
    lines = [f"{found['recordings']:,} recordings; the bare statement {found['seconds']['bare']:.2f} s"]
    for name, ratio in found["ratios"].items():
        goal = f" (goal {GOALS[name]:.1f})" if name in GOALS else ""
        lines.append(f"{name:<28}{found['seconds'][name]:>8.2f} s {ratio:>7.2f} × the bare statement{goal}")
    lines.append(f"{'one sentence':<28}{found['one sentence (s)'] * 1000:>8.2f} ms (goal 5)")
    lines.append("our memory {} MB, then {} MB".format(*found["memory (MB)"]))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
