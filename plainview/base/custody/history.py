"""Reading history: the events of an item, each as a plain sentence."""

from __future__ import annotations

from collections.abc import Mapping

from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.receipts import proof_of
from plainview.base.custody.sentences import SENTENCES
from plainview.base.custody.telling import Names, tell
from plainview.ledger.canonical import Json
from plainview.ledger.event import read_body

__all__ = ["describe", "facts_of", "history", "proof_of", "title"]


def history(handle: str) -> list[Event]:
    """Returns the item's events, oldest first, each with its place in the log where it has one (`event.place`)."""
    return list(Event.objects.filter(item=handle).select_related("place").order_by("n"))


def facts_of(event: Event) -> Mapping[str, Json]:
    """Returns the facts of the body; none where it was lost."""
    return read_body(bytes(event.body)) if event.body else {}


def title(event: Event) -> str:
    """Returns what this kind of event is called, in a word or two."""
    return _of_kind(event.kind)[0]


def describe(event: Event, names: Names | None = None, *, with_facts: bool = True) -> str:
    """Returns one plain sentence about an event.

    `names` gives the name of an actor, or None; without it nobody is named. `with_facts=False` tells what everybody may
    know who may not read the body.
    """
    facts = facts_of(event) if with_facts else {}
    actor = event.actor if with_facts else ""
    return tell(_of_kind(event.kind)[1], facts, actor, names)


def _of_kind(kind: str) -> tuple[str, str]:
    try:
        return SENTENCES[Kind(kind)]
    except ValueError:  # a kind that was retired, or that a newer version wrote
        words = kind.replace("_", " ").split(".")
        return words[-1].capitalize(), f"{' '.join(words[1:]).capitalize()}."
