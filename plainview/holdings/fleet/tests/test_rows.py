"""What a fleet row says, and what its cameras and badges mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from plainview.base.people.table import ImportRefused, read_table
from plainview.holdings.fleet.rules.cameras import Device, devices, merged
from plainview.holdings.fleet.rules.holders import Holder, officers_of
from plainview.holdings.fleet.rules.rows import COLUMNS, Row, Zones, read_rows

CHICAGO = ZoneInfo("America/Chicago")
MAY = datetime(2024, 5, 1, 12, tzinfo=UTC)


def rows(*lines: str) -> list[Row]:
    data = "\n".join([",".join(COLUMNS), *lines]).encode()
    return read_rows(read_table(data, "fleet.csv", COLUMNS), "fleet.csv", Zones(None, CHICAGO))


def refusal(*lines: str) -> str:
    with pytest.raises(ImportRefused) as caught:
        rows(*lines)
    return str(caught.value)


def row(number: int, serial: str = "S", **said: str) -> Row:
    cells = {"kind": "body", "maker": "", "model": "", "badge": "101", "vehicle": ""} | said
    return Row(number, serial, began=MAY, ended=None, **cells)


def test_it_reads_a_row() -> None:
    (found,) = rows("S1,Body,Maker,Model,101,,2024-05-01T07:00:00-05:00,")
    assert found == Row(2, "S1", "body", "Maker", "Model", "101", "", MAY, None)


def test_a_camera_that_nobody_carries_needs_no_time() -> None:
    (found,) = rows("S1,interview,,,,,,")
    assert not found.carried
    assert found.began is None


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",body,,,101,,2024-05-01,", "serial"),
        ("S,helmet,,,101,,2024-05-01,", "kind"),
        ("S,,,,101,,2024-05-01,", "kind"),
        ("S,body,,,101,,,", "from"),
        ("S,in-car,,,,Car 17,,", "from"),
        ("S,body,,,,,,2024-05-01", "to"),
        ("S,body,,,101,,2024-05-01T08:00:00,", "from"),
        ("S,body,,,101,,2024-05-02,2024-05-01", "to"),
        ("S,body,,,101,,2024-05-01T08:00:00Z,2024-05-01T08:00:00Z", "to"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(line: str, column: str) -> None:
    assert refusal(line).startswith(f"fleet.csv, row 2, column {column}: ")


def test_all_problems_of_a_file_are_told_at_once() -> None:
    assert len(refusal(",body,,,,,,", "S,helmet,,,,,,", "S,body,,,1,,x,").splitlines()) == 3


def test_one_day_from_and_to_is_a_whole_day() -> None:
    (found,) = rows("S,body,,,101,,2024-05-01,2024-05-01")
    assert found.began is not None
    assert found.ended is not None
    assert (found.ended - found.began).total_seconds() == 24 * 3600


def test_rows_of_a_camera_fill_each_other_in() -> None:
    found, problems = devices([row(2, maker="Axon"), row(3, model="Body 4"), row(4)])
    assert not problems
    assert found == {"S": Device("S", "body", "Axon", "Body 4")}


@pytest.mark.parametrize("clash", [{"kind": "in-car"}, {"maker": "B"}, {"model": "Y"}])
def test_rows_of_a_camera_may_not_differ(clash: dict[str, str]) -> None:
    _, problems = devices([row(2, maker="A", model="X"), row(3, **clash)])
    assert [(p.row, p.column) for p in problems] == [(3, next(iter(clash)))]


def test_what_a_file_leaves_empty_stays() -> None:
    assert merged(Device("S", "body", "A", "X"), Device("S", "in-car", "", "Y")) == Device("S", "in-car", "A", "Y")


HOLDERS = [
    Holder("101", 1, "First Wearer", date(2010, 1, 1), date(2019, 12, 31)),
    Holder("101", 2, "Second Wearer", date(2020, 1, 1), None),
    Holder("102", 3, "Only Wearer", date(2030, 1, 1), None),
]


def test_a_badge_means_whoever_wore_it_that_day() -> None:
    assert officers_of([row(2)], HOLDERS, CHICAGO) == ({2: 2}, [])


def test_the_day_is_the_departments() -> None:
    new_year = datetime(2020, 1, 1, 3, tzinfo=UTC)  # still December 31 in Chicago
    asked = Row(2, "S", "body", "", "", "101", "", new_year, None)
    assert officers_of([asked], HOLDERS, CHICAGO) == ({2: 1}, [])


def test_a_badge_that_one_person_ever_wore_is_theirs() -> None:
    assert officers_of([row(2, badge="102")], HOLDERS, CHICAGO) == ({2: 3}, [])


def test_an_unknown_badge_is_refused() -> None:
    found, problems = officers_of([row(2, badge="999")], HOLDERS, CHICAGO)
    assert not found
    assert problems[0].sentence("f.csv") == (
        "f.csv, row 2, column badge: badge 999 is not on the roster. Import the roster first, or correct the badge."
    )


def test_a_badge_of_several_people_that_nobody_wore_that_day_is_refused() -> None:
    gap = [HOLDERS[0], Holder("101", 2, "Second Wearer", date(2025, 1, 1), None)]
    _, problems = officers_of([row(2)], gap, CHICAGO)
    assert "several have had it (First Wearer, Second Wearer)" in problems[0].message
