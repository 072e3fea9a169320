"""The only way history is written: inside the transaction that makes the change, and before it commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody import guard, rules
from plainview.base.custody.composing import Entry, compose, halves
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item
from plainview.base.custody.prepared import fetch_one
from plainview.ledger.canonical import Json
from plainview.ledger.merkle import leaf_hash

__all__ = [
    "Entry",
    "NoSuchItem",
    "NoTransaction",
    "in_transaction",
    "note_once",
    "open_item",
    "open_items",
    "record",
    "record_many",
]


ONCE_IN = timedelta(minutes=10)
MANY = 500  # items from which on they are copied in: the ORM would take longer over them than the database


class NoTransaction(RuntimeError):
    """record() was called outside `transaction.atomic`: change and event must stand or fall together."""


class NoSuchItem(LookupError):
    """There is no item with this handle; open_item() comes first."""


def open_item(kind: str, handle: str | None = None) -> str:
    """Begins the custody chain of something new and returns its handle, a fresh one unless given."""
    return open_items(kind, [handle or rules.new_handle()])[0]


def open_items(kind: str, handles: Sequence[str]) -> list[str]:
    """Begins many chains at once and returns their handles. Fails if one of them has begun before."""
    now = timezone.now()
    found = [rules.check_handle(each) for each in handles]
    if len(found) < MANY:
        Item.objects.bulk_create(Item(handle=each, kind=kind, opened_at=now) for each in found)
        return found
    with connection.cursor() as cursor, cursor.copy("copy custody_item (handle, kind, opened_at, n) from stdin") as out:
        for each in found:
            out.write_row((each, kind, now, 0))
    return found


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
    entry = Entry(kind, handle, facts, public, claimed_at)
    return _append(entry, actor, policy, again=False) or _append_again(entry, actor, policy)


@transaction.atomic
def note_once(
    kind: Kind, handle: str, *, actor: str, facts: Mapping[str, Json] | None = None, policy: str | None = None
) -> None:
    """Writes down that somebody looked at something; once in ten minutes, however often a page is opened again."""
    since = timezone.now() - ONCE_IN
    if not Event.objects.filter(item_id=handle, kind=kind.value, actor=actor, logged_at__gt=since).exists():
        record(kind, handle, actor=actor, facts=facts or {}, policy=policy)


def record_many(entries: Iterable[Entry], *, actor: str, policy: str | None = None) -> list[Event]:
    """Writes thousands of events in a handful of statements, in the order given. Otherwise as record()."""
    _require_transaction()
    guard.require_sound()
    entries = list(entries)
    heads = _lock_many({entry.handle for entry in entries})
    events = []
    for entry in entries:
        n, head = heads[entry.handle]
        event = compose(entry, actor, policy, n + 1, head)
        heads[entry.handle] = n + 1, leaf_hash(bytes(event.leaf))
        events.append(event)
    if events:
        _write_many(events, heads)
    return events


def in_transaction() -> bool:
    """Whether a transaction is open. Blocks that a test wraps around itself don't count: what is wrong must show."""
    return not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _require_transaction() -> None:
    if not in_transaction():
        raise NoTransaction("history is written inside transaction.atomic, together with the change it tells of")


def _append(entry: Entry, actor: str, policy: str | None, *, again: bool) -> Event | None:
    """Writes an event in one trip; the database fills in its number. None where a later event came first meanwhile."""
    event, before, after = halves(entry, actor, policy)
    values = [event.id, event.item_id, event.kind, event.logged_at, actor, event.body, before, after, again]
    row = fetch_one(transaction.get_connection(), _APPEND, values)
    if row is None:
        raise NoSuchItem(f"no item has the handle {entry.handle}: open_item() comes first")
    if row[1] is None:
        return None
    event.n, event.leaf = row
    return event


def _append_again(entry: Entry, actor: str, policy: str | None) -> Event:
    """The item is ours by now: whatever the clock says, this event comes next."""
    event = _append(entry, actor, policy, again=True)
    assert event is not None
    return event


_APPEND = "select number, bytes from custody_append(%b, %s, %s, %b, %s, %b, %s, %s, %b)"
_COLUMNS = "id, item_id, n, kind, logged_at, actor, leaf, body"


def _lock_many(handles: set[str]) -> dict[str, tuple[int, bytes | None]]:
    """Locks the items in the order of their handles, so that two imports never wait for each other in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select handle, n, head from custody_item where handle = any(%s) order by handle for no key update",
            [sorted(handles)],
        )
        found = {handle: (n, head and bytes(head)) for handle, n, head in cursor.fetchall()}
    missing = handles - found.keys()
    if missing:
        raise NoSuchItem(f"no item has the handle {min(missing)}: open_item() comes first")
    return found


def _write_many(events: list[Event], heads: Mapping[str, tuple[int, bytes | None]]) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(f"copy custody_event ({_COLUMNS}) from stdin") as copy:
            for e in events:
                copy.write_row([e.id, e.item_id, e.n, e.kind, e.logged_at, e.actor, e.leaf, e.body])
        with cursor.copy("copy custody_outbox (event_id) from stdin") as copy:
            for e in events:
                copy.write_row([e.id])
        cursor.execute(
            "update custody_item i set n = new.n, head = new.head "
            "from unnest(%s::text[], %s::bigint[], %s::bytea[]) new (handle, n, head) where i.handle = new.handle",
            [list(heads), [n for n, _ in heads.values()], [head for _, head in heads.values()]],
        )
