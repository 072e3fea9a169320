"""Every item's events: counted without a gap, chained, committed to by their leaves, and as the columns say.

Walks through the log in its own order, which is how the rows lie on disk, and keeps where each item stands: about 250
bytes an item. Then each item's row is held against where its events ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from plainview.base.custody.audit.event import EVENT, judge
from plainview.base.custody.audit.finding import Finding
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.ledger.event import read_leaf

ITEM, STRETCH = "custody_item", 2000

_COLUMNS = """e.id, e.item_id, e.n, e.kind, to_char(e.logged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
e.actor, e.leaf, e.body, l.index, l.hash"""
_IN_THE_LOG = f"""
select {_COLUMNS} from custody_leaf l join custody_event e on e.id = l.event_id
where l.index >= %s and l.index < %s order by l.index"""
_OF_AN_ITEM = f"""
select {_COLUMNS}, i.n, i.head from custody_item i
left join custody_event e on e.item_id = i.handle and e.n > %s
left join custody_leaf l on l.event_id = e.id
where i.handle = %s order by e.n"""

Stand = tuple[int, bytes]  # number and leaf hash of an item's event that was seen last
START: Stand = (0, b"")


def check(size: int, tell: Callable[[str, int, int], None]) -> Iterator[Finding]:
    """Walks over all events of the first `size` leaves, then over all items."""
    stands: dict[str, Stand] = {}
    mended = list(_mended())
    for begin in range(0, size, STRETCH):
        end = min(begin + STRETCH, size)
        for row in _rows(_IN_THE_LOG, [begin, end]):
            yield from _walk(stands, row, mended)
        tell("items", end, size)
    yield from _against_items(stands, mended)


def _walk(stands: dict[str, Stand], row: Sequence[Any], mended: list[tuple[int, int]]) -> Iterator[Finding]:
    """Takes one event, and moves on where its item stands."""
    item, n = row[1], row[2]
    seen, last = stands.get(item, START)
    digest, findings = judge(row, last if n == seen + 1 else b"", mended)
    yield from findings
    if n <= seen:
        says = f"Event {row[0]} (number {n} of item {item}) comes after number {seen} in the log."
        yield Finding("custody_leaf", says)
        return
    if n != seen + 1:
        yield _missing(item, seen + 1, n - 1)
    stands[item] = n, digest


def _against_items(stands: dict[str, Stand], mended: list[tuple[int, int]]) -> Iterator[Finding]:
    """Holds the rows of the items against their events; those that went on meanwhile, or wait, are followed."""
    after = ""
    while items := _rows(
        "select handle, n, head from custody_item where handle > %s order by handle limit %s", [after, STRETCH]
    ):
        for handle, n, head in items:
            if stands.get(handle, START) != (n, bytes(head or b"")):
                yield from _item(stands, handle, mended)
            stands.pop(handle, None)
        after = items[-1][0]
    for handle, (seen, _) in stands.items():
        yield Finding(ITEM, f"Item {handle} is missing, though it has {seen} events.")


def _item(stands: dict[str, Stand], handle: str, mended: list[tuple[int, int]]) -> Iterator[Finding]:
    rows = _rows(_OF_AN_ITEM, [stands.get(handle, START)[0], handle])  # one look, so that both are of one moment
    for row in rows:
        if row[0] is not None:
            yield from _walk(stands, row, mended)
    n, head = rows[0][-2:]
    seen, last = stands.get(handle, START)
    if n > seen:
        yield _missing(handle, seen + 1, n)
    elif n < seen:
        yield Finding(ITEM, f"Item {handle} counts {n} events, but has {seen}.")
    elif bytes(head or b"") != last:
        yield Finding(ITEM, f"The head of item {handle} isn't the leaf of its last event.")


def _missing(item: str, first: int, last: int) -> Finding:
    which = f"Event {first} of item {item} is" if first == last else f"Events {first} to {last} of item {item} are"
    return Finding(EVENT, f"{which} missing.")


def _mended() -> Iterator[tuple[int, int]]:
    """Which leaves were put back without their bodies, as the log itself says."""
    for leaf in Event.objects.filter(kind=Kind.CUSTODY_LOG_MENDED).values_list("leaf", flat=True):
        public = read_leaf(bytes(leaf)).public
        first, end = public.get("first"), public.get("end")
        if isinstance(first, int) and isinstance(end, int):
            yield first, end


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
