"""PURE. One line of a CAD export as a dispatch, or the reason why it can't be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plainview.holdings.incidents.cells import BadRow, Cells, read_cells
from plainview.holdings.incidents.maps import Map, Place

__all__ = ["BadRow", "DispatchRow", "read_row"]


@dataclass(frozen=True)
class DispatchRow:
    """One officer on one call, as the file says it; moments in UTC, places in microdegrees.

    `badge` is empty where the layout names nobody: what such a row says of the call is kept, but no officer is judged
    by it.
    """

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
    received: datetime | None = None  # when the call came in, where the layout says no more

    @property
    def begun(self) -> datetime:
        """When it began: the dispatch, or the arrival of one who was not sent."""
        found = self.dispatched or self.arrived or self.received or self.cleared
        assert found is not None  # read_row refuses a row with neither
        return found


def read_row(
    row: int, cells: Sequence[str], places: Mapping[str, Place], layout: Map, zone: ZoneInfo | None
) -> DispatchRow:
    """Returns the dispatch. Raises BadRow with the first thing wrong."""
    found = read_cells(cells, places, layout, zone)
    dispatched, arrived, cleared, received = (
        found.moment(name) for name in ("dispatched", "arrived", "cleared", "received")
    )
    _check_times(found, dispatched, arrived, cleared, received)
    lat, lon = found.place()
    return DispatchRow(
        row=row,
        call_id=found.text("call_id"),
        call_type=found.text("call_type"),
        priority=found.text("priority"),
        badge=found.text("badge"),
        vehicle=found.text("vehicle"),
        dispatched=dispatched,
        arrived=arrived,
        cleared=cleared,
        disposition=found.text("disposition"),
        self_initiated=found.yes("self_initiated"),
        lat_e6=lat,
        lon_e6=lon,
        received=received,
    )


def _check_times(
    found: Cells,
    dispatched: datetime | None,
    arrived: datetime | None,
    cleared: datetime | None,
    received: datetime | None,
) -> None:
    """An arrival before the dispatch is a flag-down and fine; a clear before either is a slip."""
    begun = [m for m in (dispatched, arrived) if m is not None]
    if not begun and (found.text("badge") or not (received or cleared)):
        raise found.wrong("dispatched", "neither dispatched nor arrived: nothing says when.")
    last = max(begun, default=received)
    if cleared is not None and last is not None and cleared < last:
        raise found.wrong("cleared", f"cleared at {cleared:%H:%M:%S} UTC, before {last:%H:%M:%S} UTC.")
