"""Who held a badge and who served where, on a day: one query each."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import connection
from pytest_django import DjangoAssertNumQueries

from conftest import Department
from plainview.base.people.lookup import assignment_on, names_of, officer_on
from plainview.base.people.models import Agency, Assignment, Officer

DAY = date(2024, 5, 1)


def serve(officer: Officer, department: Department, began: date, ended: date | None = None) -> Assignment:
    return Assignment.objects.create(officer=officer, unit=department.second, began=began, ended=ended)


def test_a_badge_is_found_on_a_day_it_was_worn(department: Department) -> None:
    assert officer_on("101", DAY) == department.alice.officer
    assert officer_on("101", date(2019, 12, 31)) is None
    assert officer_on("999", DAY) is None


def test_a_badge_that_passed_on_means_whoever_wore_it_that_day(department: Department) -> None:
    former = Officer.objects.create(agency=department.agency, badge="101", name="Former Officer")
    serve(former, department, date(2010, 1, 1), date(2019, 12, 31))
    assert officer_on("101", date(2015, 1, 1)) == former
    assert officer_on("101", DAY) == department.alice.officer


def test_first_and_last_day_are_both_served(department: Department) -> None:
    officer = Officer.objects.create(agency=department.agency, badge="7", name="Seven")
    serve(officer, department, date(2024, 1, 10), date(2024, 1, 20))
    served = [day for day in range(1, 31) if assignment_on(officer, date(2024, 1, day))]
    assert served == list(range(10, 21))


def test_where_two_assignments_overlap_the_later_one_counts(department: Department) -> None:
    assert department.alice.officer is not None
    later = serve(department.alice.officer, department, date(2024, 4, 1))
    assert assignment_on(department.alice.officer, DAY) == later
    later.ended = date(2024, 4, 30)
    later.save()
    found = assignment_on(department.alice.officer, DAY)
    assert found is not None
    assert found.unit == department.first  # the earlier one still lasts


def test_a_badge_of_another_agency_is_not_ours(department: Department) -> None:
    other = Agency.objects.create(slug="county", name="County", kind=Agency.Kind.OUTSIDE)
    officer = Officer.objects.create(agency=other, badge="X1", name="Not Ours")
    serve(officer, department, date(2020, 1, 1))
    assert officer_on("X1", DAY) is None


def test_each_lookup_is_one_query(department: Department, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        officer_on("101", DAY)
    assert department.alice.officer is not None
    with django_assert_num_queries(1):
        found = assignment_on(department.alice.officer, DAY)
        assert found is not None
        assert (str(found.unit.parent), str(found.supervisor)) == ("Central Patrol", "Sam Sergeant (110)")
    with django_assert_num_queries(1):
        names_of([department.alice.actor, department.bob.actor, "system:command"])


def test_lookups_use_an_index_among_many(department: Department) -> None:
    Officer.objects.bulk_create(Officer(agency=department.agency, badge=f"B{n}", name=f"P{n}") for n in range(5_000))
    Assignment.objects.bulk_create(
        Assignment(officer=o, unit=department.second, began=date(2020, 1, 1))
        for o in Officer.objects.filter(badge__startswith="B")
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze people_officer, people_assignment")
        cursor.execute(
            "explain select * from people_assignment a join people_officer o on o.id = a.officer_id "
            "where o.badge = 'B77' and a.began <= '2024-05-01' and (a.ended is null or a.ended >= '2024-05-01') "
            "order by a.began desc limit 1"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "assignment_once" in plan


def test_actors_are_told_by_name(department: Department) -> None:
    gone = f"account:{uuid4()}"
    asked = [department.alice.actor, "system:command", "system:new-thing", gone, "account:nonsense", "dock:4"]
    assert names_of(asked) == {
        department.alice.actor: "Alice",
        "system:command": "The command line",
        "system:new-thing": "The system (new-thing)",
        gone: gone,
        "account:nonsense": "account:nonsense",
        "dock:4": "dock:4",
    }
