"""NMEA logs: what a receiver itself writes, sentence by sentence; RMC holds time, day and place in UTC."""

from __future__ import annotations

import re
from datetime import datetime

from ..inside.findings import Findings, iso, unix_ms

_RMC = re.compile(
    rb"\$G[A-Z]RMC,(\d{6})(?:\.(\d+))?,A,(\d{2,3})(\d{2}\.\d+),([NS]),(\d{2,3})(\d{2}\.\d+),([EW]),[^,]*,[^,]*,(\d{6})"
)


def sidecar(kind: str, data: bytes, found: Findings) -> bool:
    """Reads the sentences with a fix."""
    if kind != "text" or not re.search(rb"^\$G[A-Z]RMC,", data[:65536], re.MULTILINE):
        return False
    rows = [row for hit in _RMC.finditer(data) if (row := _row(hit))]
    if rows:
        base = unix_ms(rows[0][2])
        found.place([(unix_ms(u) - base, lat, lon, unix_ms(u)) for lat, lon, u in rows], "NMEA log")
        found.say("sidecar", iso(rows[0][2]), zone="UTC", by="the first fix of the NMEA log")
    return True


def _row(hit: re.Match[bytes]) -> tuple[float, float, datetime] | None:
    clock, part, lat, lat_minutes, ns, lon, lon_minutes, ew, day = (g.decode() if g else "" for g in hit.groups())
    try:
        when = datetime.strptime(f"{day}{clock}{(part + '000')[:3]}", "%d%m%y%H%M%S%f")
    except ValueError:
        return None
    north = (int(lat) + float(lat_minutes) / 60) * (-1 if ns == "S" else 1)
    east = (int(lon) + float(lon_minutes) / 60) * (-1 if ew == "W" else 1)
    return north, east, when
