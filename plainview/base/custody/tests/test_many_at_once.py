"""Docks and browsers at the same time: everyone gets a receipt of their own event, and nobody waits for ever."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from plainview.base import custody
from plainview.base.custody import moving, place, sequencer
from plainview.base.custody.audit import audit
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint, Event, Leaf, Outbox
from plainview.base.custody.prepared import fetch_one
from plainview.base.custody.receipts import receipt
from plainview.base.custody.sequencer import drain, run, settle
from plainview.base.custody.tests.making import events, items, many, one
from plainview.ledger import checkpoint, merkle
from plainview.ledger.event import read_leaf

pytestmark = pytest.mark.django_db(transaction=True)


def together(count: int, work: Callable[[int], object]) -> None:
    """Runs the work in threads that start at the same moment; what one raises is raised here."""
    barrier, problems = threading.Barrier(count), []

    def each(number: int) -> None:
        try:
            barrier.wait(10)
            work(number)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=each, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if problems:
        raise problems[0]
    assert not any(thread.is_alive() for thread in threads)


def test_eight_uploads_settle_by_themselves_without_a_worker() -> None:
    receipts: dict[int, dict[str, Any]] = {}

    def upload(number: int) -> None:
        made = events(2, upload=number)
        settle(made, timeout=50)
        receipts[number] = json.loads(receipt(made[-1]))

    together(8, upload)
    assert len(receipts) == 8
    for number, found in receipts.items():
        size, root = _stated(found["checkpoint"])
        path = [bytes.fromhex(each) for each in found["proof"]]
        merkle.verify_inclusion(merkle.leaf_hash(found["leaf"].encode()), found["index"], size, path, root)
        assert f'"upload",{number}]' in found["body"]
    assert not Outbox.objects.exists()


def _stated(note: str) -> tuple[int, bytes]:
    stated = checkpoint.parse(note.split("\n\n")[0] + "\n")
    return stated.size, stated.root


def test_writers_of_one_item_take_turns() -> None:
    [item] = items()
    together(6, lambda number: [one(item, number=number, i=i) for i in range(10)])
    found = list(Event.objects.filter(item=item).order_by("n"))
    assert [event.n for event in found] == list(range(1, 61))
    leaves = [read_leaf(bytes(event.leaf)) for event in found]
    assert all(
        leaf.prev == merkle.leaf_hash(bytes(before.leaf)) for leaf, before in zip(leaves[1:], found[:-1], strict=True)
    )
    assert [event.logged_at for event in found] == sorted(event.logged_at for event in found)


def test_imports_of_the_same_items_never_wait_in_a_ring() -> None:
    handles = items(20)
    together(4, lambda number: many(60, handles if number % 2 else handles[::-1]))
    assert Event.objects.count() == 240


def test_drains_at_the_same_time_move_everything_once() -> None:
    made = many(500)
    moved: list[int] = []
    together(5, lambda _: moved.append(drain()))
    drain()
    assert sum(moved) <= 500
    assert Leaf.objects.count() == len(made) == place.tile_log().size
    assert not any(check.findings for check in audit())


def test_a_session_that_the_database_ends_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL is restarted under the sequencer, in the middle of a batch."""
    monkeypatch.setattr(sequencer, "LOOK_AGAIN", 0.02)
    made = many(50)
    ended: list[int] = []
    insert = moving._insert_leaves

    def insert_and_lose(cursor: Any, first: int, rows: list[Any]) -> None:
        insert(cursor, first, rows)
        if not ended:
            ended.append(first)
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(moving, "_insert_leaves", insert_and_lose)
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while Leaf.objects.count() < 50 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(20)
    assert ended
    assert [leaf.event_id for leaf in Leaf.objects.order_by("index")] == [event.id for event in made]
    assert Checkpoint.objects.latest("id").size == 50
    assert not any(check.findings for check in audit())


def test_a_prepared_statement_fails_as_django_fails() -> None:
    with pytest.raises(DatabaseError, match="nowhere"), transaction.atomic():
        fetch_one(connection, "select * from nowhere", [])


def test_a_broken_transaction_takes_no_event() -> None:
    [item] = items()
    with transaction.atomic():
        transaction.set_rollback(True)  # as after an error that somebody has caught
        with pytest.raises(transaction.TransactionManagementError):
            custody.record(Kind.EVIDENCE_FILE_STORED, item, actor="system:test", facts={})
    assert not Event.objects.exists()
