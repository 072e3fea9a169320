"""Who carried camera S at time T: one indexed query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from conftest import Department
from plainview.holdings.fleet.lookup import camera, carried_by
from plainview.holdings.fleet.models import Camera, CameraKind, Carry, Vehicle

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def body(department: Department) -> Camera:
    """A camera: Alice until noon, Bob from two o'clock on."""
    found = Camera.objects.create(serial="B1", kind=CameraKind.BODY)
    Carry.objects.create(camera=found, officer=department.alice.officer, began=NOON - HOUR, ended=NOON)
    Carry.objects.create(camera=found, officer=department.bob.officer, began=NOON + 2 * HOUR)
    return found


def carrier(at: datetime) -> str | None:
    found = carried_by("B1", at)
    return found.officer.badge if found and found.officer else None


def test_the_beginning_counts_and_the_end_does_not(body: Camera) -> None:
    moment = timedelta(microseconds=1)
    assert carrier(NOON - HOUR - moment) is None
    assert carrier(NOON - HOUR) == "101"
    assert carrier(NOON - moment) == "101"
    assert carrier(NOON) is None
    assert carrier(NOON + 2 * HOUR) == "102"
    assert carrier(NOON + 1000 * HOUR) == "102"


def test_a_car_may_carry_it(body: Camera) -> None:
    Carry.objects.create(camera=body, vehicle=Vehicle.objects.create(name="Car 17"), began=NOON, ended=NOON + HOUR)
    found = carried_by("B1", NOON)
    assert found is not None
    assert (str(found.vehicle), found.officer) == ("Car 17", None)


def test_another_cameras_carrier_does_not_count(body: Camera) -> None:
    Camera.objects.create(serial="B2", kind=CameraKind.BODY)
    assert carried_by("B2", NOON - HOUR) is None
    assert carried_by("B3", NOON - HOUR) is None


def test_where_two_overlap_the_later_one_counts(department: Department, body: Camera) -> None:
    Carry.objects.create(camera=body, officer=department.charlie.officer, began=NOON - HOUR / 2)
    assert carrier(NOON - HOUR / 4) == "201"
    assert carrier(NOON - HOUR) == "101"


def test_a_camera_is_found_by_its_exact_serial(body: Camera) -> None:
    assert camera("B1") == body
    assert camera("b1") is None


def test_it_is_one_query_with_all_that_is_asked_of_it(
    body: Camera, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = carried_by("B1", NOON - HOUR)
        assert found is not None
        assert (found.camera.serial, str(found.officer), found.vehicle) == ("B1", "Alice Officer (101)", None)


def test_the_database_answers_from_indexes(department: Department) -> None:
    """500 cameras with 40 carries each; the plan must touch one camera and a few of its carries."""
    cameras = Camera.objects.bulk_create(Camera(serial=f"X{n}", kind=CameraKind.BODY) for n in range(500))
    Carry.objects.bulk_create(
        Carry(camera=c, officer=department.alice.officer, began=NOON + n * HOUR, ended=NOON + (n + 1) * HOUR)
        for c in cameras
        for n in range(40)
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze fleet_camera, fleet_carry, people_officer")
    with connection.execute_wrapper(_explain), pytest.raises(_Plan) as caught:
        carried_by("X250", NOON + 20 * HOUR)
    plan = str(caught.value)
    assert "Seq Scan on fleet_c" not in plan
    assert "Index Scan Backward using carry_once on fleet_carry" in plan


class _Plan(Exception):
    """The plan of the query that was about to run."""


def _explain(execute: object, sql: str, params: object, many: bool, context: dict[str, object]) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute(f"explain {sql}", params)
        raise _Plan("\n".join(row[0] for row in cursor.fetchall()))
