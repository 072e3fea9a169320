"""Whoever left the roster and still has an account is told of, once, with a week to decide."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conftest import Department
from plainview.base.notices.leavers import leavers, tell_of_leavers
from plainview.base.notices.models import Notice
from plainview.base.people.models import Account, Assignment, Officer

TODAY = date(2024, 5, 11)
YESTERDAY = TODAY - timedelta(days=1)


def end(account: Account, day: date) -> None:
    Assignment.objects.filter(officer=account.officer).update(ended=day)


def names(today: date = TODAY) -> list[str]:
    return [account.username for account in leavers(today)]


def test_nobody_left(department: Department) -> None:
    assert names() == []
    assert tell_of_leavers(TODAY) == 0


def test_the_day_after_the_last_day_somebody_has_left(department: Department) -> None:
    end(department.bob, YESTERDAY)
    end(department.alice, TODAY)  # still serves today
    assert names() == ["bob"]


def test_who_moved_to_another_unit_has_not_left(department: Department) -> None:
    end(department.bob, YESTERDAY)
    assert department.bob.officer is not None
    Assignment.objects.create(officer=department.bob.officer, unit=department.second, began=TODAY)
    assert names() == []


def test_who_has_not_begun_has_not_left(department: Department) -> None:
    officer = Officer.objects.create(agency=department.agency, badge="300", name="Starts Later")
    Assignment.objects.create(officer=officer, unit=department.first, began=TODAY + timedelta(days=9))
    Account.objects.filter(pk=department.nora.pk).update(officer=officer)
    assert names() == []


@pytest.mark.parametrize("name", ["tess", "adam"])
def test_who_is_no_officer_can_not_leave_the_roster(department: Department, name: str) -> None:
    assert name not in names()


def test_a_disabled_account_is_settled(department: Department) -> None:
    end(department.bob, YESTERDAY)
    Account.objects.filter(pk=department.bob.pk).update(is_active=False)
    assert names() == []


def test_every_administrator_is_told_once(department: Department) -> None:
    end(department.bob, YESTERDAY)
    assert tell_of_leavers(TODAY) == 1
    assert tell_of_leavers(TODAY + timedelta(days=1)) == 0
    notice = Notice.objects.get()
    assert notice.account == department.adam
    assert notice.subject == "Bob is no longer on the roster"
    assert "2024-05-10" in notice.body
    assert notice.path == f"/people/accounts/{department.bob.pk}/"
    assert notice.due == date(2024, 5, 18)


def test_leaving_a_second_time_is_told_again(department: Department) -> None:
    end(department.bob, YESTERDAY)
    tell_of_leavers(TODAY)
    end(department.bob, TODAY)
    assert tell_of_leavers(TODAY + timedelta(days=1)) == 1
