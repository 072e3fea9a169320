"""When a camera did not work: imported, reported on its page, ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.table import ImportRefused
from plainview.holdings.fleet.actions import Refused, end_fault, import_faults, report_fault
from plainview.holdings.fleet.models import Camera, Fault

HEADER = "serial,from,to,what\n"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def camera(department: Department) -> Camera:
    from plainview.base.custody import open_item

    return Camera.objects.create(serial="B1", kind="body", handle=open_item("camera"))


def written(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "faults.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def kinds(camera: Camera) -> list[str]:
    return [event.kind for event in history(camera.handle)]


def test_a_file_of_faults_is_taken_once(camera: Camera, tmp_path: Path) -> None:
    path = written(
        tmp_path, "B1,2026-03-01T06:00:00-06:00,2026-03-02T06:00:00-06:00,lens broken", "B1,2026-04-01,,mute"
    )
    done = import_faults(path, actor="system:test")
    assert (done.rows, done.new, done.unchanged) == (2, 2, 0)
    again = import_faults(path, actor="system:test")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    first, second = Fault.objects.order_by("began")
    assert (first.began, first.ended) == (NOON, NOON + timedelta(days=1))
    assert second.ended is None
    assert kinds(camera).count(Kind.FLEET_CAMERA_FAULT_REPORTED) == 2


def test_a_later_file_corrects_the_end(camera: Camera, tmp_path: Path) -> None:
    import_faults(written(tmp_path, "B1,2026-04-01,,mute"), actor="system:test")
    done = import_faults(written(tmp_path, "B1,2026-04-01,2026-04-03,mute"), actor="system:test")
    assert (done.new, done.changed) == (0, 1)
    assert Fault.objects.get().ended is not None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B9,2026-03-01,,broken", "serial"),
        (",2026-03-01,,broken", "serial"),
        ("B1,,,broken", "from"),
        ("B1,2026-03-01,,", "what"),
        ("B1,2026-03-01T12:00:00,,broken", "from"),
        ("B1,2026-03-02,2026-02-01,broken", "to"),
    ],
)
def test_a_bad_row_names_its_column_and_nothing_goes_in(camera: Camera, tmp_path: Path, row: str, column: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_faults(written(tmp_path, "B1,2026-01-01,2026-01-02,fine", row), actor="system:test")
    assert [(p.row, p.column) for p in refused.value.problems] == [(3, column)]
    assert not Fault.objects.exists()


def test_two_rows_that_contradict_each_other_are_refused(camera: Camera, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="row 2 says otherwise"):
        import_faults(written(tmp_path, "B1,2026-01-01,,mute", "B1,2026-01-01,,dark"), actor="system:test")


def test_a_fault_is_reported_and_ended_with_two_events(camera: Camera) -> None:
    fault = report_fault(camera, "battery", began=NOON, actor="system:test")
    with pytest.raises(Refused, match="open already"):
        report_fault(camera, "again", began=NOON + timedelta(hours=1), actor="system:test")
    with pytest.raises(Refused, match="not in the future"):
        end_fault(fault, timezone.now() + timedelta(hours=1), actor="system:test")
    end_fault(fault, NOON + timedelta(hours=5), actor="system:test")
    with pytest.raises(Refused, match="ended already"):
        end_fault(fault, NOON + timedelta(hours=6), actor="system:test")
    assert {Kind.FLEET_CAMERA_FAULT_REPORTED, Kind.FLEET_CAMERA_FAULT_ENDED} <= set(kinds(camera))


def test_a_technician_does_both_on_the_page(camera: Camera, department: Department) -> None:
    tess = department.client(department.tess)
    address = f"/fleet/cameras/{camera.pk}/"
    assert "Write down a fault" in tess.get(address).content.decode()
    said = tess.post(f"{address}fault", {"what": "no sound", "began": "2026-03-01T06:00"})
    assert said.status_code == 302
    assert Fault.objects.get().began == NOON  # the page speaks the department's time
    assert "It works again" in tess.get(address).content.decode()
    early = tess.post(f"{address}fault", {"ended": "2026-02-01T06:00"})
    assert early.status_code == 422
    assert "must lie after the beginning" in early.content.decode()
    assert tess.post(f"{address}fault", {"ended": "2026-03-02T06:00"}).status_code == 302
    assert Fault.objects.get().ended == NOON + timedelta(days=1)


def test_only_those_who_look_after_the_fleet_write_faults(camera: Camera, department: Department) -> None:
    address = f"/fleet/cameras/{camera.pk}/fault"
    said = {"what": "no sound", "began": "2026-03-01T06:00"}
    answers = {
        n: department.client(getattr(department, n)).post(address, said).status_code for n in ("alice", "sam", "audrey")
    }
    assert answers == dict.fromkeys(answers, 403)
    assert not Fault.objects.exists()
