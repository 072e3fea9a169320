"""Tables from spreadsheets, with all that spreadsheets do to them."""

from __future__ import annotations

import csv
import io

import pytest

from plainview.base.people.table import CELL_LIMIT, ImportRefused, harmless, read_table, write_table

COLUMNS = ("badge", "name")


def read(data: bytes) -> list[dict[str, str]]:
    return [line.cells for line in read_table(data, "t.csv", COLUMNS)]


def refusal(data: bytes) -> str:
    with pytest.raises(ImportRefused) as caught:
        read(data)
    return str(caught.value)


def test_it_reads_rows_by_column_in_any_order() -> None:
    assert read(b"name,badge\nAlice,101\n") == [{"name": "Alice", "badge": "101"}]


def test_it_numbers_rows_as_a_spreadsheet_does() -> None:
    lines = read_table(b"badge,name\n101,Alice\n\n102,Bob\n", "t.csv", COLUMNS)
    assert [line.number for line in lines] == [2, 4]


@pytest.mark.parametrize(
    "data",
    [
        "badge,name\n7,Zoë Núñez\n".encode(),
        "badge,name\n7,Zoë Núñez\n".encode("utf-8-sig"),
        "badge,name\n7,Zoë Núñez\n".encode("cp1252"),
        "badge,name\n7,Zoë Núñez\n".encode("utf-16"),
        "badge,name\r\n7,Zoë Núñez\r\n".encode(),
        "badge,name\r7,Zoë Núñez\r".encode(),
        'badge,name\n"7","Zoë\nNúñez"\n'.encode(),
        "Badge , NAME\n 7 ,  Zoë   Núñez \n".encode(),
    ],
    ids=["utf-8", "with a mark", "windows-1252", "utf-16", "crlf", "cr", "line break in quotes", "spaces"],
)
def test_it_reads_what_spreadsheets_write(data: bytes) -> None:
    assert read(data) == [{"badge": "7", "name": "Zoë Núñez"}]


def test_a_line_break_in_quotes_does_not_shift_the_row_numbers() -> None:
    lines = read_table(b'badge,name\n1,"A\nB"\n2,C\n', "t.csv", COLUMNS)
    assert [line.number for line in lines] == [2, 3]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused_with_the_header_it_needs(data: bytes) -> None:
    assert refusal(data) == "t.csv, row 1: the file is empty. Its first row must be: badge,name"


def test_a_header_alone_holds_no_rows() -> None:
    assert read(b"badge,name\n") == []


def test_it_names_missing_unknown_and_doubled_columns() -> None:
    said = refusal(b"badge,badge,nickname\n1,2,3\n")
    assert "column name: the column is missing" in said
    assert "column nickname: unknown column" in said
    assert "column badge: the column is there twice" in said


def test_a_column_without_a_name_is_told_by_its_number() -> None:
    assert "column number 3: unknown column" in refusal(b"badge,name,\n1,A,x\n")


def test_semicolons_are_told_apart_from_missing_columns() -> None:
    assert "separated by commas" in refusal(b"badge;name\n1;A\n")


def test_a_row_of_another_width_is_refused_by_its_number() -> None:
    assert refusal(b"badge,name\n1,A\n2\n") == (
        "t.csv, row 3: 1 cells where the header has 2. Look for a missing quote or comma."
    )


def test_an_open_quote_is_refused_with_its_row() -> None:
    assert refusal(b'badge,name\n1,A\n2,"B\n').startswith("t.csv, row 3: this is not a CSV row")


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "neither UTF-8 nor Windows-1252" in refusal(b"badge,name\n1,\x81\x8d\n")


def test_control_characters_and_runaway_cells_are_refused() -> None:
    assert "column name: a control character" in refusal(b"badge,name\n1,A\x00B\n")
    assert "Look for a missing quote" in refusal(b"badge,name\n1," + b"x" * (CELL_LIMIT + 1) + b"\n")


def test_many_problems_are_cut_to_twenty_and_counted() -> None:
    with pytest.raises(ImportRefused) as caught:
        read(b"badge,name\n" + b"1\n" * 50)
    assert len(caught.value.problems) == 50
    assert caught.value.sentences()[-1] == "… and 30 more."


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(("cell", "text"), [("Alice", "Alice"), (None, ""), (7, "7"), ("a=b", "a=b")])
def test_other_cells_stay_as_they_are(cell: object, text: str) -> None:
    assert harmless(cell) == text


def test_what_was_made_harmless_is_read_as_it_was() -> None:
    cells = ["=1+1", "-7", "@home", "'quoted'", "plain"]
    data = "".join(write_table(COLUMNS, [[n, cell] for n, cell in enumerate(cells)])).encode()
    assert [row["name"] for row in read(data)] == cells


def test_what_is_written_can_be_read() -> None:
    text = "".join(write_table(["badge", "name"], [["1", 'O\'Neil, "Bo"'], ["2", "=HYPERLINK()"]]))
    assert list(csv.reader(io.StringIO(text)))[1:] == [["1", 'O\'Neil, "Bo"'], ["2", "'=HYPERLINK()"]]
