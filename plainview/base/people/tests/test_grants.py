"""Roles: given, taken, refused; old and new in history."""

from __future__ import annotations

import pytest

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import Refused, grant_role, revoke_role
from plainview.base.people.models import Account
from plainview.base.people.roles import MAY, Role


def test_a_granted_role_holds_at_once(department: Department) -> None:
    assert not department.nora.roles
    grant_role(department.nora, Role.AUDITOR, actor=department.adam.actor)
    assert department.nora.roles == {Role.AUDITOR}
    (event,) = history(department.nora.handle)
    assert event.kind == Kind.PEOPLE_ROLE_GRANTED
    assert event.actor == department.adam.actor
    assert facts_of(event)["roles"] == {"old": [], "new": ["auditor"]}


def test_a_revoked_role_ends_at_once_and_its_grant_stays(department: Department) -> None:
    revoke_role(department.sam, Role.SUPERVISOR, actor=department.adam.actor)
    assert not department.sam.roles
    grant = department.sam.grants.get()
    assert grant.revoked_at is not None
    assert facts_of(history(department.sam.handle)[0])["roles"] == {"old": ["supervisor"], "new": []}


def test_a_role_can_be_given_again(department: Department) -> None:
    revoke_role(department.sam, Role.SUPERVISOR, actor=department.adam.actor)
    grant_role(department.sam, Role.SUPERVISOR, actor=department.adam.actor)
    assert department.sam.grants.count() == 2
    assert department.sam.roles == {Role.SUPERVISOR}


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_themselves_a_role_and_the_attempt_is_written(department: Department, role: Role) -> None:
    with pytest.raises(Refused, match="give yourself a role"):
        grant_role(department.adam, role, actor=department.adam.actor)
    assert Account.objects.get(pk=department.adam.pk).roles == {Role.ADMINISTRATOR}
    (event,) = history(department.adam.handle)
    assert event.kind == Kind.PEOPLE_ROLE_REFUSED
    assert facts_of(event)["role"] == role


def test_a_role_is_not_given_twice(department: Department) -> None:
    with pytest.raises(Refused, match="holds the role Auditor"):
        grant_role(department.audrey, Role.AUDITOR, actor=department.adam.actor)
    assert not history(department.audrey.handle)


def test_what_is_not_held_can_not_be_taken(department: Department) -> None:
    with pytest.raises(Refused, match="does not hold"):
        revoke_role(department.audrey, Role.OFFICER, actor=department.adam.actor)


def test_the_last_administrator_stays(department: Department) -> None:
    with pytest.raises(Refused, match="last administrator"):
        revoke_role(department.adam, Role.ADMINISTRATOR, actor=department.adam.actor)
    grant_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor)
    revoke_role(department.adam, Role.ADMINISTRATOR, actor=department.adam.actor)
    with pytest.raises(Refused, match="last administrator"):
        revoke_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor)


def test_every_role_is_told_in_words() -> None:
    assert set(MAY) == set(Role)
