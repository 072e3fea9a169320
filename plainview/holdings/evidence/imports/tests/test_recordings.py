"""Recordings held elsewhere: good rows go in, the rest wait, nothing is taken twice, every row is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from conftest import Department
from plainview.base.people.models import Assignment, Officer
from plainview.holdings.evidence.actions import set_call_number, set_classes
from plainview.holdings.evidence.imports.calls import take_calls, try_calls_again
from plainview.holdings.evidence.imports.recordings import import_recordings, load_map, mend_recordings
from plainview.holdings.evidence.models import Quarantine, Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.fleet.models import Camera
from plainview.holdings.incidents import maps
from plainview.holdings.incidents.models import Batch, Parked

HEAD = "recording_id,badge,camera_serial,kind,vehicle,trigger_on,start,stop,uploaded,class,call_id"
GOOD = {
    "recording_id": "R1", "badge": "101", "camera_serial": "B1", "kind": "body", "vehicle": "",
    "trigger_on": "2026-06-01T12:00:30-05:00",
    "start": "2026-06-01T12:00:00-05:00",
    "stop": "2026-06-01T12:20:00-05:00",
    "uploaded": "2026-06-01T18:00:00-05:00", "class": "non-evidentiary", "call_id": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def row(**changes: str) -> str:
    return ",".join({**GOOD, **changes}.values())


def take(folder: Path, rows: Sequence[str], *, head: str = HEAD, zone: str = "", layout: str = "plainview") -> Batch:
    path = paper.table(folder, "recordings.csv", "\n".join([head, *rows]) + "\n")
    return import_recordings(path, load_map(layout), ZoneInfo(zone) if zone else None, actor="system:test")


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    return batch.rows, batch.taken, batch.changed, batch.unchanged, batch.parked


def test_a_recording_goes_in_with_officer_unit_camera_and_history(department: Department, tmp_path: Path) -> None:
    camera = Camera.objects.create(serial="B1", kind="body")
    assert counts(take(tmp_path, [row()])) == (1, 1, 0, 0, 0)
    made = Recording.objects.get()
    assert (made.external_id, made.held_here, made.camera, made.classes) == ("R1", False, camera, ["non-evidentiary"])
    assert made.officer == department.alice.officer
    assert made.unit == department.first
    assert made.trigger_on == datetime(2026, 6, 1, 17, 0, 30, tzinfo=UTC)
    assert made.duration_ms == 20 * 60_000
    assert made.marks.get().class_id == "non-evidentiary"
    assert paper.kinds(made.handle) == ["evidence.recording.created"]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    lines = [row(), row(recording_id="R2"), row(recording_id="R3", badge="?")]
    take(tmp_path, lines)
    before = list(Recording.objects.order_by("pk").values())
    assert counts(take(tmp_path, lines)) == (3, 0, 0, 2, 1)
    assert list(Recording.objects.order_by("pk").values()) == before
    assert Parked.objects.filter(mended_at=None).count() == 1


def test_a_later_file_corrects_and_tells_old_and_new(tmp_path: Path) -> None:
    take(tmp_path, [row()])
    assert counts(take(tmp_path, [row(stop="2026-06-01T12:30:00-05:00")])) == (1, 0, 1, 0, 0)
    made = Recording.objects.get()
    assert made.stop == datetime(2026, 6, 1, 17, 30, tzinfo=UTC)
    told = paper.facts(made.handle, "evidence.recording.corrected")
    assert told["changed"] == ["stop"]


def test_classes_that_a_person_gave_are_not_taken_back_by_a_file(department: Department, tmp_path: Path) -> None:
    take(tmp_path, [row()])
    made = Recording.objects.get()
    set_classes(made.pk, ["citation"], actor=department.tess.actor)
    take(tmp_path, [row(stop="2026-06-01T12:30:00-05:00")])
    assert paper.again(made).classes == ["citation"]


@pytest.mark.parametrize(
    ("changes", "column", "says"),
    [
        ({"recording_id": ""}, "recording_id", "empty"),
        ({"badge": "nobody"}, "badge", "is on no roster"),
        ({"kind": "drone"}, "kind", "no kind of camera"),
        ({"stop": "2026-06-01T11:00:00-05:00"}, "stop", "before it starts"),
        ({"start": "yesterday"}, "start", "not a time"),
        ({"start": "2026-06-01T12:00:00"}, "start", "no offset"),
        ({"start": "", "uploaded": "", "stop": "", "trigger_on": ""}, "start", "nothing says when"),
        ({"start": ""}, "start", "Fill it in"),
        ({"start": "2001-06-01T12:00:00-05:00"}, "start", "can't be right"),
        ({"start": "2039-06-01T12:00:00-05:00", "stop": "", "trigger_on": ""}, "start", "can't be right"),
    ],
)
def test_a_bad_row_waits_with_its_column_and_reason(
    tmp_path: Path, changes: dict[str, str], column: str, says: str
) -> None:
    assert counts(take(tmp_path, [row(**changes), row(recording_id="R9")])) == (2, 1, 0, 0, 1)
    parked = Parked.objects.get()
    assert (parked.row, parked.column) == (2, column)
    assert says in parked.reason
    assert parked.cells["kind"] == {**GOOD, **changes}["kind"]


def test_blanks_are_stored_and_shown_not_guessed(tmp_path: Path) -> None:
    blank = row(badge="", camera_serial="", trigger_on="", stop="", uploaded="", **{"class": ""})
    take(tmp_path, [blank])
    made = Recording.objects.get()
    assert (made.officer, made.stop, made.trigger_on, made.classes) == (None, None, None, ["unclassified"])
    assert made.upload_stated is False


def test_an_unknown_start_is_stored_and_listed_for_a_person(tmp_path: Path) -> None:
    take(tmp_path, [row(start="", stop="", trigger_on="")])
    made = Recording.objects.get()
    assert made.start is None
    assert made.listed_at == made.uploaded
    assert Quarantine.objects.get().reason == "start-unknown" or Quarantine.objects.get().recording == made
    assert made.quarantined is False


def test_one_id_twice_is_one_recording_or_a_question(tmp_path: Path) -> None:
    assert counts(take(tmp_path, [row(), row(), row(kind="in-car")])) == (3, 1, 0, 1, 1)
    assert "stands in row 2 already" in Parked.objects.get().reason


def test_recordings_of_one_camera_may_overlap(tmp_path: Path) -> None:
    assert take(tmp_path, [row(), row(recording_id="R2", start="2026-06-01T12:10:00-05:00")]).taken == 2


def test_a_badge_that_passed_on_is_whoever_held_it_that_day(department: Department, tmp_path: Path) -> None:
    alice = department.alice.officer
    assert alice is not None
    Assignment.objects.filter(officer=alice).update(ended=date(2026, 5, 31))
    heir = Officer.objects.create(agency=department.agency, badge="101", name="Heir Sample")
    Assignment.objects.create(officer=heir, unit=department.second, began=date(2026, 6, 1))
    before = {name: GOOD[name].replace("06-01", "05-31") for name in ("trigger_on", "start", "stop")}
    take(tmp_path, [row(), row(recording_id="R2", **before)])
    found = dict(Recording.objects.values_list("external_id", "officer__name"))
    assert found == {"R1": "Heir Sample", "R2": alice.name}
    assert Recording.objects.get(external_id="R1").unit == department.second


def test_several_classes_stand_in_one_cell_and_vendor_names_become_ids(tmp_path: Path) -> None:
    take(tmp_path, [row(**{"class": "criminal;non-evidentiary"}), row(recording_id="R2", **{"class": "DUI / Crash"})])
    found = dict(Recording.objects.values_list("external_id", "classes"))
    assert found == {"R1": ["criminal", "non-evidentiary"], "R2": ["dui-crash"]}


def test_parked_rows_go_in_once_the_roster_is_mended(department: Department, tmp_path: Path) -> None:
    take(tmp_path, [row(badge="999")])
    assert mend_recordings(actor="system:test").taken == 0
    new = Officer.objects.create(agency=department.agency, badge="999", name="New Sample")
    Assignment.objects.create(officer=new, unit=department.first, began=date(2026, 1, 1))
    done = mend_recordings(actor="system:test")
    assert (done.tried, done.taken, done.parked) == (1, 1, 0)
    assert Recording.objects.get().officer == new
    assert Parked.objects.get().mended_by == "system:test"


def calls(folder: Path, *lines: str) -> Batch:
    head = "call_id,call_type,priority,badge,dispatched,arrived,cleared,disposition,self_initiated,lat,lon"
    path = paper.table(folder, "calls.csv", "\n".join([head, *lines]) + "\n")
    return take_calls(path, maps.load("plainview"), None, actor="system:test")


CALL = "c1,STOP,2,{badge},2026-06-01T11:58:00-05:00,2026-06-01T12:00:00-05:00,2026-06-01T12:20:00-05:00,ARREST,no,,"


@pytest.mark.parametrize("first", ["calls", "recordings"])
def test_calls_and_recordings_find_each_other_in_either_order(tmp_path: Path, first: str) -> None:
    if first == "calls":
        calls(tmp_path, CALL.format(badge="101"))
    take(tmp_path, [row(call_id="c1")])
    if first == "recordings":
        calls(tmp_path, CALL.format(badge="101"))
    made = Recording.objects.get()
    assert made.call_ties.get().call.number == "c1"
    assert made.classes == ["criminal", "non-evidentiary"], "the rule acts at once"
    assert made.call_ties.get().call.matters.get().number == "c1-criminal"


def test_a_corrected_call_number_moves_the_tie(tmp_path: Path) -> None:
    calls(tmp_path, CALL.format(badge="101"), CALL.format(badge="101").replace("c1", "c2").replace("ARREST", "REPORT"))
    take(tmp_path, [row(call_id="c2")])
    take(tmp_path, [row(call_id="c1")])
    assert Recording.objects.get().call_ties.get().call.number == "c1"


def test_a_call_number_typed_on_the_page_ties_too(tmp_path: Path) -> None:
    calls(tmp_path, CALL.format(badge="101"))
    take(tmp_path, [row()])
    made = Recording.objects.get()
    set_call_number(made.pk, "C1", actor="system:test")
    assert made.call_ties.get().how == "number"
    set_call_number(made.pk, "", actor="system:test")
    assert not made.call_ties.exists()


def test_parked_calls_that_go_in_later_are_tied_as_well(department: Department, tmp_path: Path) -> None:
    take(tmp_path, [row(call_id="c1")])
    assert calls(tmp_path, CALL.format(badge="999")).parked == 1
    new = Officer.objects.create(agency=department.agency, badge="999", name="New Sample")
    Assignment.objects.create(officer=new, unit=department.first, began=date(2026, 1, 1))
    assert try_calls_again(actor="system:test").taken == 1
    assert Recording.objects.get().call_ties.count() == 1


def test_an_import_takes_a_bounded_number_of_queries(tmp_path: Path, django_assert_max_num_queries: object) -> None:
    lines = [row(recording_id=f"R{n}") for n in range(3000)]
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        assert take(tmp_path, lines).taken == 3000


def test_a_vendor_s_real_export_is_accounted_for_row_by_row(shared: Path, tmp_path: Path) -> None:
    path = next((shared / "data" / "bwc-metadata-nopd").glob("*.csv"))
    rows = path.read_text(encoding="utf-8").count("\n") - 1
    batch = import_recordings(path, load_map("nopd"), None, actor="system:test")
    assert counts(batch) == (rows, rows, 0, 0, 0)
    found = Recording.objects.get(external_id="6115BE71-B124-42DD-878B-929294147540")
    assert found.start == datetime(2016, 11, 1, 4, 59, 53, tzinfo=UTC)
    assert found.call_number == "J3473916", "as the calls for service write it"
    assert timezone.localtime(found.uploaded) - timezone.localtime(found.start) > timedelta(hours=7)
