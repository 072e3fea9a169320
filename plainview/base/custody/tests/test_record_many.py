"""record_many(): what imports use. The same bytes and the same chains as record(), in a handful of statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from plainview.base import custody
from plainview.base.custody.actions import Entry, NoSuchItem, NoTransaction
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item, Outbox
from plainview.base.custody.rules import BadFacts, new_handle
from plainview.ledger.event import body_digest, read_body, read_leaf
from plainview.ledger.merkle import leaf_hash

CAMERA = Kind.FLEET_CAMERA_REGISTERED
ACTOR = "system:import"


@pytest.fixture
def items(db: None) -> list[str]:
    return custody.open_items("camera", [new_handle() for _ in range(300)])


def entry(handle: str, number: int = 0) -> Entry:
    return Entry(CAMERA, handle, {"number": number})


def test_three_hundred_items_take_a_handful_of_statements(items: list[str]) -> None:
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        transaction.atomic(),
    ):
        custody.record_many([entry(h) for h in items], actor=ACTOR)
    assert len(queries) <= 8
    assert Event.objects.count() == Outbox.objects.count() == 300


def test_it_writes_what_record_would_have_written(items: list[str]) -> None:
    with transaction.atomic():
        events = custody.record_many([entry(h, i) for i, h in enumerate(items)], actor=ACTOR, policy="cd" * 32)
    for number, event in enumerate(events):
        stored = Event.objects.get(pk=event.pk)
        leaf = read_leaf(bytes(stored.leaf))
        assert read_body(bytes(stored.body)) == {"actor": ACTOR, "number": number}
        assert (leaf.n, leaf.prev, leaf.handle) == (1, None, items[number])
        assert leaf.body_digest == body_digest(bytes(stored.body))
        assert (leaf.id, leaf.kind, leaf.logged_at) == (stored.id, stored.kind, stored.logged_at)


def test_many_events_of_one_item_are_chained_in_the_order_given(items: list[str]) -> None:
    one, other = items[:2]
    with transaction.atomic():
        custody.record(CAMERA, one, actor=ACTOR, facts={})
        events = custody.record_many([entry(one, 1), entry(other, 2), entry(one, 3)], actor=ACTOR)
        last = custody.record(CAMERA, one, actor=ACTOR, facts={})
    leaves = [read_leaf(bytes(e.leaf)) for e in (events[0], events[2], last)]
    assert [leaf.n for leaf in leaves] == [2, 3, 4]
    assert leaves[1].prev == leaf_hash(bytes(events[0].leaf))
    assert leaves[2].prev == leaf_hash(bytes(events[2].leaf))
    assert [bytes(e.leaf) for e in events] == [bytes(o.event.leaf) for o in Outbox.objects.order_by("id")][1:4]
    assert Item.objects.get(handle=one).n == 4


def test_nothing_to_write_is_nothing_written(db: None) -> None:
    with transaction.atomic():
        assert custody.record_many([], actor=ACTOR) == []


def test_it_needs_a_transaction(items: list[str]) -> None:
    with pytest.raises(NoTransaction):
        custody.record_many([entry(items[0])], actor=ACTOR)


def test_one_missing_item_stops_the_whole_import(items: list[str]) -> None:
    with pytest.raises(NoSuchItem, match="00" * 16), transaction.atomic():
        custody.record_many([entry(items[0]), entry("00" * 16)], actor=ACTOR)
    assert not Event.objects.exists()


def test_one_bad_fact_stops_the_whole_import(items: list[str]) -> None:
    bad: Any = {"at": 0.5}
    with pytest.raises(BadFacts, match=r"facts\.at"), transaction.atomic():
        custody.record_many([entry(items[0]), Entry(CAMERA, items[1], bad)], actor=ACTOR)
    assert not Event.objects.exists()
