"""A clock time that a person types, as a moment. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from plainview.holdings.evidence.rules import Refused

FORM = "Write it as 2026-11-23 14:05:00"


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Returns the moment of a clock time in a zone; an offset in the text goes before the zone.

    Raises:
        Refused: it is not a time, or the clocks were changed so that it came twice or never that day.
    """
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{text.strip()[:40]!r} is not a time. {FORM}.") from None
    if typed.tzinfo is not None:
        return typed
    first, second = typed.replace(tzinfo=zone), typed.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    offsets = " or ".join(f"{each:%z}" for each in (first, second))
    word = "never" if first.utcoffset() < second.utcoffset() else "twice"  # type: ignore[operator]
    raise Refused(f"The clocks were changed: {typed:%H:%M} came {word} that day. {FORM}{second:%z}, with {offsets}.")
