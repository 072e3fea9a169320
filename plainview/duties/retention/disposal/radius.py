"""The blast radius of a list: how much, whose, of what, how old, and what is unusual against the month before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from plainview.base.policy.lookup import in_force
from plainview.duties.retention.disposal.models import Batch, Line
from plainview.duties.retention.disposal.rules import MONTH, Figures, unusual

State = Line.State
OPEN = (State.ASKED, State.GOING)


@dataclass(frozen=True)
class Radius:
    """What a batch would take, or has taken."""

    now: Figures
    before: Figures  # what was destroyed in the month before it was drafted
    by_class: list[tuple[list[str], int, int, date | None, date | None]]  # classes, recordings, bytes, oldest, newest
    by_unit: list[tuple[str, int, int]]
    hours: float
    items: int  # files, and what was made from them
    unusual: list[str]


def radius(batch: Batch, states: Sequence[str] = OPEN) -> Radius:
    """Returns it, of the lines in these states. A handful of statements, whatever the size."""
    given = {"batch": [batch.pk], "states": list(states)}
    now, hours, items = _figures(given)
    earlier = Batch.objects.filter(begun_at__lt=batch.drafted_at, begun_at__gte=batch.drafted_at - MONTH)
    done = list(earlier.exclude(pk=batch.pk).values_list("pk", flat=True))
    before, _, _ = _figures({"batch": done, "states": [State.GONE]})
    policy = in_force()
    since = policy.effective if policy else None
    today = timezone.localdate(batch.drafted_at)
    return Radius(
        now=now,
        before=before,
        by_class=[tuple(row) for row in _rows(_BY_CLASS, given)],
        by_unit=[tuple(row) for row in _rows(_BY_UNIT, given)],
        hours=hours,
        items=items,
        # Of what is gone already, what is left says nothing.
        unusual=unusual(now, before, since, today) if batch.ended_at is None and batch.begun_at is None else [],
    )


def _figures(given: dict[str, Any]) -> tuple[Figures, float, int]:
    count, size, officers, oldest, newest, seconds, items = _rows(_TOTAL, given)[0]
    ((most,),) = _rows(_OF_OFFICER, given)
    ((matters,),) = _rows(_MATTERS, given)
    ((held,),) = _rows("select count(*) from evidence_recording where held_here and destroyed_at is null", given)
    classes = dict(_rows(_CLASSES, given))
    return Figures(count, size, officers, matters, oldest, newest, most, held, classes), seconds / 3600, items


def _rows(statement: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**given, "zone": timezone.get_current_timezone_name()})
        return list(cursor.fetchall())


def month_before(batch: Batch) -> tuple[date, date]:
    """Returns the days that it is compared with."""
    last = timezone.localdate(batch.drafted_at)
    return last - MONTH, last - timedelta(days=1)


_FROM = """
from disposal_line l join evidence_recording r on r.id = l.recording_id
where l.batch_id = any(%(batch)s) and l.state = any(%(states)s)"""
_DAY = "(r.listed_at at time zone %(zone)s)::date"
_TOTAL = f"""
select count(*), coalesce(sum(l.size), 0)::bigint, count(distinct r.officer_id), min({_DAY}), max({_DAY}),
       coalesce(sum(r.duration_ms), 0)::bigint / 1000, coalesce(sum(l.items), 0)::bigint {_FROM}"""
_OF_OFFICER = f"""
select coalesce(max(n), 0)
from (select count(*) as n {_FROM} and r.officer_id is not null group by r.officer_id) each"""
_CLASSES = f"select class, count(*) from (select unnest(r.classes) as class {_FROM}) each group by class"
_BY_CLASS = f"""
select r.classes, count(*), coalesce(sum(l.size), 0)::bigint, min({_DAY}), max({_DAY}) {_FROM}
group by r.classes order by 2 desc, 1"""
_BY_UNIT = """
select coalesce(u.name, ''), count(*), coalesce(sum(l.size), 0)::bigint
from disposal_line l join evidence_recording r on r.id = l.recording_id left join people_unit u on u.id = r.unit_id
where l.batch_id = any(%(batch)s) and l.state = any(%(states)s)
group by u.name order by 2 desc, 1"""
_MATTERS = """
with mine as materialized (
    select recording_id from disposal_line where batch_id = any(%(batch)s) and state = any(%(states)s)
)
select count(*) from (
    select t.matter_id from mine join evidence_recordingmatter t using (recording_id)
    union
    select mc.matter_id from mine join evidence_recordingcall t using (recording_id)
    join incidents_mattercall mc on mc.call_id = t.call_id
) each"""
