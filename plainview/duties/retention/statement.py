"""The one set-based statement that says of every recording how long it is kept: the twin of `policy.rules.keep_until`.

Both are tested against each other on random cities. A change to one without the other fails there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plainview.base.policy.rules import UPLOADED, Class, Period, Term

NOBODY = "00000000-0000-0000-0000-000000000000"  # a recording that no conclusion bears on
# Dates that stand for words, in their order: any day < until concluded < forever. Policy days end with the year 9999.
UNTIL_CONCLUDED = "date '99999-01-01'"
FOREVER = "date 'infinity'"


@dataclass(frozen=True)
class Statement:
    """SQL that ends in the table `kept`, and its parameters."""

    sql: str
    params: list[Any]


def kept(terms: Sequence[Term], zone: str, on: date, only: str = "", params: Sequence[Any] = ()) -> Statement:
    """Returns `with … kept as (…)`: one row a recording (id, until, clause, known, held_by, review).

    Args:
        terms: all adopted policies with their first days; a draft to be simulated is simply one more.
        zone: the department's zone, in which days are days.
        on: the day for which it is asked: it decides which terms have begun.
        only: a condition on evidence_recording as `r`, with its parameters, where not all are asked for.
    """
    _, rows, sql = _begin(terms, on, _HEAD + _DAYS + _JUDGE + _KEPT, "cases")
    sql = sql.replace("<chosen>", _CHOSEN.format(only=only) if only else "")
    sql = sql.replace("<among>", "recording_id in (select id from chosen)" if only else "true")
    sql = sql.replace(
        "<from>", "(select * from evidence_recording join chosen using (id))" if only else "evidence_recording"
    )
    counts_uploads = any(row[_MOMENT] == UPLOADED for row in rows)
    sql = sql.replace("<uploaded>", "(r.uploaded at time zone %s)::date" if counts_uploads else "date 'epoch'")
    zones = [zone, zone] if counts_uploads else [zone]
    return Statement(sql, [*params, *(cell for row in rows for cell in row), *zones])


def judged(terms: Sequence[Term], on: date, cases: str) -> Statement:
    """Returns `with … judged as (…)`: what terms say of each row of a table (id, classes, recorded, uploaded, own)."""
    _, rows, sql = _begin(terms, on, _HEAD + _JUDGE, cases)
    sql = sql.replace("<chosen>", "").replace("<among>", "true").rstrip().rstrip(",")
    return Statement(sql, [cell for row in rows for cell in row])


def tied() -> str:
    """Returns `with … standing, held, concluded as (…)`: which matters and people hold what, whatever the policy."""
    sql = _HEAD.replace("<rules>", _NO_RULE).replace("<chosen>", "").replace("<among>", "true")
    return sql.rstrip().rstrip(",")


def _begin(terms: Sequence[Term], on: date, sql: str, cases: str) -> tuple[list[Term], list[tuple[Any, ...]], str]:
    """Returns the terms that have begun, their rules as rows, and the statement with these rules in it."""
    begun = sorted((t for t in terms if t.effective <= on), key=lambda t: t.effective)
    rows = [row for n, term in enumerate(begun) for row in _rows(begun, n, term)]
    rule = "(%s, %s::date, %s, %s, %s, %s::int, %s::int, %s, %s::text[], %s)"
    sql = sql.replace("<rules>", ", ".join([rule] * len(rows)) or _NO_RULE).replace("<cases>", cases)
    return begun, rows, sql.replace("<said>", _SAID_WITH_NOW if len(begun) > 1 else _SAID)


def _rows(begun: Sequence[Term], n: int, term: Term) -> list[tuple[Any, ...]]:
    """What one policy says, a row a class. An earlier one speaks of what was recorded before the next began."""
    current = n == len(begun) - 1
    if not current and term.effective >= begun[n + 1].effective:
        return []
    before = None if current else begun[n + 1].effective
    newest = begun[-1].policy
    return [
        (current, before, c.id, c.clause, *_period(c), c.moment, list(c.matter_kinds), c.review)
        for c in term.policy.classes
        if current or newest.find(c.id) is not None
    ]


_MOMENT = 7  # where a row of _rows says from which moment it counts


def _period(found: Class) -> tuple[bool, int | None, int | None]:
    """Returns (forever, months, days)."""
    if not isinstance(found.keep, Period):
        return True, None, None
    months = found.keep.months
    return False, months, None if months is not None else found.keep.count


# What the policy in force says of the same class: an earlier promise counts only where it is longer. Without an
# earlier policy the window would be sorted for nothing.
_SAID = "(select said.*, until as now from said) said"
_SAID_WITH_NOW = (
    "(select said.*, max(until) filter (where current) over (partition by id, class_id) as now from said) said"
)
_CHOSEN = """chosen as materialized (select r.id from evidence_recording r where {only}),
"""
# Matches no class: without a policy everything is kept for ever.
_NO_RULE = "(false, null::date, null::text, null, false, null::int, null::int, null, null::text[], false)"
# Most recordings of a day and a class are one case: each case is judged once. What a conclusion bears on is its own.
_HEAD = """
with <chosen>rules as materialized (
    select * from (values <rules>)
        as v (current, before, class_id, clause, forever, months, days, moment, kinds, review)
),
linked as materialized (
    select recording_id, matter_id from evidence_recordingmatter where <among>
    union
    select rc.recording_id, mc.matter_id
    from evidence_recordingcall rc join incidents_mattercall mc on mc.call_id = rc.call_id
    where <among>
),
standing as materialized (
    select l.recording_id, m.kind, bool_or(m.status in ('open', 'appealed')) as going, max(m.status_on) as concluded,
           array_agg(m.number order by m.number) filter (where m.status in ('open', 'appealed')) as holding
    from linked l join incidents_matter m on m.id = l.matter_id
    group by l.recording_id, m.kind
),
held as materialized (
    select recording_id, array_agg(name order by place, name) as by
    from (
        select s.recording_id, 1 as place, unnest(s.holding) as name from standing s where s.going
        union all
        select h.recording_id, 2, 'hold-' || h.id from evidence_hold h where h.lifted_at is null and <among>
    ) each
    group by recording_id
),
concluded as materialized (
    select s.recording_id, r.class_id, r.before, max(s.concluded) as on_day
    from standing s join rules r on s.kind = any (r.kinds)
    where r.moment = 'matter concluded'
    group by s.recording_id, r.class_id, r.before
    having not bool_or(s.going)
),
"""
_DAYS = f"""days as materialized (
    select r.id, r.classes, coalesce((r.start at time zone %s)::date, date '-infinity') as recorded,
           <uploaded> as uploaded, coalesce(o.id, uuid '{NOBODY}') as own
    from <from> r left join (select distinct recording_id as id from concluded) o on o.id = r.id
),
cases as materialized (
    select row_number() over () as id, classes, nullif(recorded, date '-infinity') as recorded, uploaded, own,
           recorded as key
    from (select distinct classes, recorded, uploaded, own from days) d
),
"""
_JUDGE = f"""said as (
    select d.id, x.current, x.clause, x.review, b.class_id, b.place,
           case
               when x.class_id is null or x.forever then {FOREVER}
               when m.day is null and x.moment = 'matter concluded' then {UNTIL_CONCLUDED}
               when m.day is null then {FOREVER}
               else least(
                   (m.day + make_interval(months => coalesce(x.months, 0), days => coalesce(x.days, 0)))::date,
                   date '9999-12-31')
           end as until
    from <cases> d
    cross join lateral unnest(d.classes) with ordinality as b (class_id, place)
    left join rules x on x.class_id = b.class_id
        and (x.current or d.recorded is null or d.recorded < x.before)
    left join concluded c on c.recording_id = d.own and c.class_id = x.class_id
        and c.before is not distinct from x.before
    cross join lateral (
        select case x.moment when 'recorded' then d.recorded when 'uploaded' then d.uploaded else c.on_day end as day
    ) m
),
judged as (
    select id, max(until) as until, (array_agg(clause order by until desc, current desc, place))[1] as clause,
           bool_and(current is not null) as known, bool_or(review and (current or until > now)) as review
    from <said> group by id
),
"""
_KEPT = f"""kept as (
    select d.id, coalesce(j.until, {FOREVER}) as until, j.clause, coalesce(j.known, false) as known,
           coalesce(j.review, false) as review, coalesce(h.by, '{{}}') as held_by
    from days d
    join cases k on k.classes = d.classes and k.key = d.recorded and k.uploaded = d.uploaded and k.own = d.own
    left join judged j on j.id = k.id
    left join held h on h.recording_id = d.id
)"""
