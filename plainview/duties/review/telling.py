"""Tells people what they have to review: one notice a person and day, due with its earliest review.

An overdue notice goes up by itself, as all notices do. Whoever puts one away without doing the reviews is told again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from plainview.base.notices.actions import mark_done, tell
from plainview.base.notices.models import Notice
from plainview.base.people.models import Account
from plainview.duties.review.models import Task

_KEY = "review:"


def key_of(day: date) -> str:
    """Returns the key of the notices of a day."""
    return f"{_KEY}{day.isoformat()}"


def tell_all(today: date | None = None) -> int:
    """Tells every reviewer of what is new, and again of what is overdue and was put away. Returns how many notices."""
    today = today or timezone.localdate()
    _ask_again(today)
    news: dict[Account, list[Task]] = defaultdict(list)
    waiting = Task.objects.filter(state=Task.State.OPEN, reviewer__isnull=False, told_on=None)
    for task in waiting.select_related("reviewer").order_by("due", "pk"):
        assert task.reviewer is not None
        news[task.reviewer].append(task)
    told = sum(len(_tell(account, tasks, today)) for account, tasks in news.items())
    for account in {notice.account for notice in _standing().select_related("account")}:
        settle_done(account)
    return told


def _tell(account: Account, tasks: list[Task], today: date) -> list[Notice]:
    due = tasks[0].due
    many = "1 recording" if len(tasks) == 1 else f"{len(tasks)} recordings"
    told = tell(
        [account],
        key_of(today),
        f"{many} to review",
        f"The first is due on {due:%B} {due.day}. Watch each and say what you found.",
        reverse("review:queue"),
        max(due, today),
    )
    if told:  # whoever was told today already hears of the rest tomorrow
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(told_on=today)
    return told


def _ask_again(today: date) -> None:
    """Forgets having told of overdue reviews whose notice was put away."""
    overdue = Task.objects.filter(state=Task.State.OPEN, due__lt=today, told_on__lt=today)
    standing = {(n.account_id, n.key) for n in _standing()}
    again = [task.pk for task in overdue if task.told_on and (task.reviewer_id, key_of(task.told_on)) not in standing]
    Task.objects.filter(pk__in=again).update(told_on=None)


def settle_done(account: Account) -> None:
    """Puts away the notices of an account that name nothing that it still has to do."""
    to_do = Task.objects.filter(state=Task.State.OPEN, reviewer=account, told_on__isnull=False)
    named = {key_of(day) for day in to_do.values_list("told_on", flat=True) if day}
    for notice in _standing().filter(account=account).exclude(key__in=named):
        mark_done(notice, actor="system:review")


def _standing() -> QuerySet[Notice]:
    return Notice.objects.filter(key__startswith=_KEY, done_at=None)
