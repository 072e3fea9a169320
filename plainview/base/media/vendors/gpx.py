"""GPX: the track of any receiver, with its own time in UTC."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from xml.etree import ElementTree

from ..inside.findings import Findings, iso, unix_ms

MOST = 500_000
_Row = tuple[float, float, datetime | None]


def sidecar(kind: str, data: bytes, found: Findings) -> bool:
    """Reads track, route and way points; counts the milliseconds from the first that has a time."""
    if kind != "gpx":
        return False
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        found.trouble("The GPX track defines entities of its own and was not read.")
        return True
    try:
        rows = _rows(data)
    except ElementTree.ParseError as error:
        found.trouble(f"The GPX track is damaged: {error}.")
        return True
    first = next((utc for _, _, utc in rows if utc), None)
    base = unix_ms(first) if first else 0
    found.place(
        ((unix_ms(u) - base if u else None, lat, lon, unix_ms(u) if u else None) for lat, lon, u in rows), "GPX track"
    )
    if first:
        found.say("sidecar", iso(first), zone="UTC", by="the first point of the GPX track")
    return True


def _rows(data: bytes) -> list[_Row]:
    """The track's points; where there is no track, the route's; where there is no route, the way points."""
    rows: dict[str, list[_Row]] = {"trkpt": [], "rtept": [], "wpt": []}
    for _, element in ElementTree.iterparse(io.BytesIO(data)):
        kept = rows.get(element.tag.rpartition("}")[2])
        if kept is None or len(kept) >= MOST:
            continue
        try:
            lat, lon = float(element.get("lat", "")), float(element.get("lon", ""))
        except ValueError:
            continue
        kept.append((lat, lon, _time(next((c.text for c in element if c.tag.rpartition("}")[2] == "time"), None))))
        element.clear()
    return rows["trkpt"] or rows["rtept"] or rows["wpt"]


def _time(text: str | None) -> datetime | None:
    """GPX times are UTC; a few writers leave the Z out or write an offset."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
