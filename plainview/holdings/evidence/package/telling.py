"""The history of a package's items in plain sentences, for people who don't read JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils import timezone

from plainview.base.custody.history import describe
from plainview.base.custody.models import Event
from plainview.base.people.lookup import names_of

HEAD = (
    "What happened to each recording and file, up to the building of this package, as the department's log has it.\n"
    "These sentences are made from proof/events.jsonl, which is the record. Times are those of {zone}.\n"
)


def told(events: Collection[Event], titles: Mapping[str, str]) -> bytes:
    """Returns history.txt: item by item in the order of `titles`, which gives each its name, oldest event first."""
    names = names_of(event.actor for event in events)
    text = [HEAD.format(zone=timezone.get_current_timezone_name())]
    for handle, title in titles.items():
        text.append(f"\n{title}\n")
        text += [_line(event, names) for event in events if event.item_id == handle]
    return "".join(text).encode()


def _line(event: Event, names: Mapping[str, str]) -> str:
    when = timezone.localtime(event.logged_at).strftime("%Y-%m-%d %H:%M:%S")
    return f"   {when}  {event.n:>4}  {describe(event, names.get)}\n"
