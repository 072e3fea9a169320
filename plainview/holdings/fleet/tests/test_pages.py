"""The list of cameras and the page of one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.test import Client

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.paging import SIZE
from plainview.holdings.fleet.actions import import_fleet
from plainview.holdings.fleet.models import Camera, CameraKind
from plainview.holdings.fleet.rules.rows import COLUMNS

READERS = ["adam", "audrey", "sam", "tess"]
FLEET = """\
B1,body,Sample Optics,Chest One,101,,2024-01-01,2024-03-31
B1,body,Sample Optics,Chest One,102,,2024-04-01,
B2,body,Sample Optics,Chest One,201,,2024-01-01,
B9,body,Other Maker,Two,,,,
C1,in-car,Sample Optics,Dash,,Car 17,2024-01-01,
"""


@pytest.fixture
def fleet(department: Department, tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text(",".join(COLUMNS) + "\n" + FLEET)
    import_fleet(path, actor="system:test")


@pytest.fixture
def tess(department: Department) -> Client:
    return department.client(department.tess)


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/fleet/", "/fleet/fleet.csv", "/fleet/cameras/{pk}/"])
def test_only_those_who_look_after_it_see_the_fleet(department: Department, fleet: None, path: str) -> None:
    path = path.format(pk=Camera.objects.get(serial="B1").pk)
    seen = {
        name: department.client(getattr(department, name)).get(path).status_code for name in [*READERS, "alice", "nora"]
    }
    assert seen == dict.fromkeys(READERS, 200) | {"alice": 403, "nora": 403}


def test_the_list_says_who_carries_what_now(fleet: None, tess: Client) -> None:
    shown = page(tess, "/fleet/")
    rows = shown.split("<tbody>")[1].split("</tr>")
    assert "Bob Officer (102)" in rows[0]
    assert "Alice" not in rows[0]
    assert "Car 17" in rows[3]
    assert "nobody" in rows[2]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=b1", ["B1"]),
        ("q=102", ["B1"]),
        ("q=101", []),  # carried it once, not now
        ("q=charlie", ["B2"]),
        ("q=car+17", ["C1"]),
        ("q=other", ["B9"]),
        ("kind=in-car", ["C1"]),
        ("state=free", ["B9"]),
        ("state=carried", ["B1", "B2", "C1"]),
        ("kind=nonsense", ["B1", "B2", "B9", "C1"]),
    ],
)
def test_the_list_is_searched_and_filtered(fleet: None, tess: Client, asked: str, found: list[str]) -> None:
    assert [camera.serial for camera, _ in tess.get(f"/fleet/?{asked}").context["rows"]] == found


def test_an_empty_fleet_says_how_to_bring_one(department: Department, tess: Client) -> None:
    assert "plainview fleet import" in page(tess, "/fleet/")


def test_a_search_without_result_leads_back(fleet: None, tess: Client) -> None:
    assert "Show all cameras" in page(tess, "/fleet/?q=zzz")


def test_a_long_list_is_paged(tess: Client) -> None:
    Camera.objects.bulk_create(Camera(serial=f"Y{n:03}", kind=CameraKind.BODY) for n in range(SIZE + 5))
    first = tess.get("/fleet/?q=Y").context["page"]
    second = tess.get("/fleet/" + first.older).context["page"]
    assert [c.serial for c in second.rows] == [f"Y{n:03}" for n in range(SIZE, SIZE + 5)]
    assert not second.older


def test_the_list_takes_the_same_queries_however_long(
    fleet: None, tess: Client, django_assert_max_num_queries: object
) -> None:
    tess.get("/fleet/")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        tess.get("/fleet/")


def test_a_camera_shows_all_who_carried_it_and_leads_to_its_recordings(fleet: None, tess: Client) -> None:
    shown = page(tess, f"/fleet/cameras/{Camera.objects.get(serial='B1').pk}/")
    assert shown.index("Bob Officer (102)") < shown.index("Alice Officer (101)")  # latest first
    assert "Apr 1, 2024, 00:00" in shown
    assert 'href="/recordings/?camera=B1"' in shown
    assert "The camera B1 was entered in the fleet list." in shown


def test_whoever_sees_no_footage_is_not_led_to_it(department: Department, fleet: None) -> None:
    shown = page(department.client(department.adam), f"/fleet/cameras/{Camera.objects.get(serial='B1').pk}/")
    assert "/recordings/" not in shown.split("<main")[1]


def test_a_camera_that_nobody_carried_says_so(fleet: None, tess: Client) -> None:
    assert "Nobody has carried it yet" in page(tess, f"/fleet/cameras/{Camera.objects.get(serial='B9').pk}/")


def test_a_camera_that_does_not_exist_is_not_found(fleet: None, tess: Client) -> None:
    assert tess.get("/fleet/cameras/999999/").status_code == 404


def test_a_strange_serial_stays_inside_its_link(department: Department, tess: Client) -> None:
    camera = Camera.objects.create(serial='A&b="<x>/1', kind=CameraKind.BODY)
    shown = page(tess, f"/fleet/cameras/{camera.pk}/")
    assert "/recordings/?camera=A%26b%3D%22%3Cx%3E%2F1" in shown
    assert "<x>" not in shown


def test_the_export_is_what_the_import_reads(department: Department, fleet: None, tess: Client, tmp_path: Path) -> None:
    text = b"".join(tess.get("/fleet/fleet.csv").streaming_content)  # type: ignore[attr-defined]
    assert len(list(csv.reader(io.StringIO(text.decode())))) == 6
    path = tmp_path / "again.csv"
    path.write_bytes(text)
    assert not import_fleet(path, actor="system:test").changed
    assert history(department.tess.handle)[-1].kind == Kind.FLEET_LIST_EXPORTED


def test_the_export_is_harmless(department: Department, tess: Client) -> None:
    Camera.objects.create(serial="=1+1", kind=CameraKind.BODY, maker="@cmd")
    text = b"".join(tess.get("/fleet/fleet.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[1].startswith("'=1+1,body,'@cmd,")
