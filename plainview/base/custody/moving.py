"""From the outbox into the leaves, and from the leaves into tiles."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from plainview.base.custody.models import Leaf
from plainview.ledger.merkle import leaf_hash
from plainview.ledger.tiles import TileLog

BATCH = 2000


def move_batch(first: int) -> list[bytes]:
    """Moves up to BATCH events from outbox to leaves, numbered from `first`; returns their bytes in order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "delete from custody_outbox o using custody_event e "
            "where e.id = o.event_id and o.id in (select id from custody_outbox order by id limit %s) "
            "returning o.id, e.id, e.leaf",
            [BATCH],
        )
        rows = sorted(cursor.fetchall())  # `returning` promises no order
        if rows:
            _insert_leaves(cursor, first, rows)
    return [bytes(leaf) for _, _, leaf in rows]


def catch_up(tiles: TileLog) -> int:
    """Writes the tiles of leaves that were committed before a crash. The same leaves give the same files."""
    size = tiles.size
    while missing := _entries(size):
        tiles.append(missing)
        size += len(missing)
    return size


def _insert_leaves(cursor: Any, first: int, rows: list[Any]) -> None:
    with cursor.copy("copy custody_leaf (index, event_id, hash) from stdin") as copy:
        for index, (_, event, leaf) in enumerate(rows, first):
            copy.write_row([index, event, leaf_hash(bytes(leaf))])


def _entries(first: int) -> list[bytes]:
    rows = Leaf.objects.filter(index__gte=first).order_by("index").values_list("event__leaf", flat=True)
    return [bytes(leaf) for leaf in rows[:BATCH]]
