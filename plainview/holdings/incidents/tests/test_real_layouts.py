"""Other cities' real exports: every row is accounted for, and its times mean what the city meant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plainview.holdings.incidents import maps
from plainview.holdings.incidents.actions.calls import import_calls
from plainview.holdings.incidents.cells import BadRow
from plainview.holdings.incidents.models import Batch, Call, Dispatch
from plainview.holdings.incidents.rows import read_row
from plainview.holdings.incidents.times import BadMoment, read_moment

pytestmark = pytest.mark.usefixtures("department")
LAYOUTS = [
    ("cad-multi-city-samples/baton_rouge*.csv", "baton-rouge"),
    ("cad-multi-city-samples/lapd*.csv", "lapd"),
    ("cad-multi-city-samples/police_department_calls*.csv", "san-francisco"),
    ("cad-multi-city-samples/seattle*.csv", "seattle-911"),
    ("cad-multi-city-samples/ssmma*.csv", "ssmma"),
    ("cad-nopd-calls-for-service/calls_for_service_2011*.csv", "nopd"),
    ("cad-nopd-calls-for-service/calls_for_service_2012*.csv", "nopd"),
    ("cad-nopd-calls-for-service/calls_for_service_2013*.csv", "nopd"),
    ("kcpd-crime-2020/*.csv", "kansas-city-crime"),
    ("opd-datasets/*INCIDENTS*.csv", "bremerton"),
]


def take(shared: Path, pattern: str, layout: str) -> Batch:
    path = next((shared / "data").glob(pattern))
    return import_calls(path, maps.load(layout), None, actor="system:test").batch


@pytest.mark.parametrize(("pattern", "layout"), LAYOUTS)
def test_every_row_is_accounted_for(shared: Path, pattern: str, layout: str) -> None:
    batch = take(shared, pattern, layout)
    assert batch.rows > 0
    assert batch.rows == batch.taken + batch.changed + batch.unchanged + batch.parked
    assert batch.parked == 0, list(batch.parked_rows.values_list("row", "column", "reason"))
    assert not Dispatch.objects.filter(officer__isnull=False).exists(), "these layouts name no officer"


def test_times_mean_what_the_city_meant(shared: Path) -> None:
    take(shared, LAYOUTS[1][0], "lapd")
    lapd = Dispatch.objects.get(call__number="140212004623")
    assert lapd.dispatched == datetime(2014, 2, 13, 2, 11, 47, tzinfo=UTC), "18:11:47 in Los Angeles"
    take(shared, LAYOUTS[0][0], "baton-rouge")
    early = Dispatch.objects.get(call__number="1600115877")
    assert early.begun == datetime(2016, 11, 21, 15, 30, tzinfo=UTC), "0930 in Baton Rouge"
    take(shared, LAYOUTS[6][0], "nopd")
    nopd = Dispatch.objects.get(call__number="A0000112")
    assert (nopd.dispatched, nopd.arrived) == (datetime(2012, 1, 1, 6, 2, 46, tzinfo=UTC), None)


def test_places_and_outcomes_are_read(shared: Path) -> None:
    take(shared, LAYOUTS[2][0], "san-francisco")
    assert Dispatch.objects.get(call__number="160913285").disposition == "ARREST"
    take(shared, LAYOUTS[3][0], "seattle-911")
    assert Call.objects.get(number="10000246357").lat_e6 == 47_610_975


@pytest.mark.parametrize(
    ("text", "formats", "hour"),
    [
        ("12/31/2015 23:59:22", ["%m/%d/%Y %H:%M:%S"], 5),
        ("12/31/2015 11:59:22 PM", ["%m/%d/%Y %I:%M:%S %p"], 5),
        ("1451606362", ["epoch"], 23),
        ("1451606362000", ["epoch_ms"], 23),
        ("2015-12-31T23:59:22-06:00", ["%m/%d/%Y", "iso"], 5),
    ],
)
def test_formats_are_tried_in_turn(text: str, formats: list[str], hour: int) -> None:
    found = read_moment(text, ZoneInfo("America/Chicago"), formats)
    assert found.hour == hour
    assert found.tzinfo is UTC


def test_a_text_in_no_format_says_which_were_expected() -> None:
    with pytest.raises(BadMoment, match="%m/%d/%Y or epoch"):
        read_moment("tomorrow", None, ["%m/%d/%Y", "epoch"])


def test_a_layout_without_officers_needs_some_moment_and_a_badge_needs_a_dispatch() -> None:
    text = '[columns]\ncall_id = { from = "id" }\nbadge = { from = "b" }\nreceived = { from = "r" }\n'
    layout = maps.read("m", text)
    places = layout.places(["id", "b", "r"])
    assert read_row(2, ["C1", "", "2026-01-01T00:00:00Z"], places, layout, None).badge == ""
    for cells in (["C1", "", ""], ["C1", "101", "2026-01-01T00:00:00Z"]):
        with pytest.raises(BadRow, match="nothing says when"):
            read_row(2, cells, places, layout, None)


def test_a_point_in_one_cell_is_a_place() -> None:
    layout = maps.read("m", '[columns]\ncall_id = { from = "id" }\nreceived = { from = "r" }\nplace = { from = "p" }\n')
    row = read_row(
        2, ["C1", "2026-01-01T00:00:00Z", "Somewhere (29.95, -90.07)"], layout.places(["id", "r", "p"]), layout, None
    )
    assert (row.lat_e6, row.lon_e6) == (29_950_000, -90_070_000)
