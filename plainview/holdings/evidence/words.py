"""Lengths, sizes and places as people say them. Pure."""

from __future__ import annotations


def length(milliseconds: int | None) -> str:
    """Returns a duration: 0:09, 12:30, 1:02:03; empty where it is not known."""
    if milliseconds is None:
        return ""
    seconds = (milliseconds + 500) // 1000
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def size(number: int) -> str:
    """Returns bytes in the decimal units that disks are sold in: 812 bytes, 4.1 MB, 2.0 GB."""
    if number < 1000:
        return "1 byte" if number == 1 else f"{number} bytes"
    value, unit = number / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if value >= 999.95:
            value, unit = value / 1000, larger
    return f"{value:,.1f} {unit}"


def degrees(e6: int, positive: str, negative: str) -> str:
    """Returns a coordinate in microdegrees as text: 39.09973° N."""
    return f"{abs(e6) / 1e6:.5f}° {positive if e6 >= 0 else negative}"
