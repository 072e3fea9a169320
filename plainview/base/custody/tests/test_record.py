"""record(): no event without its transaction, no change without its event, and bytes that are final at once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from plainview.base import custody
from plainview.base.custody.actions import NoSuchItem, NoTransaction
from plainview.base.custody.composing import halves
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item, Outbox
from plainview.base.custody.rules import BadFacts
from plainview.ledger.event import body_digest, read_body, read_leaf
from plainview.ledger.merkle import leaf_hash

STORED = Kind.EVIDENCE_FILE_STORED
ALICE = "account:00000000-0000-4000-8000-000000000001"
POLICY = "ab" * 32


def make(handle: str, **more: Any) -> Event:
    with transaction.atomic():
        return custody.record(STORED, handle, **{"actor": ALICE, "facts": {"files": 12}, **more})


@pytest.fixture
def item(db: None) -> str:
    return custody.open_item("file")


def test_an_item_gets_a_random_handle(item: str) -> None:
    assert len(bytes.fromhex(item)) == 16
    assert item != custody.open_item("file")
    assert Item.objects.get(handle=item).n == 0


def test_an_item_may_bring_its_handle_once(db: None) -> None:
    handle = "0123456789abcdef" * 2
    assert custody.open_item("file", handle) == handle
    with pytest.raises(IntegrityError), transaction.atomic():
        custody.open_item("file", handle)


@pytest.mark.parametrize("handle", ["", "0123", "G" * 32, "AB" * 16, "ab" * 16 + "\n"])
def test_a_malformed_handle_is_refused(db: None, handle: str) -> None:
    with pytest.raises(BadFacts, match="handle"):
        custody.open_items("file", [handle])


def test_the_body_holds_who_and_what(item: str) -> None:
    event = make(item, claimed_at=datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    stored = Event.objects.get(pk=event.pk)
    assert read_body(bytes(stored.body)) == {
        "actor": ALICE,
        "claimed_at": "2026-11-01T06:30:00.000Z",
        "files": 12,
    }
    assert stored.actor == ALICE


def test_the_leaf_commits_to_the_body_and_tells_nothing_of_it(item: str) -> None:
    event = make(item, facts={"name": "Jane Resident"}, public={"held": True}, policy=POLICY)
    leaf = bytes(Event.objects.get(pk=event.pk).leaf)
    facts = read_leaf(leaf)
    assert (facts.id, facts.kind, facts.handle, facts.n, facts.prev) == (event.id, STORED, item, 1, None)
    assert facts.body_digest == body_digest(bytes(event.body))
    assert facts.policy == bytes.fromhex(POLICY)
    assert facts.public == {"held": True}
    assert b"Jane" not in leaf
    assert ALICE.encode() not in leaf


def test_the_same_facts_never_give_the_same_digest(item: str) -> None:
    assert read_leaf(bytes(make(item).leaf)).body_digest != read_leaf(bytes(make(item).leaf)).body_digest


def test_the_time_in_the_table_is_the_time_in_the_leaf(item: str) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, 0, 123_999, tzinfo=UTC), tick=False):
        event = make(item)
    stored = Event.objects.get(pk=event.pk)
    assert stored.logged_at == read_leaf(bytes(stored.leaf)).logged_at == datetime(2026, 11, 23, 9, 0, 0, 123_000, UTC)


def test_events_of_an_item_are_counted_and_chained(item: str) -> None:
    events = [make(item, facts={"i": i}) for i in range(5)]
    leaves = [read_leaf(bytes(event.leaf)) for event in events]
    assert [leaf.n for leaf in leaves] == [1, 2, 3, 4, 5]
    assert [leaf.prev for leaf in leaves[1:]] == [leaf_hash(bytes(event.leaf)) for event in events[:-1]]
    row = Item.objects.get(handle=item)
    assert (row.n, bytes(row.head or b"")) == (5, leaf_hash(bytes(events[-1].leaf)))


def test_every_event_waits_in_the_outbox(item: str) -> None:
    events = [make(item), make(item)]
    assert list(Outbox.objects.order_by("id").values_list("event", flat=True)) == [e.id for e in events]


def test_it_refuses_to_write_outside_a_transaction(item: str) -> None:
    with pytest.raises(NoTransaction, match=r"transaction\.atomic"):
        custody.record(STORED, item, actor=ALICE, facts={})
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_in_autocommit() -> None:
    handle = custody.open_item("file")
    with pytest.raises(NoTransaction):
        custody.record(STORED, handle, actor=ALICE, facts={})


def test_no_change_means_no_event(item: str) -> None:
    with transaction.atomic():
        custody.record(STORED, item, actor=ALICE, facts={})
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Outbox.objects.exists()
    assert Item.objects.get(handle=item).n == 0


def test_it_refuses_an_item_that_was_never_opened(db: None) -> None:
    with pytest.raises(NoSuchItem, match="open_item"):
        make("00" * 16)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"length": 1.5}, r"facts\.length: float .*milliseconds"),
        ({"at": datetime(2026, 1, 1, tzinfo=UTC)}, r"facts\.at: datetime .*ISO 8601"),
        ({"on": date(2026, 1, 1)}, r"facts\.on: date .*ISO 8601"),
        ({"cost": Decimal(1)}, r"facts\.cost: Decimal"),
        ({"id": UUID(int=1)}, r"facts\.id: UUID"),
        ({"hash": b"\0"}, r"facts\.hash: bytes .*hex"),
        ({"size": 1 << 53}, r"facts\.size: an integer of 54 bits"),
        ({"classes": {"b", "a"}}, r"facts\.classes: set .*sorted list"),
        ({"files": [{"size": 1}, {"size": 0.1}]}, r"facts\.files\[1\]\.size: float"),
        ({"notes": "\ud800"}, r"facts\.notes: .*surrogate"),
        ({"place": {"straße": 1}}, r"facts\.place: the key 'straße'"),
        ({"Bad Name": 1}, r"facts: the name 'Bad Name'"),
        ({"é": 1}, "facts: the name 'é'"),
        ({"actor": "account:me"}, "facts: 'actor' is set by record"),
        ({"claimed_at": "now"}, "facts: 'claimed_at' is set by record"),
        ({"text": "x" * (1 << 20)}, r"facts: 1,048,\d+ bytes is over"),
    ],
)
def test_it_names_the_field_that_has_no_canonical_form(item: str, facts: dict[str, Any], message: str) -> None:
    with pytest.raises(BadFacts, match=message):
        make(item, facts=facts)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("public", "message"),
    [({"size": 0.5}, r"public\.size: float"), ({"text": "x" * 9000}, "public: a leaf of 9,?[0-9]+ bytes")],
)
def test_it_names_public_facts_that_no_leaf_can_hold(item: str, public: dict[str, Any], message: str) -> None:
    with pytest.raises(BadFacts, match=message):
        make(item, public=public)


@pytest.mark.parametrize("actor", ["", "alice", "account:", "Alice Officer", "account:a b"])
def test_it_refuses_an_actor_that_is_not_an_identifier(item: str, actor: str) -> None:
    with pytest.raises(BadFacts, match="actor"):
        make(item, actor=actor)


@pytest.mark.parametrize("policy", ["", "2021-03", "AB" * 32, "ab" * 31])
def test_it_refuses_a_policy_that_is_not_a_hash(item: str, policy: str) -> None:
    with pytest.raises(BadFacts, match="policy"):
        make(item, policy=policy)


def test_it_refuses_a_claimed_time_without_a_zone(item: str) -> None:
    with pytest.raises(BadFacts, match="claimed_at"):
        make(item, claimed_at=datetime(2026, 1, 1))


def test_text_in_any_language_is_kept_exactly(item: str) -> None:
    said = "Улица 🚓\n\t\"quoted\" 'so' \\ \u2028"
    assert read_body(bytes(make(item, facts={"said": said}).body))["said"] == said


@pytest.mark.django_db(transaction=True)
def test_times_of_an_item_do_not_run_backward_while_writers_wait_for_each_other() -> None:
    """One composes its event, then waits for the item; what is written in between must not seem to come later."""
    item = custody.open_item("file")
    composed, written = threading.Event(), threading.Event()

    def slowly(*args: Any) -> Any:
        found = halves(*args)
        if not composed.is_set():
            composed.set()
            written.wait(10)
        return found

    def first() -> None:
        make(item, facts={"i": 1})
        connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plainview.base.custody.actions.halves", slowly)
        thread = threading.Thread(target=first, daemon=True)
        thread.start()
        assert composed.wait(10)
        time.sleep(0.01)
        make(item, facts={"i": 2})
        time.sleep(0.01)
        written.set()
        thread.join(10)
    events = list(Event.objects.order_by("n"))
    assert [read_body(bytes(event.body))["i"] for event in events] == [2, 1]
    assert events[0].logged_at < events[1].logged_at
    assert all(read_leaf(bytes(event.leaf)).logged_at == event.logged_at for event in events)


def test_a_clock_that_was_set_back_stops_nobody(item: str) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False) as clock:
        make(item)
        clock.shift(-60)
        assert make(item).n == 2


def test_public_facts_may_look_like_the_gap_in_a_leaf(item: str) -> None:
    """The number is filled in by the database, into the right place."""
    make(item)
    lure = '9007199254740991,"p":"' + "00" * 32 + '"'
    for public in ({"n": 9007199254740991, "p": "00" * 32}, {"x": lure}, {"n": 1, "p": None}):
        event = make(item, public=public)
        leaf = read_leaf(bytes(Event.objects.get(pk=event.pk).leaf))
        assert leaf.n == event.n
        assert leaf.public == public
        assert leaf.prev is not None
        assert leaf.prev != bytes(32)
