"""The fleet import against the database: all or nothing, re-runnable, every camera with its own history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Department
from plainview.base.custody.history import describe, facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Assignment, Officer
from plainview.base.people.table import ImportRefused
from plainview.holdings.fleet.actions import Imported, UnknownZone, import_fleet
from plainview.holdings.fleet.models import Camera, Carry, Vehicle
from plainview.holdings.fleet.rules.rows import COLUMNS

Write = Callable[..., Imported]


@pytest.fixture
def write(department: Department, tmp_path: Path) -> Write:
    """Writes a fleet list and imports it."""
    path = tmp_path / "fleet.csv"

    def one(*rows: str, zone: str | None = None) -> Imported:
        path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
        return import_fleet(path, zone, actor="system:test")

    return one


def kinds(serial: str) -> list[str]:
    return [event.kind for event in history(Camera.objects.get(serial=serial).handle)]


def test_it_brings_in_cameras_vehicles_and_carries(department: Department, write: Write) -> None:
    done = write(
        "B1,body,Sample,One,101,,2024-05-01T07:00:00-05:00,",
        "C1,in-car,Sample,Dash,,Car 17,2024-05-01,2024-05-31",
        "R1,interview,Sample,Room,,,,",
    )
    assert (done.cameras, done.vehicles, done.carries) == (3, 1, 2)
    body, car = Carry.objects.order_by("camera__serial").select_related("officer", "vehicle")
    assert (body.officer, body.began, body.ended) == (
        department.alice.officer,
        datetime(2024, 5, 1, 12, tzinfo=UTC),
        None,
    )
    assert (str(car.vehicle), car.ended) == ("Car 17", datetime(2024, 6, 1, 5, tzinfo=UTC))


def test_the_same_file_twice_changes_nothing_and_says_so(write: Write) -> None:
    rows = ["B1,body,,,101,,2024-05-01,2024-05-31", "B1,body,,,102,,2024-06-01,", "B2,body,,,,,2024-01-01,"]
    assert write(*rows).changed
    before = list(Carry.objects.order_by("pk").values())
    again = write(*rows)
    assert not again.changed
    assert again.unchanged == 3
    assert list(Carry.objects.order_by("pk").values()) == before
    assert kinds("B1").count(Kind.FLEET_CAMERA_ASSIGNED) == 2


def test_a_later_file_corrects_and_closes(department: Department, write: Write) -> None:
    write("B1,body,,,101,,2024-05-01,", "B2,body,,,102,,2024-05-01,")
    done = write("B1,body,,,102,,2024-06-01,", "B2,body,Sample,Two,201,,2024-05-01,")
    assert (done.carries, done.closed, done.updated, done.corrected) == (1, 1, 1, 1)
    first = Carry.objects.get(camera__serial="B1", officer=department.alice.officer)
    assert first.ended == datetime(2024, 6, 1, 5, tzinfo=UTC)
    assert Carry.objects.get(camera__serial="B2").officer == department.charlie.officer
    assert str(Camera.objects.get(serial="B2").maker) == "Sample"


def test_a_badge_of_two_people_means_whoever_wore_it_that_day(department: Department, write: Write) -> None:
    former = Officer.objects.create(agency=department.agency, badge="101", name="Former Wearer")
    Assignment.objects.create(officer=former, unit=department.first, began=date(2010, 1, 1), ended=date(2019, 12, 31))
    write("B1,body,,,101,,2015-01-01,2015-12-31", "B1,body,,,101,,2024-01-01,")
    assert [c.officer for c in Carry.objects.order_by("began")] == [former, department.alice.officer]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("B2,body,,,999,,2024-05-01,", "row 3, column badge: badge 999 is not on the roster"),
        ("B2,helmet,,,101,,2024-05-01,", "row 3, column kind: “helmet” is no kind of camera"),
        ("B1,body,,,102,,2024-05-05,", "row 3, column from: camera B1 is carried twice at once"),
        ("B1,in-car,,,102,,2024-04-01,2024-04-02", "row 3, column kind: camera B1 is “body” in row 2"),
        ("B2,body,,,101,,2024-05-01T08:00:00,", "row 3, column from: “2024-05-01T08:00:00” has no offset"),
    ],
)
def test_one_bad_row_keeps_everything_out(write: Write, bad: str, said: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        write("B1,body,,,101,,2024-05-01,", bad)
    assert str(caught.value).startswith(f"fleet.csv, {said}")
    assert not Camera.objects.exists()
    assert not Vehicle.objects.exists()


def test_a_zone_is_named_once_for_the_file(write: Write) -> None:
    write("B1,body,,,101,,2024-05-01T08:00:00,", zone="America/New_York")
    assert Carry.objects.get().began == datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
def test_a_zone_that_is_none_is_refused(write: Write, zone: str) -> None:
    with pytest.raises(UnknownZone):
        write("B1,body,,,101,,2024-05-01T08:00:00,", zone=zone)


def test_every_camera_has_a_history_of_its_own(department: Department, write: Write) -> None:
    write("B1,body,,,101,,2024-05-01,", "B2,body,,,,,,")
    write("B1,body,Sample,,102,,2024-06-01,")
    assert kinds("B1") == [
        Kind.FLEET_CAMERA_REGISTERED,
        Kind.FLEET_CAMERA_ASSIGNED,
        Kind.FLEET_CAMERA_CHANGED,
        Kind.FLEET_CAMERA_ASSIGNED,
        Kind.FLEET_CAMERA_ASSIGNED,
    ]
    assert kinds("B2") == [Kind.FLEET_CAMERA_REGISTERED]
    events = history(Camera.objects.get(serial="B1").handle)
    assert describe(events[1]) == "The camera was given to officer 101 from May 1, 2024, 00:00:00."
    assert facts_of(events[2])["old"]["maker"] == ""  # type: ignore[index,call-overload]
    closed = next(facts_of(e) for e in events[3:] if facts_of(e)["old"])
    assert (closed["badge"], closed["ended"]) == ("101", "2024-06-01T05:00:00+00:00")


def test_the_import_itself_is_in_the_departments_history(department: Department, write: Write) -> None:
    write("B1,body,,,101,,2024-05-01,")
    (event,) = history(department.agency.handle)
    facts = facts_of(event)
    assert (event.kind, facts["file"], facts["rows"]) == (Kind.FLEET_LIST_IMPORTED, "fleet.csv", 1)


def test_no_leaf_names_a_camera_or_a_badge(write: Write) -> None:
    write("SERIAL-KZ,body,,,101,,2024-05-01,")  # no hexadecimal digits: a hash must not hit them by chance
    for event in history(Camera.objects.get().handle):
        assert b"KZ" not in bytes(event.leaf)


def test_the_number_of_statements_does_not_grow_with_the_rows(write: Write) -> None:
    write("W1,body,,,101,,2024-05-01,")  # the first event of a process looks whether the log is sound
    counts = []
    for batch in (20, 400):
        rows = [f"X{batch}-{n},body,,,101,,2024-05-01," for n in range(batch)]
        with CaptureQueriesContext(connection) as queries:
            write(*rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
