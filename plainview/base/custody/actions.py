"""The only way history is written: inside the transaction that makes the change, and before it commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from django.db import connection
from django.utils import timezone

from plainview.base.custody import guard, rules
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item
from plainview.base.custody.prepared import prepared
from plainview.ledger import event as ledger
from plainview.ledger.canonical import Json, NotCanonical
from plainview.ledger.merkle import leaf_hash


class NoTransaction(RuntimeError):
    """record() was called outside `transaction.atomic`: change and event must stand or fall together."""


class NoSuchItem(LookupError):
    """There is no item with this handle; open_item() comes first."""


@dataclass(frozen=True)
class Entry:
    """One event of many, for record_many()."""

    kind: Kind
    handle: str
    facts: Mapping[str, Json]
    public: Mapping[str, Json] | None = None
    claimed_at: datetime | None = None


def open_item(kind: str, handle: str | None = None) -> str:
    """Begins the custody chain of something new and returns its handle, a fresh one unless given."""
    return open_items(kind, [handle or rules.new_handle()])[0]


def open_items(kind: str, handles: Sequence[str]) -> list[str]:
    """Begins many chains at once and returns their handles. Fails if one of them has begun before."""
    now = timezone.now()
    Item.objects.bulk_create(Item(handle=rules.check_handle(each), kind=kind, opened_at=now) for each in handles)
    return list(handles)


def record(
    kind: Kind,
    handle: str,
    *,
    actor: str,
    facts: Mapping[str, Json],
    policy: str | None = None,
    public: Mapping[str, Json] | None = None,
    claimed_at: datetime | None = None,
) -> Event:
    """Writes one event of one item; the last line of every action.

    `facts` and the actor go into the private body, `public` into the leaf that everybody may read: no person, no place,
    no bare hash. `policy` is the hex SHA-256 of the policy text in force, `claimed_at` a time that the actor claims.

    Locks the item's row until the transaction ends. Raises NoTransaction, NoSuchItem, rules.BadFacts (names the field)
    and guard.LogBroken.
    """
    _require_transaction()
    guard.require_sound()
    with prepared() as cursor:
        row = cursor.execute(_LOCK, [handle], prepare=True, binary=True).fetchone()
        if row is None:
            raise NoSuchItem(f"no item has the handle {handle}: open_item() comes first")
        entry = Entry(kind, handle, facts, public, claimed_at)
        event = _compose(entry, actor, rules.policy_bytes(policy), row[0] + 1, row[1])
        cursor.execute(_WRITE, [*_columns(event), event.id, event.n, _hash(event), handle], prepare=True)
    return event


def record_many(entries: Iterable[Entry], *, actor: str, policy: str | None = None) -> list[Event]:
    """Writes thousands of events in a handful of statements, in the order given. Otherwise as record()."""
    _require_transaction()
    guard.require_sound()
    entries = list(entries)
    heads = _lock_many({entry.handle for entry in entries})
    policy_hash = rules.policy_bytes(policy)
    events = []
    for entry in entries:
        n, head = heads[entry.handle]
        events.append(_compose(entry, actor, policy_hash, n + 1, head))
        heads[entry.handle] = n + 1, _hash(events[-1])
    if events:
        _write_many(events, heads)
    return events


_COLUMNS: LiteralString = "id, item_id, n, kind, logged_at, actor, leaf, body"
_LOCK = "select n, head from custody_item where handle = %s for no key update"
# One statement, one trip to the database: the item is locked by now, so nothing can come between.
_WRITE: LiteralString = f"""
with written as (insert into custody_event ({_COLUMNS}) values (%b, %s, %b, %s, %b, %s, %b, %b)),
     waiting as (insert into custody_outbox (event_id) values (%b))
update custody_item set n = %b, head = %b where handle = %s"""


def in_transaction() -> bool:
    """Whether a transaction is open. Blocks that a test wraps around itself don't count: what is wrong must show."""
    return not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _require_transaction() -> None:
    if not in_transaction():
        raise NoTransaction("history is written inside transaction.atomic, together with the change it tells of")


def _compose(entry: Entry, actor: str, policy: bytes | None, n: int, head: bytes | None) -> Event:
    """Returns the event with its final bytes; n and the leaf before are known, for the item's row is locked."""
    fields = rules.body_fields(actor, entry.facts, entry.claimed_at)
    try:
        body, digest = ledger.sealed_body(fields)
    except NotCanonical:
        raise rules.explain("facts", entry.facts) from None
    rules.check_size(body)
    now = timezone.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # what a leaf can say
    id, kind = ledger.uuid7(), str(entry.kind)
    try:
        leaf = ledger.make_leaf(
            id=id,
            kind=kind,
            logged_at=now,
            handle=entry.handle,
            n=n,
            prev=bytes(head) if head is not None else None,
            body_digest=digest,
            policy=policy,
            public=entry.public,
        )
    except NotCanonical:
        raise rules.explain("public", entry.public or {}) from None
    except ledger.BadEvent as problem:
        raise rules.BadFacts(f"public: {problem}") from problem
    return Event(id=id, item_id=entry.handle, n=n, kind=kind, logged_at=now, actor=actor, leaf=leaf, body=body)


def _hash(event: Event) -> bytes:
    return leaf_hash(bytes(event.leaf))


def _columns(event: Event) -> list[Any]:
    return [event.id, event.item_id, event.n, event.kind, event.logged_at, event.actor, event.leaf, event.body]


def _lock_many(handles: set[str]) -> dict[str, tuple[int, bytes | None]]:
    """Locks the items in the order of their handles, so that two imports never wait for each other in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select handle, n, head from custody_item where handle = any(%s) order by handle for no key update",
            [sorted(handles)],
        )
        found = {handle: (n, head) for handle, n, head in cursor.fetchall()}
    missing = handles - found.keys()
    if missing:
        raise NoSuchItem(f"no item has the handle {min(missing)}: open_item() comes first")
    return found


def _write_many(events: list[Event], heads: Mapping[str, tuple[int, bytes | None]]) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(f"copy custody_event ({_COLUMNS}) from stdin") as copy:
            for event in events:
                copy.write_row(_columns(event))
        with cursor.copy("copy custody_outbox (event_id) from stdin") as copy:
            for event in events:
                copy.write_row([event.id])
        cursor.execute(
            "update custody_item i set n = new.n, head = new.head "
            "from unnest(%s::text[], %s::bigint[], %s::bytea[]) new (handle, n, head) where i.handle = new.handle",
            [list(heads), [n for n, _ in heads.values()], [head for _, head in heads.values()]],
        )
