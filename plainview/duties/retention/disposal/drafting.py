"""Puts what is due onto a list, in a few statements however many they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from plainview.base.policy.lookup import terms
from plainview.duties.retention.disposal.models import Batch
from plainview.duties.retention.due import ROOM
from plainview.duties.retention.statement import kept

_LIST = """
insert into disposal_line (batch_id, recording_id, state, clause, until, decided, why, items, size)
select %s, r.id, case when k.review then 'asked' else 'going' end, coalesce(k.clause, ''), k.until, false, '', 0, 0
from kept k join evidence_recording r on r.id = k.id
where r.held_here and r.destroyed_at is null and not r.quarantined
  and k.known and cardinality(k.held_by) = 0 and k.until <= %s
  and (%s::text[] is null or r.classes <@ %s::text[])
  and not exists (select from disposal_line l where l.recording_id = r.id and l.state in ('asked', 'going', 'gone'))
order by k.until, r.id
limit %s"""
_EARLY = """
insert into disposal_line (batch_id, recording_id, state, clause, until, decided, why, items, size)
select %s, r.id, 'going', %s, case when k.until < date '9999-12-31' then k.until end, false, '', 0, 0
from kept k join evidence_recording r on r.id = k.id
where r.held_here and r.destroyed_at is null and not r.quarantined and cardinality(k.held_by) = 0
  and not exists (select from disposal_line l where l.recording_id = r.id and l.state in ('asked', 'going', 'gone'))"""
NOT_NOW = "it isn't due any more, or something holds it by now"
_AGAIN = f"""
, now as materialized (
    select k.id, k.until, r.held_here and r.destroyed_at is null and not r.quarantined
        and cardinality(k.held_by) = 0 and (%s or (k.known and k.until <= %s)) as goes, k.until <= %s as past
    from kept k join evidence_recording r on r.id = k.id
)
update disposal_line l
set state = case when now.goes then l.state else 'kept' end,
    why = case when now.goes then '' else '{NOT_NOW.replace("'", "''")}' end,
    until = case when now.past then now.until else l.until end
from now where now.id = l.recording_id and l.batch_id = %s and l.state = 'going'"""
_WEIGH = """
update disposal_line l set items = w.items, size = w.size
from (
    select recording_id, count(*) as items, sum(size)::bigint as size from (
        select f.recording_id, o.size from evidence_file f join storage_storedobject o on o.id = f.object_id
        where f.recording_id in (select recording_id from disposal_line where batch_id = %(batch)s)
        union all
        select f.recording_id, o.size from evidence_derivative d join evidence_file f on f.id = d.file_id
        join storage_storedobject o on o.id = d.object_id
        where f.recording_id in (select recording_id from disposal_line where batch_id = %(batch)s)
    ) each group by recording_id
) w
where l.batch_id = %(batch)s and l.recording_id = w.recording_id"""
MOST = 1_000_000


def list_due(batch: Batch, classes: Collection[str] | None = None, most: int = MOST) -> int:
    """Puts everything that is due by the batch's day, held here and free onto it; returns how many.

    `classes`: only what bears no other class than these. What a class wants a person to decide is asked, not listed.
    """
    statement = kept(terms(), settings.TIME_ZONE, batch.on)
    wanted = sorted(classes) if classes else None
    return _put(batch, statement.sql + _LIST, [*statement.params, batch.pk, batch.on, wanted, wanted, most])


def list_early(batch: Batch, recordings: Sequence[UUID], clause: str) -> int:
    """Puts these recordings onto it before their time, unless something holds them; returns how many."""
    statement = kept(terms(), settings.TIME_ZONE, batch.on, "r.id = any(%s)", [list(recordings)])
    return _put(batch, statement.sql + _EARLY, [*statement.params, batch.pk, clause])


def judge_again(batch: Batch) -> int:
    """Takes off the list what isn't due any more, or held by now; returns how many. Days and clauses are brought up."""
    only = "r.id in (select recording_id from disposal_line where batch_id = %s and state = 'going')"
    statement = kept(terms(), settings.TIME_ZONE, batch.on, only, [batch.pk])
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(statement.sql + _AGAIN, [*statement.params, bool(batch.early), batch.on, batch.on, batch.pk])
        cursor.execute("select count(*) from disposal_line where batch_id = %s and why = %s", [batch.pk, NOT_NOW])
        return int(cursor.fetchone()[0])


def weigh(batch: Batch) -> None:
    """Counts files and bytes of every line as they are now; more may have been made from a file since."""
    with connection.cursor() as cursor:
        cursor.execute(_WEIGH, {"batch": batch.pk})


def judge(recordings: Sequence[UUID], on: date) -> dict[UUID, tuple[date, str, bool, list[str], bool]]:
    """Returns (until, clause, known, held by, review) of each recording, as the rows stand at this moment."""
    statement = kept(terms(), settings.TIME_ZONE, on, "r.id = any(%s)", [list(recordings)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement.sql} select id, least(until, date '9999-12-31'), coalesce(clause, ''), known, held_by, review "
            "from kept",
            statement.params,
        )
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def _put(batch: Batch, sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(sql, params)
        count = int(cursor.rowcount)
    weigh(batch)
    return count
