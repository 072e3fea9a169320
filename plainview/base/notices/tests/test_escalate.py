"""What is overdue goes one step up, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.notices.actions import escalate, overdue, settle, tell
from plainview.base.notices.models import Notice
from plainview.base.notices.tasks import escalate_overdue
from plainview.base.people.models import Account

TODAY = date(2024, 5, 11)


@pytest.fixture
def notice(department: Department) -> Notice:
    """A notice to Alice that was due yesterday."""
    return tell([department.alice], "k", "A call number is missing", "B", "/x/", TODAY - timedelta(days=1))[0]


def subjects(account: Account) -> list[str]:
    return list(account.notices.values_list("subject", flat=True))


def test_the_day_itself_is_not_overdue(notice: Notice) -> None:
    assert list(overdue(TODAY)) == [notice]
    assert not overdue(TODAY - timedelta(days=1)).exists()


def test_the_supervisor_of_that_day_is_told(department: Department, notice: Notice) -> None:
    escalate(notice, TODAY)
    assert subjects(department.sam) == ["Overdue with Alice: A call number is missing"]
    assert subjects(department.adam) == []
    event = history(department.alice.handle)[-1]
    assert event.kind == Kind.NOTICES_NOTICE_ESCALATED
    assert facts_of(event)["to"] == [department.sam.actor]


def test_it_happens_once(department: Department, notice: Notice) -> None:
    escalate(notice, TODAY)
    assert escalate(notice, TODAY) == []
    assert len(subjects(department.sam)) == 1


def test_what_is_done_is_not_escalated(department: Department, notice: Notice) -> None:
    settle("k")
    assert escalate(notice, TODAY) == []
    assert subjects(department.sam) == []


def test_where_nobody_supervises_the_administrators_are_told(department: Department) -> None:
    for owner in (department.charlie, department.tess):  # no supervisor named, no officer at all
        (made,) = tell([owner], "k2", "Late", due=TODAY - timedelta(days=1))
        escalate(made, TODAY)
    assert sorted(subjects(department.adam)) == ["Overdue with Charlie: Late", "Overdue with Tess: Late"]


def test_a_supervisor_who_left_is_not_told(department: Department, notice: Notice) -> None:
    Account.objects.filter(pk=department.sam.pk).update(is_active=False)
    escalate(notice, TODAY)
    assert subjects(department.sam) == []
    assert len(subjects(department.adam)) == 1


def test_the_daily_task_takes_all_that_is_overdue_in_the_departments_day(
    department: Department, notice: Notice
) -> None:
    with time_machine.travel(datetime(2024, 5, 11, 4, 30, tzinfo=UTC)):  # still May 10 in Chicago
        escalate_overdue(0)
        assert subjects(department.sam) == []
    with time_machine.travel(datetime(2024, 5, 11, 5, 30, tzinfo=UTC)):
        escalate_overdue(0)
        escalate_overdue(0)
        assert len(subjects(department.sam)) == 1
