"""One line of a CAD export: what it means, and what is said when it can't be meant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plainview.holdings.incidents import maps
from plainview.holdings.incidents.rows import BadRow, DispatchRow, read_row

HEADER = [
    "call_id",
    "call_type",
    "priority",
    "badge",
    "dispatched",
    "arrived",
    "cleared",
    "disposition",
    "self_initiated",
    "lat",
    "lon",
]
GOOD = {
    "call_id": "C1",
    "call_type": "DISTURBANCE",
    "priority": "2",
    "badge": "101",
    "dispatched": "2026-03-01T12:00:00-06:00",
    "arrived": "2026-03-01T12:05:00-06:00",
    "cleared": "2026-03-01T12:30:00-06:00",
    "disposition": "REPORT",
    "self_initiated": "no",
    "lat": "39.0997",
    "lon": "-94.5786",
}
CHICAGO = ZoneInfo("America/Chicago")


def read(zone: ZoneInfo | None = None, **changes: str) -> DispatchRow:
    """Reads the good row with some cells changed."""
    layout = maps.load("plainview")
    cells = {**GOOD, **changes}
    return read_row(2, [cells[name] for name in HEADER], layout.places(HEADER), layout, zone)


def test_a_good_row_is_read_whole() -> None:
    row = read()
    assert row.dispatched == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert row.begun == row.dispatched
    assert (row.call_id, row.badge, row.disposition, row.self_initiated) == ("C1", "101", "REPORT", False)
    assert (row.lat_e6, row.lon_e6) == (39_099_700, -94_578_600)


def test_a_dispatch_without_dispatch_time_begins_at_arrival() -> None:
    assert read(dispatched="").begun == datetime(2026, 3, 1, 18, 5, tzinfo=UTC)


def test_a_call_that_is_still_open_has_no_clear() -> None:
    assert read(cleared="").cleared is None


def test_no_place_and_a_place_of_zeros_are_unknown() -> None:
    assert read(lat="", lon="").lat_e6 is None
    assert read(lat="0.0", lon="0").lon_e6 is None


@pytest.mark.parametrize(
    ("changes", "column", "says"),
    [
        ({"call_id": ""}, "call_id", "empty"),
        ({"badge": " "}, "badge", "empty"),
        ({"dispatched": "", "arrived": ""}, "dispatched", "nothing says when"),
        ({"cleared": "2026-03-01T12:01:00-06:00"}, "cleared", "before"),
        ({"arrived": "yesterday"}, "arrived", "not a time"),
        ({"arrived": "2026-03-01T12:05:00"}, "arrived", "no offset"),
        ({"arrived": "1899-03-01T12:05:00Z"}, "arrived", "out of reach"),
        ({"self_initiated": "maybe"}, "self_initiated", "neither yes nor no"),
        ({"lat": "north"}, "lat", "not a number"),
        ({"lat": "nan"}, "lat", "not on this planet"),
        ({"lon": "-194.1"}, "lon", "not on this planet"),
        ({"disposition": "x" * 2000}, "disposition", "missing quote"),
    ],
)
def test_a_bad_cell_is_named(changes: dict[str, str], column: str, says: str) -> None:
    with pytest.raises(BadRow, match=says) as problem:
        read(None, **changes)
    assert problem.value.column == column


def test_a_named_zone_reads_local_times() -> None:
    row = read(CHICAGO, arrived="2026-07-01T12:05:00", cleared="2026-07-01 13:00", dispatched="")
    assert row.arrived == datetime(2026, 7, 1, 17, 5, tzinfo=UTC)


def test_an_hour_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(BadRow, match="did not exist in America/Chicago"):
        read(CHICAGO, dispatched="2026-03-08T02:30:00", arrived="", cleared="")


def test_an_hour_that_the_clocks_repeated_is_the_first_of_the_two() -> None:
    row = read(CHICAGO, dispatched="2026-11-01T01:30:00", arrived="", cleared="")
    assert row.dispatched == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_short_row_is_short_of_cells_and_not_of_reasons() -> None:
    layout = maps.load("plainview")
    with pytest.raises(BadRow, match="empty"):
        read_row(2, ["C1"], layout.places(HEADER), layout, None)
