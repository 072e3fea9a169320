"""Calls come in: good rows go in, the rest wait with their reason, and nothing is ever taken twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.people.models import Assignment, Officer
from plainview.holdings.incidents import maps
from plainview.holdings.incidents.actions.calls import import_calls
from plainview.holdings.incidents.maps import WrongHeader
from plainview.holdings.incidents.models import Batch, Call, Dispatch, Parked

HEAD = "call_id,call_type,priority,badge,dispatched,arrived,cleared,disposition,self_initiated,lat,lon"
ROW = "{call},ALARM,2,{badge},2026-03-01T12:00:00-06:00,2026-03-01T12:05:00-06:00,{cleared},REPORT,no,39.1,-94.5"

pytestmark = pytest.mark.usefixtures("department")


def line(call: str = "C1", badge: str = "101", cleared: str = "2026-03-01T12:30:00-06:00") -> str:
    return ROW.format(call=call, badge=badge, cleared=cleared)


def take(folder: Path, lines: Sequence[str], *, zone: str = "", encoding: str = "utf-8", head: str = HEAD) -> Batch:
    path = folder / "calls.csv"
    path.write_bytes("\r\n".join([head, *lines]).encode(encoding))
    layout = maps.load("plainview")
    return import_calls(path, layout, ZoneInfo(zone) if zone else None, actor="system:test").batch


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    batch = take(tmp_path, [line(), line(badge="102"), line(call="C2", badge="nobody"), line(call="", badge="101")])
    assert (batch.rows, batch.taken, batch.changed, batch.unchanged, batch.parked) == (4, 2, 0, 0, 2)
    assert Call.objects.get().number == "C1"
    dispatch = Dispatch.objects.get(badge="101")
    assert dispatch.officer is not None
    assert dispatch.officer.badge == "101"
    assert dispatch.cleared == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)


def test_parked_rows_keep_row_column_reason_and_cells(tmp_path: Path) -> None:
    take(tmp_path, [line(), line(call="C2", badge="nobody")])
    parked = Parked.objects.get()
    assert (parked.row, parked.column) == (3, "badge")
    assert "badge nobody is on no roster" in parked.reason
    assert parked.cells["call_id"] == "C2"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    lines = [line(), line(), line(badge="102"), line(badge="?")]
    take(tmp_path, lines)
    before = list(Dispatch.objects.order_by("pk").values())
    again = take(tmp_path, lines)
    assert (again.rows, again.taken, again.changed, again.unchanged, again.parked) == (4, 0, 0, 3, 1)
    assert list(Dispatch.objects.order_by("pk").values()) == before
    assert Parked.objects.filter(mended_at=None).count() == 1


def test_identical_rows_of_one_file_are_not_merged(tmp_path: Path) -> None:
    batch = take(tmp_path, [line(), line()])
    assert batch.taken == 2
    assert list(Dispatch.objects.order_by("occurrence").values_list("occurrence", flat=True)) == [1, 2]


def test_a_later_file_corrects_a_dispatch(tmp_path: Path) -> None:
    take(tmp_path, [line(cleared="")])
    batch = take(tmp_path, [line()])
    assert (batch.taken, batch.changed) == (0, 1)
    assert Dispatch.objects.get().cleared is not None


def test_an_empty_cell_takes_nothing_away_from_a_call(tmp_path: Path) -> None:
    take(tmp_path, [line()])
    bare = "C1,,,101,2026-03-01T15:00:00-06:00,,,,,,"
    take(tmp_path, [bare])
    call = Call.objects.get()
    assert (call.call_type, call.priority, call.lat_e6) == ("ALARM", "2", 39_100_000)


def test_a_badge_that_passed_on_is_the_one_who_held_it_that_day(department: Department, tmp_path: Path) -> None:
    alice = department.alice.officer
    assert alice is not None
    Assignment.objects.filter(officer=alice).update(ended=date(2026, 1, 31))
    heir = Officer.objects.create(agency=department.agency, badge="101", name="Heir Sample")
    Assignment.objects.create(officer=heir, unit=department.first, began=date(2026, 2, 1))
    take(tmp_path, [line(), "C0,ALARM,2,101,2026-01-31T23:59:00-06:00,,,,,,"])
    found = dict(Dispatch.objects.values_list("call__number", "officer__name"))
    assert found == {"C1": "Heir Sample", "C0": alice.name}


def test_windows_text_with_quoted_line_breaks_is_read(tmp_path: Path) -> None:
    odd = 'C9,"DISTURBANCE – CAFÉ\r\nsecond line",2,101,2026-03-01T12:00:00-06:00,,,,,,'
    batch = take(tmp_path, [odd, line()], encoding="cp1252")
    assert batch.taken == 2
    assert "CAFÉ" in Call.objects.get(number="C9").call_type


def test_a_quote_that_never_closes_parks_the_rest_and_keeps_what_came_before(tmp_path: Path) -> None:
    batch = take(tmp_path, [line(), 'C2,"ALARM,2,102' + "x" * 200_000])
    assert (batch.taken, batch.parked) == (1, 1)
    assert "missing quote" in Parked.objects.get().reason


def test_times_without_offset_want_a_zone(tmp_path: Path) -> None:
    local = "C1,ALARM,2,101,2026-03-01 12:00:00,,,,,,"
    assert take(tmp_path, [local]).parked == 1
    assert take(tmp_path, [local], zone="America/Chicago").taken == 1
    assert Parked.objects.filter(mended_at=None).count() == 0


def test_a_wrong_header_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongHeader, match="lacks badge"):
        take(tmp_path, [], head=HEAD.replace("badge", "officer"))
    assert not Batch.objects.exists()


def test_the_import_is_an_event_with_its_counts(tmp_path: Path) -> None:
    batch = take(tmp_path, [line()])
    event = Event.objects.get(item_id=batch.handle)
    assert event.kind == "incidents.calls.imported"
    assert b'"taken",1' in bytes(event.body)


def test_nothing_is_half_applied_when_the_database_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainview.holdings.incidents.actions.calls.DISPATCHES", "select 1/0, %s")
    with pytest.raises(Exception, match="division by zero"):
        take(tmp_path, [line()])
    assert not Call.objects.filter(pk=F("pk")).exists()


def test_ten_thousand_rows_take_a_bounded_number_of_queries(
    tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    lines = [line(call=f"C{n}") for n in range(10_000)]
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert take(tmp_path, lines).taken == 10_000
