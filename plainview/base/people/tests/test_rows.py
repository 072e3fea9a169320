"""What a roster row says, cell by cell."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.base.people.rules.rows import COLUMNS, BadDay, Row, read_day, read_rows
from plainview.base.people.table import ImportRefused, read_table


def rows(*lines: str) -> list[Row]:
    data = "\n".join([",".join(COLUMNS), *lines]).encode()
    return read_rows(read_table(data, "roster.csv", COLUMNS), "roster.csv")


def refusal(*lines: str) -> str:
    with pytest.raises(ImportRefused) as caught:
        rows(*lines)
    return str(caught.value)


def test_it_reads_a_row() -> None:
    assert rows("101,Alice,Central Patrol / Squad 1,Officer,110,2024-01-01,2024-06-30") == [
        Row(2, "101", "Alice", ("Central Patrol", "Squad 1"), "Officer", "110", date(2024, 1, 1), date(2024, 6, 30))
    ]


def test_an_empty_last_day_means_still_there() -> None:
    assert rows("101,Alice,Squad 1,,,2024-01-01,")[0].ended is None


def test_a_slash_without_spaces_is_part_of_a_name() -> None:
    assert rows("101,Alice,Traffic/DUI,,,2024-01-01,")[0].unit == ("Traffic/DUI",)


def test_one_day_may_be_first_and_last() -> None:
    assert rows("101,Alice,Squad 1,,,2024-02-29,2024-02-29")[0].ended == date(2024, 2, 29)


@pytest.mark.parametrize("column", ["badge", "name", "unit"])
def test_every_row_needs_badge_name_and_unit(column: str) -> None:
    cells = {"badge": "1", "name": "A", "unit": "U"} | {column: ""}
    said = refusal(f"{cells['badge']},{cells['name']},{cells['unit']},,,2024-01-01,")
    assert said.startswith(f"roster.csv, row 2, column {column}: empty.")


def test_every_row_needs_a_first_day() -> None:
    assert refusal("1,A,U,,,,").startswith("roster.csv, row 2, column from: empty.")


def test_the_last_day_may_not_come_before_the_first() -> None:
    assert refusal("1,A,U,,,2024-05-02,2024-05-01") == (
        "roster.csv, row 2, column to: the last day, 2024-05-01, is before the first, 2024-05-02."
    )


def test_nobody_supervises_themselves() -> None:
    assert "column supervisor_badge: nobody supervises themselves" in refusal("1,A,U,,1,2024-01-01,")


def test_all_problems_of_a_file_are_told_at_once() -> None:
    said = refusal("1,,U,,,2024-01-01,", "2,B,U,,,01/31/2024,", "3,C,U,,,2024-01-01,2024-02-30")
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "roster.csv, row 2, column name",
        "roster.csv, row 3, column from",
        "roster.csv, row 4, column to",
    ]


@pytest.mark.parametrize("text", ["01/31/2024", "2024-1-1", "2024-02-30", "20240131", "1099-01-01", "2200-01-01", "x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadDay):
        read_day(text)
