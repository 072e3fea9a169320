"""The only writes of this room: an audit, a reason, a clock confirmed. Reading findings is an act as well."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind as Event
from plainview.base.people.origin import Origin
from plainview.base.people.table import harmless
from plainview.base.policy.lookup import current_hash, terms
from plainview.duties.activation import others
from plainview.duties.activation.auditing import COLUMNS, Judged, judge
from plainview.duties.activation.loading import Drifts, moment
from plainview.duties.activation.models import Finding, OtherFinding, Run
from plainview.duties.activation.rules.terms import Stretch, stretches, terms_of
from plainview.holdings.incidents.actions.batches import refresh_statistics
from plainview.ledger.canonical import Json

ALONE = 7_461_001  # one audit at a time: two would write the same findings
Sink = Callable[[Sequence[str]], None]
Progress = Callable[[date], None]


class BadDays(ValueError):
    """Days that can't be audited; says why."""


@dataclass
class _Told:
    """Counts rows and keeps the hash of the table while it is written; every cell harmless for spreadsheets."""

    sink: Sink | None
    counts: Counter[str] = field(default_factory=Counter)
    digest: object = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer)
        self.row(COLUMNS)

    def row(self, cells: Sequence[str]) -> None:
        clean = [harmless(cell) for cell in cells]
        self._writer.writerow(clean)
        self.digest.update(self._buffer.getvalue().encode())  # type: ignore[attr-defined]
        self._buffer.seek(0)
        self._buffer.truncate()
        if self.sink is not None:
            self.sink(clean)

    def judged(self, found: Iterator[Judged]) -> Iterator[Judged]:
        for each in found:
            self.counts[each.found.status.value] += 1
            self.counts["all"] += 1
            self.row(each.cells())
            yield each

    @property
    def sha256(self) -> str:
        return str(self.digest.hexdigest())  # type: ignore[attr-defined]


@transaction.atomic
def audit(
    first: date,
    last: date,
    *,
    actor: str,
    as_of: datetime | None = None,
    origin: Origin | None = None,
    sink: Sink | None = None,
    progress: Progress | None = None,
) -> Run:
    """Judges every dispatch whose expected time begins on a local day from first to last, both included.

    Args:
        as_of: the moment for which open calls and late uploads are judged; now unless given.
        sink: takes the header and each row of the table as it is found. What it wrote counts once this has returned.
        progress: is told the day up to which all is judged.

    Raises BadDays. All is written, or nothing.
    """
    if last < first:
        raise BadDays(f"the last day {last} is before the first {first}")
    now = as_of or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ALONE])
    run = Run.objects.create(
        handle=custody.open_item("audit"), first=first, last=last, as_of=now, actor=actor, began_at=timezone.now()
    )
    told, drifts, found, texts = _Told(sink), Drifts.now(), Counter[str](), dict[str, None]()
    for stretch in stretches(terms(), first, last):
        begin, end = bounds(stretch.first, stretch.last)
        if stretch.policy is None:
            run.unjudged += _sent(begin, end)
        else:
            texts[stretch.policy.sha256] = None
            _write(run, stretch, list(told.judged(judge(begin, end, terms_of(stretch.policy), now, drifts))))
            found += others.find(others.Asked(stretch.first, stretch.last, begin, end, stretch.policy, now))
        if progress is not None:
            progress(stretch.last)
    run.dispatches, run.sha256 = told.counts.pop("all", 0), told.sha256
    run.nobody = _nobody(*bounds(first, last))
    run.counts = {"statuses": dict(told.counts), "others": dict(found)}
    run.ended_at = timezone.now()
    run.save()
    refresh_statistics(run.dispatches, Finding, OtherFinding)
    facts: dict[str, Json] = {
        "first": str(first), "last": str(last), "as_of": now.isoformat(), "dispatches": run.dispatches,
        "unjudged": run.unjudged, "statuses": dict(told.counts), "others": dict(found), "sha256": run.sha256,
        "policies": list(texts), "origin": dict(origin or {}),
    }  # fmt: skip
    custody.record(Event.ACTIVATION_AUDIT_RUN, run.handle, actor=actor, facts=facts, policy=current_hash())
    return run


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Returns the moments at which the first day begins and the last ends in the department's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)


def _write(run: Run, stretch: Stretch, found: list[Judged]) -> None:
    """Writes the findings of a stretch; a dispatch that fell out of these days leaves its old finding behind."""
    assert stretch.policy is not None
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(f"copy judged ({_COLUMNS}) from stdin") as out:
            for each in found:
                f = each.found
                out.write_row(
                    (each.dispatch, each.officer, moment(each.begin), moment(each.end), f.status.value, list(f.flags),
                     f.reason, f.coverage, f.late, f.early, each.recordings, each.in_car)
                )  # fmt: skip
        values: dict[str, str | int | date] = {
            "run": run.pk, "zone": settings.TIME_ZONE, "policy": stretch.policy.sha256, "first": stretch.first,
            "last": stretch.last, "clause": stretch.policy.activation.clause if stretch.policy.activation else "",
        }  # fmt: skip
        cursor.execute(_GONE, values)
        cursor.execute(_FINDINGS, values)
        cursor.execute("drop table judged")


def _sent(begin: datetime, end: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(who="is not null"), [begin, end])
        return int(cursor.fetchone()[0])


def _nobody(begin: datetime, end: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(who="is null"), [begin, end])
        return int(cursor.fetchone()[0])


_COLUMNS = "dispatch_id, officer_id, begin, until, status, flags, reason, coverage, late, early, recordings, in_car"
_INCOMING = """
create temporary table judged (
    dispatch_id bigint, officer_id bigint, begin timestamptz, until timestamptz, status text, flags text[], reason text,
    coverage smallint, late bigint, early bigint, recordings uuid[], in_car uuid[]
) on commit drop"""
# A corrected time may have moved a dispatch to another day, or a correction taken its officer away.
_GONE = """
delete from activation_finding f
where f.day >= %(first)s and f.day <= %(last)s
  and not exists (select 1 from judged j where j.dispatch_id = f.dispatch_id)
  and not exists (
      select 1 from incidents_dispatch d where d.id = f.dispatch_id and d.officer_id is not null
        and (coalesce(d.arrived, d.dispatched) at time zone %(zone)s)::date = f.day)"""
_FINDINGS = """
insert into activation_finding as f (dispatch_id, run_id, officer_id, unit_id, day, hour, begin, "end", status, flags,
    reason, coverage, late, early, recordings, in_car, clause, policy)
select j.dispatch_id, %(run)s, j.officer_id, a.unit_id, l.day, l.hour, j.begin, j.until, j.status, j.flags, j.reason,
       j.coverage, j.late, j.early, j.recordings, j.in_car, %(clause)s, %(policy)s
from judged j
cross join lateral (select (j.begin at time zone %(zone)s)::date as day,
                           extract(hour from j.begin at time zone %(zone)s)::smallint as hour) l
left join lateral (
    select unit_id from people_assignment s
    where s.officer_id = j.officer_id and s.began <= l.day and (s.ended is null or s.ended >= l.day)
    order by s.began desc limit 1
) a on true
on conflict (dispatch_id) do update set
    run_id = excluded.run_id, officer_id = excluded.officer_id, unit_id = excluded.unit_id, day = excluded.day,
    hour = excluded.hour, begin = excluded.begin, "end" = excluded."end", status = excluded.status,
    flags = excluded.flags, reason = excluded.reason, coverage = excluded.coverage, late = excluded.late,
    early = excluded.early, recordings = excluded.recordings, in_car = excluded.in_car, clause = excluded.clause,
    policy = excluded.policy
where (f.officer_id, f.unit_id, f.begin, f."end", f.status, f.flags, f.reason, f.coverage, f.late, f.early,
       f.recordings, f.in_car, f.clause, f.policy)
   is distinct from (excluded.officer_id, excluded.unit_id, excluded.begin, excluded."end", excluded.status,
       excluded.flags, excluded.reason, excluded.coverage, excluded.late, excluded.early, excluded.recordings,
       excluded.in_car, excluded.clause, excluded.policy)"""
_COUNT = """
select count(*) from incidents_dispatch d
where coalesce(d.arrived, d.dispatched) >= %s and coalesce(d.arrived, d.dispatched) < %s and d.officer_id {who}"""
