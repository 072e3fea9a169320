"""Accounts that nobody used for 90 days are shut, and one administrator always stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test.utils import override_settings
from django.utils import timezone

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import enable_account
from plainview.base.people.models import Account
from plainview.base.people.tasks import disable_unused_accounts, unused


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def everybody_came(department: Department) -> None:
    Account.objects.update(last_login=ago(1), date_joined=ago(400))


def names() -> list[str]:
    return [account.username for account in unused()]


def test_ninety_days_without_login_are_too_many(everybody_came: None) -> None:
    Account.objects.filter(username="alice").update(last_login=ago(91))
    Account.objects.filter(username="bob").update(last_login=ago(89))
    assert names() == ["alice"]


def test_who_never_came_is_counted_from_the_making(everybody_came: None) -> None:
    Account.objects.filter(username="alice").update(last_login=None, date_joined=ago(91))
    Account.objects.filter(username="bob").update(last_login=None, date_joined=ago(5))
    assert names() == ["alice"]


def test_they_are_shut_and_it_is_written(department: Department, everybody_came: None) -> None:
    Account.objects.filter(username="alice").update(last_login=ago(91))
    disable_unused_accounts(0)
    assert not Account.objects.get(username="alice").is_active
    (event,) = history(department.alice.handle)
    assert event.kind == Kind.PEOPLE_ACCOUNT_DISABLED
    assert facts_of(event)["reason"] == "not used for 90 days"
    assert names() == []


def test_who_is_let_in_again_has_another_ninety_days(department: Department, everybody_came: None) -> None:
    Account.objects.filter(username="alice").update(last_login=ago(91))
    disable_unused_accounts(0)
    enable_account(department.alice, actor=department.adam.actor, reason="back from leave")
    disable_unused_accounts(0)
    assert Account.objects.get(username="alice").is_active


def test_the_last_administrator_stays(everybody_came: None) -> None:
    Account.objects.filter(username="adam").update(last_login=ago(300))
    disable_unused_accounts(0)
    assert Account.objects.get(username="adam").is_active


@override_settings(DEMO=True)
def test_the_demos_people_may_stay_away(everybody_came: None) -> None:
    Account.objects.update(last_login=ago(300))
    disable_unused_accounts(0)
    assert not Account.objects.filter(is_active=False).exists()
