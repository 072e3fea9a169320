"""The one side of the books: what came in, as history tells it.

Sizes and hashes are taken from the bodies of first events, to which the signed log commits, never from storage's rows:
so that a row that was edited or deleted in the database leaves the two sides different. A body is read once.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

from plainview.base.custody.kinds import Kind

# Kinds whose items must have bytes; other items join as soon as storage has bytes for them.
STORED = (Kind.EVIDENCE_FILE_STORED, Kind.EVIDENCE_DERIVATIVE_MADE)


def bring_up() -> int:
    """Enters what came since the last time; returns how many items. In the caller's transaction."""
    values: dict[str, Any] = {"zone": settings.TIME_ZONE, "kinds": [kind.value for kind in STORED]}
    with connection.cursor() as cursor:
        cursor.execute(_FROM_HISTORY, values)
        entered = cursor.rowcount
        cursor.execute(_FROM_STORAGE, values)
        return int(entered + cursor.rowcount)


_INSERT = """
insert into books_entry (handle, what, month, size, sha256)
select e.item_id, i.kind, date_trunc('month', e.logged_at at time zone %(zone)s)::date, said.size, said.sha256
from {source} join custody_item i on i.handle = e.item_id
left join books_entry known on known.handle = e.item_id
cross join lateral books_said(e.body) said
where known.handle is null and e.n = 1 and said.size is not null and said.sha256 is not null
on conflict do nothing"""
_FROM_HISTORY = _INSERT.format(source="(select * from custody_event where kind = any(%(kinds)s)) e")
_FROM_STORAGE = _INSERT.format(source="storage_storedobject o join custody_event e on e.item_id = o.handle")
