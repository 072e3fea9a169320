"""The findings of their own kind, each by one statement for all the days asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from plainview.base.policy.rules import Policy
from plainview.duties.activation.rules.kinds import Kind


@dataclass(frozen=True)
class Asked:
    """Some days under one policy, both included, and the moment for which it is asked."""

    first: date
    last: date
    begin: datetime
    end: datetime
    policy: Policy
    now: datetime


def find(asked: Asked) -> Counter[str]:
    """Writes what is so now, ends what is so no longer, and returns how many there are of each kind."""
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for kind, statement in STATEMENTS.items():
            sql, clause, more = statement(asked)
            cursor.execute(
                _WRITE.format(found=sql),
                {
                    "kind": kind.value,
                    "clause": clause,
                    "zone": settings.TIME_ZONE,
                    "begin": asked.begin,
                    "end": asked.end,
                    "first": asked.first,
                    "last": asked.last,
                    "now": asked.now,
                    **more,
                },
            )
            counts[kind.value] += cursor.fetchone()[0]
    return counts


def _late(asked: Asked) -> tuple[str, str, dict[str, Any]]:
    said = asked.policy.duties.docking
    activation = asked.policy.activation
    hours = said.hours if said.hours is not None else (activation.upload_hours if activation else 24)
    clause = said.clause or (activation.clause if activation else "")
    return _LATE, clause, {"allowed": timedelta(hours=hours)}


def _doubtful(asked: Asked) -> tuple[str, str, dict[str, Any]]:
    said = asked.policy.duties.doubtful
    return _DOUBTFUL, said.clause, {"classes": list(said.classes), "outcomes": list(said.dispositions)}


def _activation(sql: str) -> Callable[[Asked], tuple[str, str, dict[str, Any]]]:
    def statement(asked: Asked) -> tuple[str, str, dict[str, Any]]:
        return sql, asked.policy.activation.clause if asked.policy.activation else "", {}

    return statement


# What is so: (recording_id, dispatch_id, officer_id, unit_id, at, detail). `listed_at` is the start, or the day we
# heard of it where the start is not known.
_LATE = """
select r.id, null::bigint, r.officer_id, r.unit_id, r.start,
       'uploaded ' || round(extract(epoch from r.uploaded - r.stop) / 3600) || ' hours after its end'
from evidence_recording r
where r.kind = 'body' and r.listed_at >= %(begin)s and r.listed_at < %(end)s and r.start is not null
  and r.upload_stated and r.uploaded - r.stop > %(allowed)s"""
_NO_STOP = """
select r.id, null::bigint, r.officer_id, r.unit_id, r.listed_at,
       case when r.start is null then 'its start is not known either' else 'it can''t be matched' end
from evidence_recording r
where r.listed_at >= %(begin)s and r.listed_at < %(end)s and r.stop is null"""
_NEVER_CLEARED = """
select null::uuid, d.id, d.officer_id, null::bigint, coalesce(d.arrived, d.dispatched),
       'judged as if it had been cleared after 24 hours'
from incidents_dispatch d
where coalesce(d.arrived, d.dispatched) >= %(begin)s and coalesce(d.arrived, d.dispatched) < %(end)s
  and d.officer_id is not null and d.cleared is null
  and coalesce(d.arrived, d.dispatched) < %(now)s - interval '24 hours'"""
# By what the recording is tied to, and by the dispatches that it matched. One that bears another class besides is fine:
# the longest wins.
_DOUBTFUL = """
select r.id, null::bigint, r.officer_id, r.unit_id, r.listed_at, string_agg(distinct t.disposition, ', ')
from evidence_recording r join (
    select c.recording_id, d.disposition from evidence_recordingcall c
    join evidence_recording near on near.id = c.recording_id
        and near.listed_at >= %(begin)s and near.listed_at < %(end)s and near.classes && %(classes)s
    join incidents_dispatch d on d.call_id = c.call_id where d.disposition = any (%(outcomes)s)
    union all
    select each.id, d.disposition from activation_finding f cross join lateral unnest(f.recordings) each (id)
    join incidents_dispatch d on d.id = f.dispatch_id and d.disposition = any (%(outcomes)s)
    where f.day >= %(first)s::date - 2 and f.day <= %(last)s::date + 2
) t on t.recording_id = r.id
where r.listed_at >= %(begin)s and r.listed_at < %(end)s and r.classes && %(classes)s and r.classes <@ %(classes)s
group by r.id"""
# Who was in the car is what the dispatches say; a recording of a car of which nobody says so accuses no one.
_IN_CAR_ALONE = """
select r.id, null::bigint, min(i.officer_id), min(i.unit_id), r.start,
       'in the car: ' || string_agg(distinct i.badge, ', ')
from (
    select each.id as recording_id, d.officer_id, d.badge, f.unit_id
    from activation_finding f cross join lateral unnest(f.in_car) each (id)
    join incidents_dispatch d on d.id = f.dispatch_id
    where f.day >= %(first)s::date - 2 and f.day <= %(last)s::date + 2
) i join evidence_recording r on r.id = i.recording_id
where r.listed_at >= %(begin)s and r.listed_at < %(end)s
group by r.id
having not exists (
    select 1 from evidence_recording b where b.kind = 'body' and b.officer_id = any (array_agg(i.officer_id))
      and b.listed_at < r.stop and b.listed_at > r.start - interval '36 hours' and b.stop > r.start)"""
STATEMENTS: dict[Kind, Callable[[Asked], tuple[str, str, dict[str, Any]]]] = {
    Kind.DOUBTFUL_CLASS: _doubtful,
    Kind.IN_CAR_ALONE: _activation(_IN_CAR_ALONE),
    Kind.LATE_DOCKING: _late,
    Kind.NEVER_CLEARED: _activation(_NEVER_CLEARED),
    Kind.NO_STOP: _activation(_NO_STOP),
}
_WRITE = """
with so (recording_id, dispatch_id, officer_id, unit_id, at, detail) as materialized ({found}),
written as (
    insert into activation_otherfinding as o
        (kind, recording_id, dispatch_id, officer_id, unit_id, day, at, detail, clause, found_at)
    select %(kind)s, so.recording_id, so.dispatch_id, so.officer_id,
           coalesce(so.unit_id, (select f.unit_id from activation_finding f where f.dispatch_id = so.dispatch_id)),
           (so.at at time zone %(zone)s)::date, so.at, so.detail, %(clause)s, %(now)s from so
    on conflict (recording_id, dispatch_id, kind) do update set
        officer_id = excluded.officer_id, unit_id = excluded.unit_id, day = excluded.day, at = excluded.at,
        detail = excluded.detail, clause = excluded.clause, ended_at = null
    where (o.officer_id, o.unit_id, o.at, o.detail, o.clause, o.ended_at)
        is distinct from (excluded.officer_id, excluded.unit_id, excluded.at, excluded.detail, excluded.clause, null)
),
gone as (
    update activation_otherfinding o set ended_at = %(now)s
    where o.kind = %(kind)s and o.day >= %(first)s and o.day <= %(last)s and o.ended_at is null
      and not exists (select 1 from so where so.recording_id is not distinct from o.recording_id
                      and so.dispatch_id is not distinct from o.dispatch_id)
)
select count(*) from so"""
