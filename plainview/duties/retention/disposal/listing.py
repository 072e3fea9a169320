"""Writes the list that is published: what goes, why it may, and nothing by which anybody could be known."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import Term
from plainview.base.policy.rules.manifest import Going, Head
from plainview.duties.retention.disposal.models import Batch, Manifest

BATCH = 5000  # rows fetched at a time
_LINES = """
with mine as materialized (
    select l.id, l.recording_id, l.until, l.decided, l.items, l.size from disposal_line l
    where l.batch_id = %(batch)s and l.state = 'going'
),
ties as materialized (
    select recording_id, t.matter_id from mine join evidence_recordingmatter t using (recording_id)
    union
    select recording_id, mc.matter_id from mine join evidence_recordingcall t using (recording_id)
    join incidents_mattercall mc on mc.call_id = t.call_id
),
ended as materialized (
    select recording_id, array_agg(kind order by kind) as kinds, array_agg(on_day order by kind) as days
    from (
        select t.recording_id, m.kind, max(m.status_on) as on_day
        from ties t join incidents_matter m on m.id = t.matter_id
        where m.status in ('concluded', 'inactive') group by t.recording_id, m.kind
    ) each group by recording_id
)
select r.handle, r.classes, (r.start at time zone %(zone)s)::date, (r.uploaded at time zone %(zone)s)::date,
       mine.until, mine.decided, mine.items, mine.size, ended.kinds, ended.days
from mine join evidence_recording r on r.id = mine.recording_id
left join ended on ended.recording_id = mine.recording_id
order by r.handle"""


def write(batch: Batch) -> Manifest:
    """Keeps the list of a batch, byte for byte; in the caller's transaction."""
    adopted = terms()
    lines = [each.line() for each in going(batch, adopted)]
    head = Head(
        disposal=batch.handle,
        on=batch.on,
        zone=settings.TIME_ZONE,
        early=batch.early,
        recordings=len(lines),
        size=batch.size,
        terms=tuple((term.policy.sha256, term.effective) for term in adopted),
    )
    buffer = io.StringIO()
    buffer.write(head.line())
    buffer.writelines(lines)
    data = buffer.getvalue().encode()
    Manifest.objects.filter(batch=batch).delete()
    return Manifest.objects.create(batch=batch, data=data, sha256=sha256(data).hexdigest())


def going(batch: Batch, adopted: Sequence[Term]) -> Iterator[Going]:
    """Yields the recordings that go, by their handles, whose order tells nothing."""
    counting = _counting(adopted)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"batch": batch.pk, "zone": settings.TIME_ZONE})
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield _going(row, counting, bool(batch.early))


def _going(row: Sequence[Any], counting: dict[str, set[str]], early: bool) -> Going:
    handle, classes, day, uploaded, until, decided, items, size, kinds, days = row
    told = {kind for each in classes for kind in counting.get(each, ())}
    ended: tuple[tuple[str, date], ...] = tuple(
        (kind, on) for kind, on in zip(kinds or (), days or (), strict=True) if kind in told
    )
    return Going(handle, tuple(classes), day, uploaded, ended, None if early else until, decided, items, size)


def _counting(adopted: Sequence[Term]) -> dict[str, set[str]]:
    """Returns the kinds of matters from whose conclusion a class counts, by any adopted text: others are not told."""
    found: dict[str, set[str]] = {}
    for term in adopted:
        for each in term.policy.classes:
            found.setdefault(each.id, set()).update(each.matter_kinds)
    return found
