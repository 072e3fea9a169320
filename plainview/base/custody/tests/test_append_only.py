"""History can't be rewritten through the database, whatever statement is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint, Event, Item, Leaf, Outbox
from plainview.base.custody.sequencer import drain

TABLES = ["item", "event", "outbox", "leaf", "checkpoint"]


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def history(db: None) -> Iterator[Event]:
    """Two events in the log, one that still waits."""
    with transaction.atomic():
        handle = custody.open_item("file")
        for _ in range(2):
            event = custody.record(Kind.EVIDENCE_FILE_STORED, handle, actor="system:test", facts={})
    drain()
    with transaction.atomic():
        custody.record(Kind.EVIDENCE_FILE_PLAYED, handle, actor="system:test", facts={})
    yield event
    assert (Event.objects.count(), Leaf.objects.count(), Outbox.objects.count()) == (3, 2, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "update custody_event set actor = 'account:mallory'",
        "update custody_event set kind = kind",
        "delete from custody_event",
        "update custody_leaf set hash = decode('00', 'hex')",
        "delete from custody_leaf",
        "update custody_checkpoint set size = 0",
        "delete from custody_checkpoint",
        "delete from custody_item",
        "update custody_outbox set event_id = event_id",
        "update custody_item set n = 0",
        "update custody_item set n = n - 1",
        "update custody_item set n = n + 1, head = null",
        "update custody_item set kind = 'other', n = n + 1",
        "update custody_item set opened_at = now(), n = n + 1",
        "update custody_item set handle = repeat('0', 32), n = n + 1",
        "update custody_item set head = decode('00', 'hex')",
        "insert into custody_item (handle, kind, opened_at, n) values (repeat('1', 32), 'file', now(), 7)",
        "insert into custody_item (handle, kind, opened_at, n, head) values (repeat('1', 32), 'file', now(), 0, 'x')",
    ],
)
def test_the_database_refuses(history: Event, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_truncate(history: Event, table: str) -> None:
    name = f"custody_{table}"
    execute(f"set constraints all immediate; alter table {name} enable trigger custody_no_truncate")
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"truncate {name} cascade")


def test_the_orm_is_refused_too(history: Event) -> None:
    history.actor = "account:mallory"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        history.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Checkpoint.objects.all().delete()


def test_an_item_may_advance(history: Event) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        assert Item.objects.filter(pk=history.item_id).update(n=9, head=b"\1" * 32) == 1
        transaction.savepoint_rollback(point)


def test_an_event_has_one_place_in_its_item(history: Event) -> None:
    with pytest.raises(DatabaseError, match="event_n_once"):
        execute(
            "insert into custody_event (id, item_id, n, kind, logged_at, actor, leaf, body) "
            "select gen_random_uuid(), item_id, n, kind, logged_at, actor, leaf, body from custody_event"
        )
