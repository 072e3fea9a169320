"""Who is supervised by whom on a day, and who may open the pages of the roster."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conftest import Department
from plainview.base.people.access import holds, may_read_officer, supervised_officers, supervised_units
from plainview.base.people.models import Account, Assignment, Officer, RoleGrant, Unit
from plainview.base.people.roles import Role

DAY = date(2024, 5, 1)


def move(account: Account, unit: Unit, began: date, ended: date | None = None) -> Assignment:
    assert account.officer is not None
    return Assignment.objects.create(officer=account.officer, unit=unit, began=began, ended=ended)


def ids(*accounts: Account) -> set[int]:
    return {account.officer_id for account in accounts if account.officer_id}


def test_a_supervisor_supervises_the_unit_they_serve_in(department: Department) -> None:
    assert supervised_units(department.sam, DAY) == {department.first.pk}
    assert supervised_officers(department.sam, DAY) == ids(department.alice, department.bob)


def test_units_below_count_at_any_depth(department: Department) -> None:
    team = Unit.objects.create(agency=department.agency, name="Team A", parent=department.second)
    move(department.sam, department.division, date(2024, 4, 1))
    move(department.charlie, team, date(2024, 4, 1))
    below = {department.division.pk, department.first.pk, department.second.pk, team.pk}
    assert supervised_units(department.sam, DAY) == below
    assert supervised_officers(department.sam, DAY) == ids(department.alice, department.bob, department.charlie)


def test_the_day_decides(department: Department) -> None:
    move(department.sam, department.second, DAY)
    assert supervised_units(department.sam, DAY - timedelta(days=1)) == {department.first.pk}
    assert supervised_units(department.sam, DAY) == {department.second.pk}
    assert supervised_units(department.sam, date(2019, 1, 1)) == set()


def test_an_officer_who_moved_away_is_no_longer_supervised(department: Department) -> None:
    move(department.bob, department.second, date(2024, 4, 1))
    assert supervised_officers(department.sam, DAY) == ids(department.alice)


def test_who_answers_to_the_supervisor_by_name_counts_in_any_unit(department: Department) -> None:
    moved = move(department.bob, department.second, date(2024, 4, 1))
    moved.supervisor = department.sam.officer
    moved.save()
    assert supervised_officers(department.sam, DAY) == ids(department.alice, department.bob)
    assert supervised_units(department.sam, DAY) == {department.first.pk}


@pytest.mark.parametrize("name", ["alice", "tess", "audrey", "adam", "nora"])
def test_without_the_role_nobody_is_supervised(department: Department, name: str) -> None:
    account = getattr(department, name)
    assert supervised_units(account, DAY) == set()
    assert supervised_officers(account, DAY) == set()


def test_a_revoked_role_ends_at_once(department: Department) -> None:
    RoleGrant.objects.filter(account=department.sam).update(revoked_at=timezone.now())
    assert supervised_units(Account.objects.get(pk=department.sam.pk), DAY) == set()


def test_a_disabled_account_holds_no_role(department: Department) -> None:
    department.adam.is_active = False
    assert not holds(department.adam, *Role)


def test_each_question_is_one_query_beside_the_roles(
    department: Department, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert department.sam.roles
    with django_assert_num_queries(1):
        supervised_units(department.sam, DAY)
    with django_assert_num_queries(1):
        supervised_officers(department.sam, DAY)


def test_an_officer_may_read_their_own_assignments_only(department: Department) -> None:
    assert department.alice.officer is not None
    assert department.bob.officer is not None
    assert may_read_officer(department.alice, department.alice.officer)
    assert not may_read_officer(department.alice, department.bob.officer)
    assert may_read_officer(department.sam, department.bob.officer)


def test_a_badge_worn_by_somebody_else_before_is_somebody_else(department: Department) -> None:
    former = Officer.objects.create(agency=department.agency, badge="101", name="Former")
    assert not may_read_officer(department.alice, former)
