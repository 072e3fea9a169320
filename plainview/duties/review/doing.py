"""Does a review, or skips it. Who watched nothing has reviewed nothing, and a skipped one draws the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash
from plainview.duties.review import access
from plainview.duties.review.by_rule import raise_to_command
from plainview.duties.review.drawing import next_of
from plainview.duties.review.making import Wanted, alone, make, recordings
from plainview.duties.review.models import Task
from plainview.duties.review.rules import NOTE_LENGTH, Refused, for_command, reason_given, settled
from plainview.duties.review.telling import settle_done
from plainview.holdings.evidence.models import Sitting
from plainview.ledger.canonical import Json

ONE_SITTING = timedelta(minutes=10)  # a page that is opened again within it makes no second event
ELSEWHERE = "held elsewhere: watched where it is, which nobody here can check"


@transaction.atomic
def do(task_id: int, outcomes: Sequence[str], note: str, *, account: Account) -> Task:
    """Writes down what a review found, and does at once what that asks for. Raises Refused."""
    alone()
    task = _open(task_id, account)
    found = settled(outcomes)
    watched = how_watched(account, task)
    if not watched:
        raise Refused("You have not watched the recording since this was given to you. Open it, watch it, come back.")
    task.outcomes, task.note = found, note.replace("\0", " ").strip()[:NOTE_LENGTH]
    _end(task, Task.State.DONE, account)
    facts: dict[str, Json] = {"recording": str(task.recording_id), "outcomes": list(found), "note": task.note}
    record(
        Kind.REVIEW_TASK_DONE,
        task.handle,
        actor=account.actor,
        facts={**facts, "watched": watched, "clause": task.clause},
        policy=current_hash(),
    )
    if raised := for_command(found):
        raise_to_command(task, raised, actor=account.actor)
    settle_done(account)
    return task


@transaction.atomic
def skip(task_id: int, reason: str, *, account: Account) -> Task | None:
    """Skips a review with a reason; one drawn by chance draws the officer's next. Returns that. Raises Refused."""
    alone()
    task = _open(task_id, account)
    task.note = reason_given(reason)
    _end(task, Task.State.SKIPPED, account)
    instead = _next(task)
    facts: dict[str, Json] = {"recording": str(task.recording_id), "reason": task.note, "clause": task.clause}
    facts["instead"] = str(instead.recording_id) if instead else ""
    record(Kind.REVIEW_TASK_SKIPPED, task.handle, actor=account.actor, facts=facts, policy=current_hash())
    settle_done(account)
    return instead


def _next(task: Task) -> Task | None:
    if task.why != Task.Why.CHANCE:
        return None
    chosen = next_of(task)
    if chosen is None:
        return None
    days = (task.due - timezone.localdate(task.made_at)).days
    wanted = Wanted(recordings([chosen])[chosen], task.why, days, clause=task.clause, cycle=task.cycle, instead_of=task)
    return make([wanted], actor="system:review")[0]


def _open(task_id: int, account: Account) -> Task:
    """Returns a review that is still to be done, locked, for one who may do it."""
    locked = Task.objects.select_for_update(of=("self",)).select_related("recording", "cycle", "reviewer")
    task = locked.get(pk=task_id)
    if task.state != Task.State.OPEN:
        raise Refused(f"This review is {task.state} already.")
    if not access.may_do(account, task):
        raise Refused(
            "You can't review this: you are a party to it, may not watch it, or it is not yours. It goes to somebody "
            "else by tomorrow."
        )
    return task


def _end(task: Task, state: str, account: Account) -> None:
    task.state, task.ended_at, task.ended_by = state, timezone.now(), account
    task.save(update_fields=["state", "ended_at", "ended_by", "outcomes", "note"])


def how_watched(account: Account, task: Task) -> str:
    """Returns how history shows that the account has watched since it was given the review; empty where it doesn't."""
    if not task.recording.held_here:
        return ELSEWHERE
    since = (task.assigned_at or task.made_at) - ONE_SITTING
    files = list(task.recording.files.values_list("handle", flat=True))
    if _plays(account, files, task.assigned_at or task.made_at):
        return "played"
    opened = Event.objects.filter(item_id=task.recording.handle, kind=Kind.EVIDENCE_RECORDING_VIEWED.value)
    return "opened" if opened.filter(actor=account.actor, logged_at__gte=since).exists() else ""


def _plays(account: Account, files: list[str], since: datetime) -> bool:
    """A sitting becomes an event when it ends; until then it stands in its own table."""
    sitting = Sitting.objects.filter(account=account, file__handle__in=files, last_at__gte=since)
    played = Q(kind=Kind.EVIDENCE_FILE_PLAYED.value) & Q(item_id__in=files)
    return sitting.exists() or Event.objects.filter(played, actor=account.actor, logged_at__gte=since).exists()
