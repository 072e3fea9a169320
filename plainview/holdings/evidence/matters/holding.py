"""What a matter holds, and what would follow if it stood elsewhere. Set-based: a riot may concern thousands of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import HoldState, MatterState, keep_until, speaking
from plainview.holdings.evidence.closing import terms as closing_terms
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing, holds


@dataclass(frozen=True)
class Grip:
    """How many recordings a matter concerns, and how many of them nothing else holds."""

    recordings: int
    only: int
    closed: int  # closed records now, by whatever matter
    size: int  # bytes of those that are held here


@dataclass(frozen=True)
class Consequence:
    """What a change of status does to the recordings that a matter concerns."""

    recordings: int
    held_before: int  # by anything
    held_after: int
    due: int  # of those that are let go: their clocks have run out by today

    @property
    def released(self) -> int:
        """How many nothing holds any more."""
        return max(self.held_before - self.held_after, 0)

    @property
    def held(self) -> int:
        """How many are held that were not."""
        return max(self.held_after - self.held_before, 0)


def grip(matter: Matter) -> Grip:
    """Returns what a matter concerns, directly or through its calls, whatever its status."""
    with connection.cursor() as cursor:
        cursor.execute(_GRIP, {"matter": matter.pk, "kinds": list(closing_terms().matter_kinds)})
        return Grip(*cursor.fetchone())


def consequence(matter: Matter, then: Standing, today: date | None = None) -> Consequence:
    """Returns what would follow if the matter stood so. Two queries, then the pure rule for each recording."""
    on, adopted = today or timezone.localdate(), terms()
    states, others = _states(matter)
    before = MatterState(matter.number, matter.kind, matter.status, matter.status_on)
    after = MatterState(matter.number, matter.kind, then.status, then.on)
    held_before = held_after = due = 0
    for row in states:
        around = others.get(row.id, [])
        policy, earlier = speaking(adopted, row.start_day, on)
        matters = [*around, after]
        standing = [HoldState(str(n)) for n in range(row.holds)]
        kept = keep_until(
            policy, row.classes, row.start_day, matters, standing, uploaded_day=row.uploaded_day, earlier=earlier
        )
        was = before.holds or bool(row.holds) or any(m.holds for m in around)
        held_before += was
        held_after += bool(kept.held_by)
        due += was and kept.due(on)
    return Consequence(len(states), held_before, held_after, due)


def holds_now(matter: Matter) -> bool:
    """Whether a matter holds anything: not when it is over, nor when another took it over."""
    return holds(matter.status) and matter.merged_into_id is None


@dataclass(frozen=True)
class _State:
    id: UUID
    classes: list[str]
    start_day: date | None
    uploaded_day: date
    holds: int


def _states(matter: Matter) -> tuple[list[_State], dict[UUID, list[MatterState]]]:
    """Returns the recordings, and the other matters of each."""
    given: dict[str, Any] = {"matter": matter.pk, "zone": settings.TIME_ZONE}
    others: dict[UUID, list[MatterState]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_STATES, given)
        states = [_State(*row) for row in cursor.fetchall()]
        cursor.execute(_OTHERS, given)
        for recording, number, kind, status, status_on in cursor.fetchall():
            others[recording].append(MatterState(number, kind, status, status_on))
    return states, others


_MINE = """
with mine as materialized (
    select recording_id from evidence_recordingmatter where matter_id = %(matter)s
    union
    select t.recording_id from incidents_mattercall mc join evidence_recordingcall t on t.call_id = mc.call_id
    where mc.matter_id = %(matter)s
),
ties as materialized (
    select recording_id, t.matter_id from mine join evidence_recordingmatter t using (recording_id)
    union
    select recording_id, mc.matter_id from mine join evidence_recordingcall t using (recording_id)
    join incidents_mattercall mc on mc.call_id = t.call_id
)"""
_GRIP = f"""{_MINE},
pending as materialized (
    select recording_id, m.id, m.kind from ties join incidents_matter m on m.id = ties.matter_id
    where m.status in ('open', 'appealed')
),
others as materialized (
    select recording_id from pending where id <> %(matter)s
    union
    select h.recording_id from mine join evidence_hold h using (recording_id) where h.lifted_at is null
),
closed as materialized (select distinct recording_id from pending where kind = any(%(kinds)s))
select count(*), count(*) filter (where o.recording_id is null), count(c.recording_id),
       coalesce(sum(r.size) filter (where r.held_here and r.destroyed_at is null), 0)
from mine join evidence_recording r on r.id = mine.recording_id
left join others o on o.recording_id = mine.recording_id
left join closed c on c.recording_id = mine.recording_id"""
_STATES = f"""{_MINE}
select r.id, r.classes, (r.start at time zone %(zone)s)::date, (r.uploaded at time zone %(zone)s)::date,
       (select count(*) from evidence_hold h where h.recording_id = r.id and h.lifted_at is null)
from mine join evidence_recording r on r.id = mine.recording_id"""
_OTHERS = f"""{_MINE}
select recording_id, m.number, m.kind, m.status, m.status_on
from ties join incidents_matter m on m.id = ties.matter_id where m.id <> %(matter)s"""
