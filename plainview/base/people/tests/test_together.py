"""Two people at once: the rules hold whichever commits first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import (
    Refused,
    create_account,
    disable_account,
    grant_role,
    import_roster,
    revoke_role,
    visits,
)
from plainview.base.people.actions.accounts import administrators
from plainview.base.people.agency import create_home_agency
from plainview.base.people.models import Account, Agency, Assignment
from plainview.base.people.roles import Role
from plainview.base.people.rules.rows import COLUMNS

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; returns what each returned, or the exception it raised."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            results[n] = act()
        except Exception as problem:
            results[n] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_administrators_can_not_remove_each_other(department: Department) -> None:
    grant_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor)
    results = at_once(
        lambda: revoke_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor),
        lambda: disable_account(department.adam, actor=department.bob.actor, reason="no, you"),
    )
    assert [type(r) for r in results].count(Refused) == 1
    assert administrators().count() == 1


def test_a_role_is_granted_once(department: Department) -> None:
    results = at_once(
        *[lambda: grant_role(department.nora, Role.AUDITOR, actor=department.adam.actor) for _ in range(4)]
    )
    assert [type(r) for r in results].count(Refused) == 3
    assert [e.kind for e in history(department.nora.handle)] == [Kind.PEOPLE_ROLE_GRANTED]


def test_an_account_is_locked_once(department: Department) -> None:
    at_once(*[lambda: visits.note_lockout("alice", {}, 5) for _ in range(4)])
    assert [e.kind for e in history(department.alice.handle)] == [Kind.PEOPLE_ACCOUNT_LOCKED]


def test_a_user_name_is_given_once(department: Department) -> None:
    results = at_once(*[lambda: create_account("newby", "New By", actor="system:test") for _ in range(3)])
    assert sum(isinstance(r, Account) for r in results) == 1
    assert Account.objects.filter(username="newby").count() == 1


def test_the_department_is_made_once(db: None) -> None:
    at_once(*[create_home_agency for _ in range(4)])
    agency = Agency.objects.get()
    assert [e.kind for e in history(agency.handle)] == [Kind.PEOPLE_AGENCY_CREATED]


def test_the_same_roster_imported_twice_at_once_is_imported_once(department: Department, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    rows = [f"N{n},New {n},Central Patrol / Squad {n % 3},Officer,,2024-01-01," for n in range(50)]
    path.write_text("\n".join([",".join(COLUMNS), *rows]))
    results = at_once(*[lambda: import_roster(path, actor="system:test") for _ in range(3)])
    assert sorted(getattr(r, "assignments", repr(r)) for r in results) == [0, 0, 50]
    assert Assignment.objects.filter(officer__badge__startswith="N").count() == 50
