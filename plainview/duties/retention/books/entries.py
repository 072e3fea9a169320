"""The one side of the books: what came in, as history tells it.

Sizes and hashes are taken from the bodies of first events, to which the signed log commits, never from storage's rows:
so that a row that was edited or deleted in the database leaves the two sides different. A body is read once.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

# Items that must have bytes; others join as soon as storage has bytes for them.
WITH_BYTES = ("file", "derivative")


def bring_up() -> int:
    """Enters what came since the last time; returns how many items. In the caller's transaction."""
    values: dict[str, Any] = {"zone": settings.TIME_ZONE, "kinds": list(WITH_BYTES)}
    with connection.cursor() as cursor:
        cursor.execute(_FROM_HISTORY, values)
        entered = cursor.rowcount
        cursor.execute(_FROM_STORAGE, values)
        return int(entered + cursor.rowcount)


# First which handles are new, from narrow rows; only then their events, whose bodies are wide.
_INSERT = """
with fresh as materialized ({fresh})
insert into books_entry (handle, what, month, size, sha256)
select i.handle, i.kind, date_trunc('month', e.logged_at at time zone %(zone)s)::date, said.size, said.sha256
from fresh join custody_item i on i.handle = fresh.handle
join custody_event e on e.item_id = i.handle and e.n = 1
cross join lateral books_said(e.body) said
where said.size is not null and said.sha256 is not null
on conflict do nothing"""
_FROM_HISTORY = _INSERT.format(
    fresh="select handle from custody_item i where kind = any(%(kinds)s) "
    "and not exists (select from books_entry b where b.handle = i.handle)"
)
_FROM_STORAGE = _INSERT.format(
    fresh="select handle from storage_storedobject o "
    "where not exists (select from books_entry b where b.handle = o.handle)"
)
