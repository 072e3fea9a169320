"""Draws by chance what is reviewed of every officer, so that nobody could choose, and anybody can draw again.

The seed is the root hash of the first checkpoint signed at or after the end of the cycle: a hash over everything that
happened in the department by then, published and witnessed, which nobody could know before or pick among.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint, Event
from plainview.base.people.lookup import serving
from plainview.base.policy import lookup as policy
from plainview.base.policy.rules import Review
from plainview.duties.review.making import SYSTEM, Wanted, alone, make, recordings
from plainview.duties.review.models import Cycle, Pool, Task
from plainview.duties.review.rules import Period, Refused, list_hash, period_before, period_named, period_of, ranked
from plainview.ledger.canonical import Json
from plainview.ledger.event import read_body

Candidates = dict[int, list[UUID]]


@dataclass(frozen=True)
class Drawn:
    """A cycle, and whether it was drawn just now."""

    cycle: Cycle
    fresh: bool
    tasks: int


def terms_on(day: date) -> Review:
    """Returns what the policy of a day says of reviews. Raises Refused where none was in force."""
    found = policy.current_policy(day)
    if found is None:
        raise Refused(f"No policy was in force on {day}: nothing says what is reviewed. Adopt one first.")
    return found.duties.review


def period_asked(name: str = "") -> Period:
    """Returns the cycle of a name, else the last that has ended. Raises Refused where the policy has no such cycle."""
    today = timezone.localdate()
    if not name:
        return period_before(today, terms_on(today).cycle)
    period = period_named(name)
    if period.last >= today:
        raise Refused(f"{name} lasts until {period.last}: it is drawn when it has ended.")
    cycle = terms_on(period.last).cycle
    if period_of(period.last, cycle) != period:
        raise Refused(f"The policy of {period.last} draws once a {cycle}, so {name} is no cycle of it.")
    return period


@transaction.atomic
def draw_cycle(period: Period, *, actor: str = SYSTEM) -> Drawn:
    """Draws a cycle that has ended; one that was drawn stays as it is. Raises Refused."""
    alone()
    there = Cycle.objects.filter(name=period.name).first()
    if there is not None:
        return Drawn(there, False, there.tasks.count())
    terms = terms_on(period.last)
    checkpoint = first_after(period.last)
    found = candidates(period)
    cycle = _write(period, terms, checkpoint, found)
    chosen = [each for o, ids in found.items() for each in in_order(cycle, o, ids)[: terms.per_officer]]
    here = recordings(chosen)
    wanted = [Wanted(here[each], Task.Why.CHANCE, terms.days, clause=terms.clause, cycle=cycle) for each in chosen]
    text = policy.current_hash(period.last)
    made = make(wanted, actor=actor, policy=text)
    record(Kind.REVIEW_CYCLE_DRAWN, cycle.handle, actor=actor, facts=_facts(cycle, len(made)), policy=text)
    return Drawn(cycle, True, len(made))


def first_after(last: date) -> Checkpoint:
    """Returns the first checkpoint signed when a day was over. Raises Refused where the log has none yet."""
    found = Checkpoint.objects.filter(signed_at__gte=_midnight(last + timedelta(days=1)))
    checkpoint = found.order_by("signed_at", "pk").first()
    if checkpoint is None:
        raise Refused(f"The log has signed no checkpoint since the end of {last}. The next one gives the seed.")
    return checkpoint


def candidates(period: Period) -> Candidates:
    """Returns the body recordings of the cycle that are here now, officer by officer, sorted."""
    found: Candidates = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [_midnight(period.first), _midnight(period.last + timedelta(days=1))])
        for officer, recording in cursor.fetchall():
            found[officer].append(recording)
    return found


_CANDIDATES = """
select officer_id, id from evidence_recording
where kind = 'body' and officer_id is not null and listed_at >= %s and listed_at < %s order by officer_id, id"""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _write(period: Period, terms: Review, checkpoint: Checkpoint, found: Candidates) -> Cycle:
    cycle = Cycle.objects.create(
        handle=open_item("review"),
        name=period.name,
        first=period.first,
        last=period.last,
        seed=bytes(checkpoint.root),
        checkpoint=checkpoint,
        per_officer=terms.per_officer,
        candidates=sum(len(ids) for ids in found.values()),
        candidates_sha256=list_hash(lines(found)),
        clause=terms.clause,
        drawn_at=timezone.now(),
    )
    units = dict(serving(period.last).order_by("began").values_list("officer_id", "unit_id"))
    Pool.objects.bulk_create(
        [Pool(cycle=cycle, officer_id=o, unit_id=units.get(o), recordings=ids) for o, ids in found.items()], 500
    )
    return cycle


def lines(found: Candidates) -> list[tuple[str, str]]:
    """Returns candidates as (officer, recording), as they are hashed."""
    return [(str(officer), str(each)) for officer, ids in found.items() for each in ids]


def in_order(cycle: Cycle, officer: int, ids: list[UUID]) -> list[UUID]:
    """Returns the candidates of an officer in the order of the draw."""
    return [UUID(each) for each in ranked(bytes(cycle.seed), cycle.name, str(officer), map(str, ids))]


def next_of(task: Task) -> UUID | None:
    """Returns the next recording in the officer's order that was not drawn yet and is still here, or None."""
    assert task.cycle is not None
    assert task.officer_id is not None
    pool = Pool.objects.filter(cycle=task.cycle, officer=task.officer_id).first()
    if pool is None:
        return None
    had = set(task.cycle.tasks.filter(officer=task.officer_id).values_list("recording_id", flat=True))
    here = recordings(pool.recordings)
    order = in_order(task.cycle, task.officer_id, pool.recordings)
    return next((each for each in order if each not in had and each in here), None)


def _facts(cycle: Cycle, tasks: int) -> dict[str, Json]:
    return {
        "cycle": cycle.name,
        "seed": bytes(cycle.seed).hex(),
        "checkpoint": cycle.checkpoint.size,
        "per_officer": cycle.per_officer,
        "candidates": cycle.candidates,
        "candidates_sha256": bytes(cycle.candidates_sha256).hex(),
        "tasks": tasks,
    }


@dataclass
class Redrawn:
    """What drawing again says of a cycle: nothing in `differences` means that the tasks are what the seed gives."""

    cycle: Cycle
    tasks: int
    lines: list[tuple[str, str]]
    came: int  # candidates that came since
    gone: int
    differences: list[str] = field(default_factory=list)


def redraw(name: str) -> Redrawn:
    """Draws a cycle again from its seed and compares. Raises Refused where it was not drawn."""
    cycle = Cycle.objects.select_related("checkpoint").filter(name=name).first()
    if cycle is None:
        raise Refused(f"{name} was not drawn. `plainview review draw --cycle {name}` does so.")
    pools = {pool.officer_id: pool for pool in cycle.pools.select_related("officer")}
    kept = {officer: pool.recordings for officer, pool in pools.items()}
    now = candidates(Period(cycle.name, cycle.first, cycle.last))
    before, after = ({each for ids in some.values() for each in ids} for some in (kept, now))
    found = Redrawn(cycle, 0, lines(kept), len(after - before), len(before - after), _unlike_the_event(cycle, kept))
    drawn: dict[int, list[UUID]] = defaultdict(list)
    skipped: dict[int, int] = defaultdict(int)
    for officer, recording, state in cycle.tasks.values_list("officer_id", "recording_id", "state"):
        drawn[officer or 0].append(recording)
        skipped[officer or 0] += state == Task.State.SKIPPED
    found.tasks = sum(len(ids) for ids in drawn.values())
    gone = before - set(recordings(sorted(before)))
    for officer in sorted(kept.keys() | drawn.keys()):
        order = [r for r in in_order(cycle, officer, kept.get(officer, [])) if r not in gone]
        if set(order[: cycle.per_officer + skipped[officer]]) != set(drawn[officer]):
            who = pools[officer].officer if officer in pools else "an officer without candidates"
            found.differences.append(f"{who}: the tasks are not what the seed gives.")
    return found


def _unlike_the_event(cycle: Cycle, kept: Candidates) -> list[str]:
    """Compares what stands in the tables with history, and with the checkpoint that gave the seed."""
    event = Event.objects.filter(item_id=cycle.handle, kind=Kind.REVIEW_CYCLE_DRAWN.value).order_by("n").first()
    said = dict(read_body(bytes(event.body))) if event else {}
    differences = []
    if bytes(cycle.seed) != bytes(first_after(cycle.last).root) or said.get("seed") != bytes(cycle.seed).hex():
        differences.append("The seed is not the root of the first checkpoint after the end of the cycle.")
    if said.get("candidates_sha256") != list_hash(lines(kept)).hex():
        differences.append("The list of candidates is not the one whose hash history keeps.")
    if said.get("per_officer") != cycle.per_officer:
        differences.append("The number an officer is not the one that history keeps.")
    return differences
