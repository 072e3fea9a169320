"""The latest of an item's history, in sentences with names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plainview.base.custody.history import describe, title
from plainview.base.custody.models import Event
from plainview.base.people.lookup import names_of


@dataclass(frozen=True)
class Told:
    """One event as a page shows it."""

    at: datetime
    title: str
    sentence: str


def recent_events(handle: str, limit: int = 50) -> list[Told]:
    """Returns the latest events of an item, newest first. Two queries."""
    events = list(Event.objects.filter(item=handle).order_by("-n")[:limit])
    names = names_of({event.actor for event in events})
    return [Told(event.logged_at, title(event), describe(event, names.get)) for event in events]
