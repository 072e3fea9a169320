"""What the tests of this room share: events to play with, and a superuser who tampers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from plainview.base import custody
from plainview.base.custody.actions import Entry
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Leaf

ACTOR = "system:test"


def items(count: int = 1) -> list[str]:
    """Opens items and returns their handles."""
    return [custody.open_item("file") for _ in range(count)]


def events(count: int = 1, handle: str | None = None, **facts: Any) -> list[Event]:
    """Records events of one item, a new one unless given, each in a transaction of its own."""
    handle = handle or custody.open_item("file")
    return [one(handle, **{"i": i, **facts}) for i in range(count)]


def one(handle: str, **facts: Any) -> Event:
    """Records one event."""
    with transaction.atomic():
        return custody.record(Kind.EVIDENCE_FILE_STORED, handle, actor=ACTOR, facts=facts)


def many(count: int, handles: list[str] | None = None) -> list[Event]:
    """Records many events at once, over the items in turn."""
    handles = handles or items(3)
    with transaction.atomic():
        entries = [
            Entry(Kind.EVIDENCE_FILE_STORED, handles[i % len(handles)], {"i": i}, public={"i": i}) for i in range(count)
        ]
        return custody.record_many(entries, actor=ACTOR)


def logged() -> list[Any]:
    """Returns the identifiers of all events in the order of the log."""
    return list(Leaf.objects.order_by("index").values_list("event", flat=True))


@contextmanager
def superuser() -> Iterator[Any]:
    """A database administrator who has switched the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set local session_replication_role = replica")
        yield cursor
        cursor.execute("set local session_replication_role = origin")
