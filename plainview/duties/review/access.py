"""Who may see which reviews, and who may do them. Closed by default.

Reviewers: what is theirs to do. Supervisors besides: reviews of their units, never an open one of themselves.
Commanders: all, and may do any to which they are no party. Auditors: all, without doing any. Officers: what reviews of
their own recordings came to, except what went to command. Members of the board: figures. Everybody else: nothing.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from plainview.base.people import access as people
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.duties.review.models import Cycle, Task
from plainview.duties.review.reviewers import Reviewers
from plainview.duties.review.rules import COMMAND

ALL = frozenset({Role.AUDITOR, Role.COMMANDER})
DOERS = (Role.COMMANDER, Role.SUPERVISOR)
FIGURES = (Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.SUPERVISOR)
LISTS = (Role.AUDITOR, Role.COMMANDER, Role.SUPERVISOR)
PAGES = (Role.AUDITOR, Role.COMMANDER, Role.OFFICER, Role.SUPERVISOR)


def units_of(account: Account) -> frozenset[int] | None:
    """Returns the units whose figures an account may see; None for all of them."""
    if account.roles & {*ALL, Role.BOARD}:
        return None
    return frozenset(people.supervised_units(account, timezone.localdate()))


def visible(account: Account) -> QuerySet[Task]:
    """Returns the reviews whose page and row the account may see."""
    tasks = Task.objects.all()
    if account.roles & ALL:
        return tasks
    may = Q(pk__in=[])
    if account.officer_id and people.holds(account, *PAGES):
        may |= Q(officer=account.officer_id, state=Task.State.DONE) & ~Q(why=Task.Why.COMMAND)
    if Role.SUPERVISOR in account.roles:
        may |= Q(reviewer=account) | Q(ended_by=account) | _of_units(account)
    return tasks.filter(may)


def _of_units(account: Account) -> Q:
    today = timezone.localdate()
    units, officers = people.supervised_units(account, today), people.supervised_officers(account, today)
    theirs = Q(unit__in=units) | Q(officer__in=officers)
    others = Q(officer__isnull=True) | ~Q(officer=account.officer_id)
    return theirs & others & ~Q(why=Task.Why.COMMAND)


def queue(account: Account) -> QuerySet[Task]:
    """Returns what an account has to do."""
    if not people.holds(account, *DOERS):
        return Task.objects.none()
    return Task.objects.filter(reviewer=account, state=Task.State.OPEN)


def own(account: Account) -> QuerySet[Task]:
    """Returns the reviews of an account's own recordings that are done."""
    if not account.officer_id:
        return Task.objects.none()
    mine = Task.objects.filter(officer=account.officer_id, state=Task.State.DONE)
    return mine.exclude(why=Task.Why.COMMAND)


def may_do(account: Account, task: Task) -> bool:
    """Whether the account may do or skip a review now: it is given to it, or it commands; and it is no party."""
    if not people.holds(account, *DOERS) or task.state != Task.State.OPEN:
        return False
    if task.reviewer_id != account.pk and Role.COMMANDER not in account.roles:
        return False
    return not party(account, task)


def party(account: Account, task: Task) -> bool:
    """Whether the account can't be the reviewer as things stand today: a party, or one who may not watch it."""
    command = task.why == Task.Why.COMMAND
    return not Reviewers([task.recording_id]).fits(account, task.recording, command=command)


def shown_outcomes(account: Account, task: Task) -> list[str]:
    """Returns the outcomes that the account may read: what went to command is not for whom it may concern."""
    if task.officer_id and task.officer_id == account.officer_id and not account.roles & ALL:
        return [each for each in task.outcomes if each not in COMMAND]
    return list(task.outcomes)


def shown_note(account: Account, task: Task) -> str:
    """Returns the note, unless it may tell what went to command."""
    return task.note if shown_outcomes(account, task) == list(task.outcomes) else ""


def reads_chain(account: Account, handle: str) -> bool:
    """Whether the account may read the facts of a review's history, or of a draw's: never the officer concerned."""
    if Cycle.objects.filter(handle=handle).exists():
        return people.holds(account, *LISTS)
    task = visible(account).filter(handle=handle).first()
    return task is not None and (task.officer_id != account.officer_id or bool(account.roles & ALL))
