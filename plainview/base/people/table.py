"""Tables as departments hand them in and take them out: CSV from a spreadsheet, CSV for a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

CELL_LIMIT = 1000  # characters; a cell beyond this is a missing quote, not a name
# A spreadsheet would run a cell that begins with one of these (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a table, where, and what to do. Rows count as in a spreadsheet: the header is row 1."""

    row: int
    column: str
    message: str

    def sentence(self, name: str) -> str:
        """Returns `roster.csv, row 5, column from: …`."""
        column = f", column {self.column}" if self.column else ""
        return f"{name}, row {self.row}{column}: {self.message}"


class ImportRefused(Exception):
    """A table with problems. Nothing of it was taken."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name = name
        self.problems = sorted(problems, key=lambda p: p.row)
        super().__init__("\n".join(self.sentences()))

    def sentences(self, limit: int = 20) -> list[str]:
        """Returns one line a problem, the first `limit` of them, and how many more there are."""
        lines = [p.sentence(self.name) for p in self.problems[:limit]]
        more = len(self.problems) - limit
        return [*lines, f"… and {more} more."] if more > 0 else lines


@dataclass(frozen=True)
class Line:
    """One row below the header, with trimmed cells by column."""

    number: int
    cells: dict[str, str]


def read_table(data: bytes, name: str, columns: Sequence[str]) -> list[Line]:
    """Returns the rows of a CSV file that has exactly these columns, in any order.

    Takes UTF-8 (with or without a mark), UTF-16 with a mark, and Windows-1252, as spreadsheets write them; any line
    ends; line breaks inside quotes become a space. Raises ImportRefused.
    """
    rows = _rows(_text(data, name), name)
    header = next(rows, None)
    if header is None:
        raise ImportRefused(name, [Problem(1, "", f"the file is empty. Its first row must be: {','.join(columns)}")])
    order = _order(header[1], name, columns)
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, cells in rows:
        if len(cells) != len(order):
            message = f"{len(cells)} cells where the header has {len(order)}. Look for a missing quote or comma."
            problems.append(Problem(number, "", message))
            continue
        line = Line(number, {column: _plain(cell) for column, cell in zip(order, cells, strict=True)})
        problems += _bad_cells(line)
        lines.append(line)
    if problems:
        raise ImportRefused(name, problems)
    return lines


def write_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yields the lines of a CSV file, every cell made harmless for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in chain([header], rows):
        writer.writerow([harmless(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def harmless(cell: object) -> str:
    """Returns the cell as text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: str) -> str:
    """The cell on one line, without spaces around it and without the mark that harmless() puts before formulas."""
    text = " ".join(cell.split())
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _text(data: bytes, name: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = "the file is neither UTF-8 nor Windows-1252 text. Save it as “CSV UTF-8” and try again."
    raise ImportRefused(name, [Problem(1, "", message)])


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yields (row number, cells) of the rows that hold anything."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as problem:
        message = f"this is not a CSV row ({problem}). Look for a missing quote."
        raise ImportRefused(name, [Problem(number + 1, "", message)]) from problem


def _order(header: list[str], name: str, columns: Sequence[str]) -> list[str]:
    found = [cell.strip().lower() for cell in header]
    if len(found) == 1 and len(columns) > 1 and re.search(r"[;\t|]", found[0]):
        message = f"cells must be separated by commas. The first row must be: {','.join(columns)}"
        raise ImportRefused(name, [Problem(1, "", message)])
    problems = [
        Problem(1, column, f"the column is missing. The first row must be: {','.join(columns)}")
        for column in columns
        if column not in found
    ]
    problems += [
        Problem(1, column or f"number {n}", f"unknown column. Take it out; the columns are {', '.join(columns)}.")
        for n, column in enumerate(found, 1)
        if column not in columns
    ]
    problems += [
        Problem(1, column, "the column is there twice. Take one out.") for column in columns if found.count(column) > 1
    ]
    if problems:
        raise ImportRefused(name, problems)
    return found


def _bad_cells(line: Line) -> Iterator[Problem]:
    for column, cell in line.cells.items():
        if len(cell) > CELL_LIMIT:
            yield Problem(line.number, column, f"{len(cell)} characters in one cell. Look for a missing quote.")
        elif _CONTROL.search(cell):
            yield Problem(line.number, column, "a control character. Take it out.")
