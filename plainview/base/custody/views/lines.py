"""One event as a line of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plainview.base.custody.history import describe, title
from plainview.base.custody.models import Event


@dataclass(frozen=True)
class Line:
    """One event in a list."""

    event: Event
    index: int | None
    title: str
    sentence: str
    who: str = ""


def line(event: Event, names: Mapping[str, str], *, with_facts: bool) -> Line:
    """Returns an event as a line; without facts only what everybody may know."""
    sentence = describe(event, names.get, with_facts=with_facts)
    return Line(event, _index(event), title(event), sentence, names.get(event.actor, ""))


def _index(event: Event) -> int | None:
    place = getattr(event, "place", None)
    return place.index if place else None
