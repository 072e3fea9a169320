"""Accounts: made, disabled, enabled; every act an event on the account's own item."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import (
    Refused,
    create_account,
    create_first_administrator,
    disable_account,
    enable_account,
    grant_role,
)
from plainview.base.people.actions.accounts import temporary_password
from plainview.base.people.models import Account, Assignment, Officer
from plainview.base.people.roles import Role

GOOD = "four-wheels-and-a-horn"


def make(**changed: object) -> Account:
    said = {"username": "newby", "full_name": "New By", "actor": "system:test", "password": GOOD} | changed
    return create_account(**said)  # type: ignore[arg-type]


def kinds(account: Account) -> list[str]:
    return [event.kind for event in history(account.handle)]


def test_an_account_is_made_with_roles_and_officer(department: Department) -> None:
    officer = Officer.objects.create(agency=department.agency, badge="300", name="New By")
    Assignment.objects.create(officer=officer, unit=department.second, began=date(2020, 1, 1))
    account = make(badge="300", roles=[Role.OFFICER, Role.SUPERVISOR])
    assert account.roles == {Role.OFFICER, Role.SUPERVISOR}
    assert account.officer == officer
    assert account.agency == department.agency
    assert account.check_password(GOOD)
    assert account.password_is_temporary


def test_its_first_event_says_who_it_is_for_and_never_the_password(department: Department) -> None:
    account = make(roles=[Role.AUDITOR])
    (event,) = history(account.handle)
    assert event.kind == Kind.PEOPLE_ACCOUNT_CREATED
    facts = facts_of(event)
    assert (facts["username"], facts["roles"]) == ("newby", ["auditor"])
    assert GOOD.encode() not in bytes(event.body)
    assert b"newby" not in bytes(event.leaf)


def test_names_are_one_whatever_their_case(department: Department) -> None:
    assert make(username="  NewBy ").username == "newby"
    with pytest.raises(Refused, match="newby is taken"):
        make(username="NEWBY")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "alice"}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": ""}, "username"),
        ({"full_name": " "}, "full_name"),
        ({"email": "nonsense"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password"}, "password"),
        ({"password": "newby123"}, "password"),
        ({"badge": "4711"}, "badge"),
        ({"badge": "101"}, "badge"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(
    department: Department, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        make(**changed)
    assert caught.value.field == field
    assert not Account.objects.filter(full_name="New By").exists()


def test_an_officer_whose_service_has_not_begun_is_found_by_a_badge_only_they_ever_wore(
    department: Department,
) -> None:
    officer = Officer.objects.create(agency=department.agency, badge="301", name="Starts Next Year")
    Assignment.objects.create(officer=officer, unit=department.second, began=date(2100, 1, 1))
    assert make(badge="301").officer == officer


def test_the_first_administrator_is_made_once(db: None) -> None:
    first = create_first_administrator("chief", "Chief Tech", GOOD, actor="system:test")
    assert first.roles == {Role.ADMINISTRATOR}
    assert not first.password_is_temporary
    with pytest.raises(Refused, match="There is an administrator already"):
        create_first_administrator("second", "Second", GOOD, actor="system:test")
    create_first_administrator("second", "Second", GOOD, actor="system:test", another=True)


def test_a_disabled_administrator_does_not_count(department: Department) -> None:
    Account.objects.filter(pk=department.adam.pk).update(is_active=False)
    create_first_administrator("chief", "Chief Tech", GOOD, actor="system:test")


def test_disabling_and_enabling_are_written_with_their_reason(department: Department) -> None:
    disable_account(department.bob, actor=department.adam.actor, reason="left the department")
    assert not Account.objects.get(pk=department.bob.pk).is_active
    assert department.bob.roles == frozenset()
    enable_account(department.bob, actor=department.adam.actor, reason="came back")
    assert Account.objects.get(pk=department.bob.pk).roles == {Role.OFFICER}
    assert kinds(department.bob) == [Kind.PEOPLE_ACCOUNT_DISABLED, Kind.PEOPLE_ACCOUNT_ENABLED]
    facts = facts_of(history(department.bob.handle)[0])
    assert facts["active"] == {"old": True, "new": False}
    assert facts["reason"] == "left the department"


def test_what_is_so_already_is_refused_and_not_written(department: Department) -> None:
    with pytest.raises(Refused, match="enabled already"):
        enable_account(department.bob, actor=department.adam.actor, reason="again")
    assert kinds(department.bob) == []


def test_nobody_disables_themselves(department: Department) -> None:
    grant_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor)
    with pytest.raises(Refused, match="your own account"):
        disable_account(department.adam, actor=department.adam.actor, reason="bye")


def test_the_last_administrator_can_not_be_disabled(department: Department) -> None:
    with pytest.raises(Refused, match="last administrator"):
        disable_account(department.adam, actor=department.tess.actor, reason="coup")
    grant_role(department.bob, Role.ADMINISTRATOR, actor=department.adam.actor)
    disable_account(department.adam, actor=department.bob.actor, reason="retired")


def test_a_temporary_password_passes_the_rules_and_never_repeats() -> None:
    made = {temporary_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 23 for password in made)
