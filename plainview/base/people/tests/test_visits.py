"""What history keeps of coming, going and being turned away."""

from __future__ import annotations

import pytest

from conftest import Department
from plainview.base.custody.history import describe, facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import visits
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account

FROM = {"address": "192.0.2.7", "browser": "x", "session": "abc"}


def told(account: Account) -> list[str]:
    return [describe(event, {account.actor: "Alice"}.get) for event in history(account.handle)]


def test_coming_and_going_are_told(department: Department) -> None:
    visits.note_login(department.alice, FROM)
    visits.note_logout(department.alice, FROM, "asked")
    visits.note_second_factor(department.alice, FROM, "security key", added=True)
    visits.note_second_factor(department.alice, FROM, "security key", added=False)
    assert told(department.alice) == [
        "Alice logged in.",
        "Alice logged out.",
        "Alice set up a second factor: security key.",
        "Alice removed a second factor: security key.",
    ]
    assert facts_of(history(department.alice.handle)[0])["origin"] == FROM


def test_nobody_stands_for_a_failed_login(department: Department) -> None:
    visits.note_failed_login("alice", FROM, "password")
    (event,) = history(department.alice.handle)
    assert event.actor == "system:login"
    assert facts_of(event)["locked"] is False


@pytest.mark.parametrize(
    "typed", ["nobody", "", "x" * 10_000, "a\0b", "\ud800", "Robert'); drop table people_account;--"]
)
def test_whatever_was_typed_can_be_written(department: Department, typed: str) -> None:
    visits.note_failed_login(typed, FROM, "password")
    event = history(home_agency().handle)[-1]
    assert event.kind == Kind.PEOPLE_LOGIN_FAILED
    assert len(str(facts_of(event)["username"])) <= visits.NAME_LIMIT


def test_a_lockout_is_written_once(department: Department) -> None:
    visits.note_lockout("ALICE", FROM, 5)
    visits.note_lockout("alice", FROM, 6)
    (event,) = history(department.alice.handle)
    assert facts_of(event)["failures"] == 5
    assert Account.objects.get(username="alice").locked_at is not None


def test_a_name_that_nobody_has_can_not_be_locked(department: Department) -> None:
    visits.note_lockout("nobody", FROM, 5)
    assert not Account.objects.filter(locked_at__isnull=False).exists()
    assert not history(home_agency().handle)
