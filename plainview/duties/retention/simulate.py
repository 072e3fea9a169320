"""What a draft of the policy would move, against the real holdings, before anybody votes on it.

Two answers, since they differ and both matter:

- *as adopted*: on the draft's first possible day, with every earlier promise standing. A shorter rule moves nothing
  that is here already.
- *as if*: everything that is here judged by the draft alone, against the policy in force alone. This is what a shorter
  rule comes to in the long run, and what it would have destroyed by now had it always been so.

Nothing is changed by asking: it is a calculation in temporary tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import Change, Policy, Term, earliest, shortens
from plainview.duties.retention.due import ROOM
from plainview.duties.retention.prices import Tier, in_sql
from plainview.duties.retention.statement import FOREVER, NOBODY, Statement, judged, tied

YEARS = 5  # how far costs are counted: beyond that nobody knows the prices


@dataclass(frozen=True)
class Moved:
    """Some recordings whose day changes. Sizes count what is held here; elsewhere they are not known to us."""

    name: str  # of a unit, or the classes they bear
    longer: int = 0
    shorter: int = 0
    hours: float = 0.0
    size: int = 0  # bytes
    dollars: float = 0.0  # more (or, below zero, less) to pay within YEARS

    @property
    def recordings(self) -> int:
        """How many move at all."""
        return self.longer + self.shorter


@dataclass(frozen=True)
class Answer:
    """What a draft moves under one way of looking at it."""

    total: Moved
    matters: int  # that concern a recording which moves
    size_unknown: int  # recordings that move and are held elsewhere, so that their bytes are not known
    due_before: int
    due_after: int
    due_hours: float  # of those that would become due
    due_size: int
    due_matters: int
    by_class: list[Moved] = field(default_factory=list)
    by_unit: list[Moved] = field(default_factory=list)

    @property
    def newly_due(self) -> int:
        """How many would be due that are not now."""
        return max(0, self.due_after - self.due_before)


@dataclass(frozen=True)
class Simulation:
    """Everything that is told before a vote."""

    on: date  # the draft's first possible day
    recordings: int  # in all
    held: int  # by matters and people: no draft moves those before they are free
    shortens: list[Change]
    adopted: Answer
    as_if: Answer
    tiers: list[Tier]


@transaction.atomic
def simulate(draft: Policy, tiers: list[Tier], on: date | None = None) -> Simulation:
    """Returns what a draft would move. `on` is its first day; the earliest that notice allows unless given."""
    adopted, today = terms(), timezone.localdate()
    current = adopted[-1] if adopted else None
    first = on or draft.effective or today
    if current is not None:
        first = max(first, earliest(current.policy, draft, today))
    alone = [Term(draft, date.min)]
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(_GROUPS, {"zone": settings.TIME_ZONE, "nobody": NOBODY})
        cursor.execute(_CASES)
        cursor.execute("analyze sim_group; analyze sim_case")  # the planner knows nothing of a table made just now
        _judge(cursor, "sim_now", judged(adopted, first, "sim_case"))
        _judge(cursor, "sim_draft", judged(alone, first, "sim_case"))
        ruled = [Term(current.policy, date.min)] if current is not None else []
        _judge(cursor, "sim_alone", judged(ruled, first, "sim_case"))
        cursor.execute("analyze sim_now; analyze sim_draft; analyze sim_alone")
        _join(cursor, tiers, today, first)
        cursor.execute("select sum(n), sum(n) filter (where held) from sim")
        recordings, held = cursor.fetchone()
        found = Simulation(
            on=first,
            recordings=int(recordings or 0),
            held=int(held or 0),
            shortens=shortens(current.policy, draft) if current else [],
            adopted=_answer(cursor, "promised", "adopted"),
            as_if=_answer(cursor, "ruled", "drafted"),
            tiers=tiers,
        )
        cursor.execute("drop table sim, sim_group, sim_case, sim_now, sim_draft, sim_alone")
    return found


def _judge(cursor: Any, table: str, statement: Statement) -> None:
    cursor.execute(
        f"create temporary table {table} on commit drop as {statement.sql} select id, until, known from judged",
        statement.params,
    )


def _join(cursor: Any, tiers: list[Tier], today: date, first: date) -> None:
    """Puts the answers side by side. What earlier policies promised longer stays: the later of the two days counts."""
    end = f"date '{today + timedelta(days=round(YEARS * 365.25))}'"
    costs = {
        f"cost_{name}": in_sql(
            tiers, "recorded", f"case when held then {end} else least({name}, {end}) end", f"date '{today}'", "size"
        )
        for name in ("promised", "adopted", "ruled", "drafted")
    }
    cursor.execute(_JOIN.format(forever=FOREVER, **costs), [first])


def _answer(cursor: Any, before: str, after: str) -> Answer:
    names = {"before": before, "after": after}
    cursor.execute(_TOTAL.format(**names))
    row = cursor.fetchone()
    cursor.execute(_MATTERS.format(**names))
    matters, due_matters = cursor.fetchone()
    return Answer(
        total=Moved("", *row[:5]),
        size_unknown=row[5],
        due_before=row[6],
        due_after=row[7],
        due_hours=row[8],
        due_size=row[9],
        matters=matters,
        due_matters=due_matters,
        by_class=_groups(cursor, _BY_CLASS.format(**names)),
        by_unit=_groups(cursor, _BY_UNIT.format(**names)),
    )


def _groups(cursor: Any, statement: str) -> list[Moved]:
    cursor.execute(statement)
    return [Moved(*row) for row in cursor.fetchall()]


# Recordings of the same classes, day and unit are one row from here on. Whatever a matter bears on stands by itself.
_GROUPS = f"""
create temporary table sim_group on commit drop as {tied()}
select r.classes, (r.start at time zone %(zone)s)::date as recorded,
       (r.uploaded at time zone %(zone)s)::date as uploaded,
       coalesce(o.id, %(nobody)s::uuid) as own, r.unit_id, h.recording_id is not null as held, r.held_here,
       count(*) as n, coalesce(sum(r.size) filter (where r.held_here), 0)::bigint as size,
       coalesce(sum(r.duration_ms), 0)::bigint as duration_ms
from evidence_recording r
left join (select distinct recording_id as id from standing) o on o.id = r.id
left join held h on h.recording_id = r.id
where r.destroyed_at is null
group by 1, 2, 3, 4, 5, 6, 7"""
_CASES = """
create temporary table sim_case on commit drop as
select row_number() over () as id, classes, recorded, uploaded, own, coalesce(recorded, date '-infinity') as key
from (select distinct classes, recorded, uploaded, own from sim_group) g"""
# promised: what stands now · adopted: with the draft besides · ruled: the policy in force alone · drafted: the draft
_JOIN = """
create temporary table sim on commit drop as
select *, {cost_promised} as cost_promised, {cost_adopted} as cost_adopted, {cost_ruled} as cost_ruled,
       {cost_drafted} as cost_drafted, promised <= first and free as due_promised,
       adopted <= first and free_then as due_adopted, ruled <= first and free_alone as due_ruled,
       drafted <= first and free_then as due_drafted
from (
    select g.own, g.held, g.n, g.size, g.duration_ms, g.held_here, g.unit_id, g.classes,
           coalesce(g.recorded, g.uploaded) as recorded, %s::date as first,
           coalesce(n.until, {forever}) as promised, greatest(coalesce(n.until, {forever}), d.until) as adopted,
           coalesce(a.until, {forever}) as ruled, coalesce(d.until, {forever}) as drafted,
           coalesce(n.known, false) and not g.held as free, coalesce(d.known, false) and not g.held as free_then,
           coalesce(a.known, false) and not g.held as free_alone
    from sim_group g
    join sim_case c on c.classes = g.classes and c.key = coalesce(g.recorded, date '-infinity')
        and c.uploaded = g.uploaded and c.own = g.own
    left join sim_now n on n.id = c.id left join sim_draft d on d.id = c.id left join sim_alone a on a.id = c.id
) s"""
_SUMS = """
    coalesce(sum(n) filter (where {after} > {before}), 0)::bigint,
    coalesce(sum(n) filter (where {after} < {before}), 0)::bigint,
    coalesce(sum(duration_ms) filter (where {after} <> {before}), 0) / 3600000.0::double precision,
    coalesce(sum(size) filter (where {after} <> {before}), 0)::bigint,
    coalesce(sum(cost_{after} - cost_{before}) filter (where {after} <> {before}), 0)"""
_TOTAL = f"""
select {_SUMS}, coalesce(sum(n) filter (where {{after}} <> {{before}} and not held_here), 0)::bigint,
    coalesce(sum(n) filter (where due_{{before}}), 0)::bigint, coalesce(sum(n) filter (where due_{{after}}), 0)::bigint,
    coalesce(sum(duration_ms) filter (where due_{{after}} and not due_{{before}}), 0) / 3600000.0::double precision,
    coalesce(sum(size) filter (where due_{{after}} and not due_{{before}}), 0)::bigint
from sim"""
_BY_CLASS = f"""
select array_to_string(classes, ', '), {_SUMS} from sim where {{after}} <> {{before}}
group by classes order by sum(n) desc, 1"""
_BY_UNIT = f"""
select coalesce(u.name, 'not known'), {_SUMS} from sim left join people_unit u on u.id = sim.unit_id
where {{after}} <> {{before}} group by u.id, u.name order by sum(n) desc, 1"""
_MATTERS = """
select count(distinct l.matter_id) filter (where s.{after} <> s.{before}),
       count(distinct l.matter_id) filter (where s.due_{after} and not s.due_{before})
from sim s join (
    select recording_id, matter_id from evidence_recordingmatter
    union
    select t.recording_id, mc.matter_id
    from evidence_recordingcall t join incidents_mattercall mc on mc.call_id = t.call_id
) l on l.recording_id = s.own where s.{after} <> s.{before} or s.due_{after}"""
