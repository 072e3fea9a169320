"""PURE. One line of a CAD export as a dispatch, or the reason why it can't be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from plainview.holdings.incidents.maps import Map
from plainview.holdings.incidents.times import BadMoment, read_moment

YES, NO = {"1", "t", "true", "y", "yes"}, {"", "0", "f", "false", "n", "no"}
LONGEST = 1000  # characters in a cell; more is a missing quote


@dataclass(frozen=True)
class DispatchRow:
    """One officer on one call, as the file says it; moments in UTC, places in microdegrees."""

    row: int
    call_id: str
    call_type: str
    priority: str
    badge: str
    vehicle: str
    dispatched: datetime | None
    arrived: datetime | None
    cleared: datetime | None
    disposition: str
    self_initiated: bool
    lat_e6: int | None
    lon_e6: int | None

    @property
    def begun(self) -> datetime:
        """When it began: the dispatch, or the arrival of one who was not sent."""
        found = self.dispatched or self.arrived
        assert found is not None  # read_row refuses a row with neither
        return found


class BadRow(ValueError):
    """A row that can't go in: which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


def read_row(
    row: int, cells: Sequence[str], places: Mapping[str, int], layout: Map, zone: ZoneInfo | None
) -> DispatchRow:
    """Returns the dispatch. Raises BadRow with the first thing wrong."""
    said = {field: cells[n].strip() for field, n in places.items() if n < len(cells)}
    for field, text in said.items():
        if len(text) > LONGEST or "\0" in text:
            raise BadRow(layout.columns[field].source, f"{len(text)} characters. Look for a missing quote.")
    for field in layout.required():
        if not said.get(field):
            raise BadRow(layout.columns[field].source, "empty; a dispatch can't be told apart without it.")
    dispatched, arrived, cleared = (
        _moment(said, field, layout, zone) for field in ("dispatched", "arrived", "cleared")
    )
    if dispatched is None and arrived is None:
        raise BadRow(layout.columns["dispatched"].source, "neither dispatched nor arrived: nothing says when.")
    last = max(m for m in (dispatched, arrived) if m is not None)
    if cleared is not None and cleared < last:
        raise BadRow(
            layout.columns["cleared"].source, f"cleared at {cleared:%H:%M:%S} UTC, before {last:%H:%M:%S} UTC."
        )
    lat, lon = _place(said, layout)
    return DispatchRow(
        row=row,
        call_id=said["call_id"],
        call_type=said.get("call_type", ""),
        priority=said.get("priority", ""),
        badge=said["badge"],
        vehicle=said.get("vehicle", ""),
        dispatched=dispatched,
        arrived=arrived,
        cleared=cleared,
        disposition=said.get("disposition", ""),
        self_initiated=_yes(said, layout),
        lat_e6=lat,
        lon_e6=lon,
    )


def _moment(said: Mapping[str, str], field: str, layout: Map, zone: ZoneInfo | None) -> datetime | None:
    text = said.get(field, "")
    if not text:
        return None
    try:
        return read_moment(text, zone)
    except BadMoment as problem:
        raise BadRow(layout.columns[field].source, str(problem)) from None


def _yes(said: Mapping[str, str], layout: Map) -> bool:
    text = said.get("self_initiated", "").lower()
    if text not in YES | NO:
        raise BadRow(layout.columns["self_initiated"].source, f"“{text}” is neither yes nor no.")
    return text in YES


def _place(said: Mapping[str, str], layout: Map) -> tuple[int | None, int | None]:
    """Returns microdegrees; (0, 0) is how a CAD says that it doesn't know."""
    texts = said.get("lat", ""), said.get("lon", "")
    if not any(texts):
        return None, None
    found = []
    for field, text, limit in (("lat", texts[0], 90), ("lon", texts[1], 180)):
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise BadRow(layout.columns[field].source, f"“{text}” is not a number of degrees.") from None
        if not value.is_finite() or abs(value) > limit:
            raise BadRow(layout.columns[field].source, f"{text} degrees is not on this planet.")
        found.append(int(value * 1_000_000))
    return (None, None) if found == [0, 0] else (found[0], found[1])
