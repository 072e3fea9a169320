"""Makes reviews and gives them to people; the only place where a task begins or changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_items, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.policy.lookup import current_hash
from plainview.duties.review.models import Cycle, Task
from plainview.duties.review.reviewers import Reviewers, day_of
from plainview.holdings.evidence.models import Recording
from plainview.ledger.canonical import Json

SYSTEM = "system:review"
CHUNK = 5000


@dataclass(frozen=True)
class Wanted:
    """A review that is to be made."""

    recording: Recording
    why: str
    days: int
    cause: str = ""
    clause: str = ""
    cycle: Cycle | None = None
    call_id: int | None = None
    instead_of: Task | None = None


def alone() -> None:
    """Lets one transaction at a time make reviews: of two workers at the same moment the second finds them made."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('plainview.review', 0))")


@transaction.atomic
def make(wanted: Sequence[Wanted], *, actor: str, policy: str | None = None) -> list[Task]:
    """Makes reviews and gives each to somebody, set-based. The caller holds `alone()`."""
    now = timezone.now()
    people = Reviewers([w.recording.pk for w in wanted])
    made: list[Task] = []
    for begin in range(0, len(wanted), CHUNK):
        part = wanted[begin : begin + CHUNK]
        handles = open_items("review", [new_handle() for _ in part])
        made += Task.objects.bulk_create(
            [_task(w, handle, people, now) for handle, w in zip(handles, part, strict=True)]
        )
    record_many([told(task) for task in made], actor=actor, policy=policy or current_hash())
    return made


def _task(wanted: Wanted, handle: str, people: Reviewers, now: datetime) -> Task:
    recording = wanted.recording
    reviewer = people.choose(recording, command=wanted.why == Task.Why.COMMAND)
    return Task(
        handle=handle,
        recording=recording,
        officer_id=recording.officer_id,
        unit_id=recording.unit_id,
        day=day_of(recording),
        why=wanted.why,
        cycle=wanted.cycle,
        call_id=wanted.call_id,
        cause=wanted.cause,
        clause=wanted.clause,
        instead_of=wanted.instead_of,
        made_at=now,
        due=timezone.localdate(now) + timedelta(days=wanted.days),
        reviewer=reviewer,
        assigned_at=now if reviewer else None,
    )


def told(task: Task) -> Entry:
    """Returns the event of a task that was given to somebody."""
    facts: dict[str, Json] = {
        "why": because(task),
        "recording": str(task.recording_id),
        "clause": task.clause,
        "due": task.due.isoformat(),
        "to": task.reviewer.actor if task.reviewer else "",
    }
    return Entry(Kind.REVIEW_TASK_TOLD, task.handle, facts)


def because(task: Task) -> str:
    """Returns why a recording is to be reviewed, in a few words."""
    if task.why == Task.Why.CHANCE:
        return f"drawn by chance for {task.cycle}"
    if task.call_id is None:
        return f"since a review found: {task.cause}"
    return f"since its call ended in {task.cause}"


@transaction.atomic
def hand_on(*, actor: str = SYSTEM) -> list[Task]:
    """Gives every open review that nobody has, or whose reviewer may not do it any more, to somebody who may."""
    alone()
    tasks = list(Task.objects.filter(state=Task.State.OPEN).select_related("recording", "reviewer", "cycle"))
    people = Reviewers([task.recording_id for task in tasks])
    moved = []
    for task in tasks:
        command = task.why == Task.Why.COMMAND
        if task.reviewer and people.fits(task.reviewer, task.recording, command=command):
            continue
        chosen, had = people.choose(task.recording, command=command), task.reviewer_id
        if had != (chosen.pk if chosen else None):
            task.reviewer, task.assigned_at, task.told_on = chosen, timezone.now() if chosen else None, None
            moved.append(task)
    Task.objects.bulk_update(moved, ["reviewer", "assigned_at", "told_on"], batch_size=CHUNK)
    record_many([told(task) for task in moved], actor=actor, policy=current_hash())
    return moved


def recordings(ids: Sequence[Any]) -> dict[Any, Recording]:
    """Returns recordings by id, those of the ids that are still here."""
    found: dict[Any, Recording] = {}
    for begin in range(0, len(ids), CHUNK):
        found |= Recording.objects.in_bulk(list(ids[begin : begin + CHUNK]))
    return found
