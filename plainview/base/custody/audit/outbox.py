"""Every event is in exactly one place: in the log, or in the outbox; and every place has its event."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from plainview.base.custody.audit.finding import Finding

_ASTRAY = """
select e.id, e.item_id, e.n, l.index
from custody_event e
left join custody_leaf l on l.event_id = e.id
left join custody_outbox o on o.event_id = e.id
where (l.event_id is null) = (o.event_id is null)
order by e.logged_at limit 101"""
_NOWHERE = """
select 'leaf ' || l.index, l.event_id from custody_leaf l
where not exists (select from custody_event e where e.id = l.event_id)
union all
select 'row ' || o.id || ' of the outbox', o.event_id from custody_outbox o
where not exists (select from custody_event e where e.id = o.event_id) limit 101"""


def check() -> Iterator[Finding]:
    """Checks events, outbox and leaves in one look each."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY)
        for event, item, n, index in cursor.fetchall():
            where = "neither in the log nor in the outbox" if index is None else "in the log and still in the outbox"
            yield Finding("custody_outbox", f"Event {event} (number {n} of item {item}) is {where}.")
        cursor.execute(_NOWHERE)
        for place, event in cursor.fetchall():
            yield Finding("custody_event", f"The event of {place} ({event}) is missing from the database.")
