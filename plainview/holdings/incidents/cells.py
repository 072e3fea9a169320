"""PURE. One row of a table through a map: the text of each field, and what it means. Says which column is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from plainview.holdings.incidents.maps import Map, Place
from plainview.holdings.incidents.times import BadMoment, read_moment

YES, NO = {"1", "t", "true", "y", "yes"}, {"", "0", "f", "false", "n", "no"}
LONGEST = 1000  # characters in a cell; more is a missing quote
_POINT = re.compile(r"\(\s*(-?[\d.]+)\s*[, ]\s*(-?[\d.]+)\s*\)\s*$")


class BadRow(ValueError):
    """A row that can't go in: which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


@dataclass(frozen=True)
class Cells:
    """The texts of one row by field."""

    layout: Map
    zone: ZoneInfo | None  # named for the file; else the map's own
    said: Mapping[str, str]

    def text(self, name: str) -> str:
        """Returns a field's text; empty where the file has none."""
        return self.said.get(name, "")

    def wrong(self, name: str, reason: str) -> BadRow:
        """Returns the refusal that names a field's column."""
        return BadRow(self.layout.told(name), reason)

    def moment(self, name: str) -> datetime | None:
        """Returns a field's moment in UTC; None for an empty cell. Raises BadRow."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read_moment(text, self.zone or self.layout.zone, self.layout.columns[name].formats)
        except BadMoment as problem:
            raise self.wrong(name, str(problem)) from None

    def yes(self, name: str) -> bool:
        """Returns yes or no; no for an empty cell. Raises BadRow."""
        text = self.text(name).lower()
        if text not in YES | NO:
            raise self.wrong(name, f"“{text}” is neither yes nor no.")
        return text in YES

    def place(self) -> tuple[int | None, int | None]:
        """Returns microdegrees; (0, 0) is how a CAD says that it doesn't know. Raises BadRow."""
        texts = self.text("lat"), self.text("lon")
        point = _POINT.search(self.text("place"))
        if point and not any(texts):
            texts = point[1], point[2]
        if not any(texts):
            return None, None
        lat, lon = self._degrees("lat", texts[0], 90), self._degrees("lon", texts[1], 180)
        return (None, None) if (lat, lon) == (0, 0) else (lat, lon)

    def _degrees(self, name: str, text: str, limit: int) -> int:
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.wrong(name, f"“{text}” is not a number of degrees.") from None
        if not value.is_finite() or abs(value) > limit:
            raise self.wrong(name, f"{text} degrees is not on this planet.")
        return int(value * 1_000_000)


def read_cells(row: Sequence[str], places: Mapping[str, Place], layout: Map, zone: ZoneInfo | None) -> Cells:
    """Returns the row's texts. Raises BadRow for what no cell may hold, and for an empty one that is required."""
    said = {name: place.text(row) for name, place in places.items()}
    for name, text in said.items():
        if len(text) > LONGEST:
            raise BadRow(layout.told(name), f"{len(text)} characters. Look for a missing quote.")
        if "\0" in text:
            raise BadRow(layout.told(name), "it holds a character that no text has (NUL). Export the file again.")
    for name in layout.required():
        if not said.get(name):
            raise BadRow(layout.told(name), "empty; the row can't be told apart without it.")
    return Cells(layout, zone, said)
