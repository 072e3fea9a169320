"""Streams a CSV of any size: encoding found out first, then row by row in flat memory."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
CELL_LIMIT = 1 << 17  # a quote that never closes must not swallow a 2 GB file


@dataclass(frozen=True)
class Surveyed:
    """What one pass over the bytes told."""

    encoding: str
    sha256: bytes
    size: int


def survey(path: Path) -> Surveyed:
    """Returns encoding, hash and size: UTF-8 if every byte is, Windows-1252 otherwise. Raises OSError."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    digest, size, encoding = hashlib.sha256(), 0, "utf-8-sig"
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            if encoding == "utf-8-sig":
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    encoding = "cp1252"
    return Surveyed(encoding, digest.digest(), size)


def rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yields (row number as a spreadsheet counts, cells); the header is row 1. Empty rows count but aren't yielded.

    A row that is no CSV ends the file there: what follows an unclosed quote can't be told apart.
    """
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding=encoding, errors="replace", newline="") as source:
        reader = csv.reader(source)
        number = 0
        try:
            for cells in reader:
                number += 1
                if any(cells):
                    yield number, cells
        except csv.Error as problem:
            raise BrokenTable(number + 1, str(problem)) from problem


class BrokenTable(ValueError):
    """The rest of the file can't be read as rows."""

    def __init__(self, row: int, problem: str) -> None:
        self.row = row
        super().__init__(f"not a CSV row ({problem}). Look for a missing quote.")
