"""Reading private facts of history is an act, too: it goes into the reader's own history, before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from plainview.base.custody import actions, guard
from plainview.base.custody.access import Reader
from plainview.base.custody.history import title
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item
from plainview.ledger.canonical import Json


def note_event(account: Reader, found: Event) -> str:
    """Notes that the facts of an event are read. Returns why they may not be, where that fails."""
    told = f"{title(found)}, number {found.n} of {found.item.kind} {found.item_id}"
    return _note(account, Kind.CUSTODY_EVENT_READ, {"event": str(found.pk), "item": found.item_id, "told": told})


def note_history(account: Reader, found: Item) -> str:
    """Notes that the whole history of an item is read. Returns why it may not be, where that fails."""
    return _note(account, Kind.CUSTODY_HISTORY_READ, {"item": found.handle, "kind": found.kind})


def _note(account: Reader, kind: Kind, facts: Mapping[str, Json]) -> str:
    try:
        with transaction.atomic():
            if not Item.objects.filter(handle=account.handle).exists():
                actions.open_item("account", account.handle)
            actions.record(kind, account.handle, actor=account.actor, facts=facts)
    except guard.LogBroken:
        return "broken"
    return ""
