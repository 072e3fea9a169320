"""What is due on a day: every recording judged by one statement, streamed in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import Term
from plainview.duties.retention.statement import kept

# Everything is judged at once, by one process, a few times a day: with room in memory, and without the sorting that a
# merge of two million rows would need. The planner can't know how many cases and holds come out of the first steps: it
# takes a few thousand for one, and a nested loop over them would go on for hours.
ROOM = "set local work_mem = '256MB'; set local enable_mergejoin = off; set local enable_nestloop = off"
BATCH = 5000  # rows fetched at a time
_ROWS = """
select coalesce(r.external_id, r.id::text), r.id, r.held_here,
       k.known and cardinality(k.held_by) = 0 and k.until <= %s as due,
       case when k.until = date 'infinity' then 'forever' when k.until = date '99999-01-01' then 'until concluded'
            else to_char(k.until, 'YYYY-MM-DD') end,
       k.held_by, r.classes, coalesce(k.clause, ''), k.review
from kept k join evidence_recording r on r.id = k.id
where r.destroyed_at is null
order by r.id"""


@dataclass(frozen=True)
class Row:
    """One recording, judged."""

    recording_id: str  # the imported id where there is one
    id: str
    held_here: bool
    due: bool
    keep_until: str  # a day, "forever" or "until concluded"
    held_by: list[str]
    classes: list[str]
    clause: str
    review: bool  # a person decides at the end; nothing goes by itself


def judge_all(
    on: date,
    known_terms: list[Term] | None = None,
    *,
    only_due: bool = False,
) -> Iterator[Row]:
    """Yields every recording with what the policy says of it on that day, those held elsewhere too.

    `known_terms` asks the same under other policies than the adopted ones.
    """
    statement = kept(terms() if known_terms is None else known_terms, settings.TIME_ZONE, on)
    sql = f"{statement.sql} {_ROWS}"
    if only_due:
        sql = f"select * from ({sql}) judged where due"
    with _cursor() as cursor:
        cursor.execute(sql, [*statement.params, on])
        while found := cursor.fetchmany(BATCH):
            for row in found:
                yield Row(row[0], str(row[1]), *row[2:])


@contextmanager
def _cursor() -> Iterator[Any]:
    """A cursor on the server: the answer for two million recordings never lies in our memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        with connection.cursor() as setting:
            setting.execute(ROOM)
        yield cursor
