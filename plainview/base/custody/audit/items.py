"""Every item's events: counted without a gap, chained, committed to by their leaves, and as the columns say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from plainview.base.custody.audit.finding import Finding
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.ledger.event import body_digest, format_time, read_leaf

EVENT, ITEM = "custody_event", "custody_item"
ROWS = 1000
_scan = json.JSONDecoder().raw_decode

_EVENTS = """
select coalesce(i.handle, e.item_id), i.n, i.head, e.id, e.n, e.kind, e.logged_at, e.actor, e.leaf, e.body, l.index
from custody_item i
full join custody_event e on e.item_id = i.handle
left join custody_leaf l on l.event_id = e.id
order by coalesce(i.handle, e.item_id), e.n"""


@dataclass
class _Chain:
    """Where the walk stands in one item."""

    handle: str = ""
    n: int | None = None  # events that the item's row counts; None where the row is missing
    head: bytes | None = None
    seen: int = 0
    last: bytes | None = None
    index: int = -1
    broken: bool = False
    mended: list[tuple[int, int]] = field(default_factory=list)  # leaves whose bodies are known to be lost


def check(size: int, tell: Callable[[str, int, int], None]) -> Iterator[Finding]:
    """Walks over all events, item by item."""
    chain = _Chain(mended=list(_mended()))
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_EVENTS)
        done = 0
        while rows := cursor.fetchmany(ROWS):
            for handle, n, head, *event in rows:
                if handle != chain.handle:
                    yield from _end(chain)
                    chain = _Chain(handle, n, head and bytes(head), mended=chain.mended)
                if event[0] is not None:
                    yield from _event(chain, event)
            done += len(rows)
            tell("items", done, max(size, done))
    yield from _end(chain)


def _event(chain: _Chain, row: list[Any]) -> Iterator[Finding]:
    id, n, kind, logged_at, actor, leaf, body, index = row
    leaf, body = bytes(leaf), bytes(body)
    name = f"Event {id} (number {n} of item {chain.handle})"
    if n != chain.seen + 1:
        yield _missing(chain, n - 1)
        chain.last = None
    try:
        said = json.loads(leaf)
        differs = list(_differs(said, id, n, kind, logged_at, chain))
        committed = said["b"]
    except (ValueError, TypeError, KeyError):
        differs, committed = ["isn't a leaf at all"], None
    for each in differs:
        yield Finding(EVENT, f"{name}: its leaf {each}.")
    if committed:
        yield from _body(chain, name, committed, body, actor, index)
    if index is not None and index <= chain.index:
        yield Finding("custody_leaf", f"{name} comes before its predecessor in the log.")
    chain.seen, chain.last, chain.index = n, sha256(b"\0" + leaf).digest(), index if index is not None else chain.index


def _differs(said: dict[str, Any], id: object, n: int, kind: str, logged_at: Any, chain: _Chain) -> Iterator[str]:
    for key, column, value in (
        ("id", "id", str(id)),
        ("h", "item", chain.handle),
        ("n", "counter", n),
        ("k", "kind", kind),
        ("t", "time", format_time(logged_at)),
    ):
        if said[key] != value:
            yield f"says another {column} than the row ({said[key]}, not {value})"
    if chain.last is not None and said["p"] != chain.last.hex():
        yield "doesn't follow the event before it"
    if n == 1 and said["p"] is not None:
        yield "says that events came before it"


def _body(chain: _Chain, name: str, committed: str, body: bytes, actor: str, index: int | None) -> Iterator[Finding]:
    if not body:
        if index is None or not any(first <= index < end for first, end in chain.mended):
            yield Finding(EVENT, f"{name}: its body is gone, and the log was not mended there.")
        return
    try:
        digest, said = _read(body)
    except ValueError:
        digest, said = "", None
    if digest != committed:
        yield Finding(EVENT, f"{name}: its body isn't the one that its leaf commits to; facts were changed.")
    elif said is not None and said != actor:
        yield Finding(EVENT, f"{name}: the column says that {actor} acted, the body {said}.")


def _read(body: bytes) -> tuple[str, Any]:
    """Returns the digest of a body and its actor. Reads the fields where they lie instead of writing them anew.

    What isn't spelled exactly as a body is left to the ledger's own strict reading.
    """
    text = body.decode()
    digests, actor, position = [], None, 1
    try:
        while True:
            triple, end = _scan(text, position)
            digests.append(sha256(text[position:end].encode()).digest())
            if triple[1] == "actor":
                actor = triple[2]
            if text[end] != ",":
                break
            position = end + 1
    except (ValueError, IndexError, TypeError):
        return body_digest(body).hex(), None
    if text[0] != "[" or text[end:] != "]":
        return body_digest(body).hex(), None
    return sha256(b"".join(sorted(digests))).hexdigest(), actor


def _end(chain: _Chain) -> Iterator[Finding]:
    if not chain.handle:
        return
    if chain.n is None:
        yield Finding(ITEM, f"Item {chain.handle} is missing, though it has {chain.seen} events.")
    elif chain.n > chain.seen:
        yield _missing(chain, chain.n)
    elif chain.n < chain.seen:
        yield Finding(ITEM, f"Item {chain.handle} counts {chain.n} events, but has {chain.seen}.")
    elif chain.head != chain.last:
        yield Finding(ITEM, f"The head of item {chain.handle} isn't the leaf of its last event.")


def _missing(chain: _Chain, last: int) -> Finding:
    first = chain.seen + 1
    which = (
        f"Event {first} of item {chain.handle} is"
        if first == last
        else (f"Events {first} to {last} of item {chain.handle} are")
    )
    return Finding(EVENT, f"{which} missing.")


def _mended() -> Iterator[tuple[int, int]]:
    """Which leaves were put back without their bodies, as the log itself says."""
    for leaf in Event.objects.filter(kind=Kind.CUSTODY_LOG_MENDED).values_list("leaf", flat=True):
        public = read_leaf(bytes(leaf)).public
        first, end = public.get("first"), public.get("end")
        if isinstance(first, int) and isinstance(end, int):
            yield first, end
