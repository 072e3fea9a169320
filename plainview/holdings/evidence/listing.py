"""The list of recordings: quick at a million rows, with access applied inside the query (arms.py says how).

Never OFFSET, never a count of everything: pages are found by their place, and counting stops.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from plainview.base.people.models import Officer, Unit
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.arms import TABLE, Arm, Condition, arms
from plainview.holdings.evidence.filters import Cursor, Filters
from plainview.holdings.fleet.models import Camera

PAGE = 50
EXPORT_PAGE = 2000
COUNT_LIMIT = 1000


class Row(NamedTuple):
    """One line of the list."""

    id: uuid.UUID
    listed_at: datetime
    start: datetime | None
    stop: datetime | None
    uploaded: datetime
    kind: str
    title: str
    call_number: str
    classes: list[str]
    quarantined: bool
    size: int
    duration_ms: int | None
    has_picture: bool
    serial: str
    held_here: bool
    external_id: str | None
    destroyed_at: datetime | None
    officer_id: int | None
    unit_id: int | None
    badge: str | None
    officer: str | None
    unit: str | None
    camera: str | None


OWN = Row._fields[: Row._fields.index("badge")]  # columns of the recording itself


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and where the neighbors begin."""

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None


@dataclass(frozen=True)
class Count:
    """How many rows there are, counted no further than the limit."""

    number: int
    more: bool

    def __str__(self) -> str:
        if self.more:
            return f"more than {self.number:,} recordings"
        return "1 recording" if self.number == 1 else f"{self.number:,} recordings"


class Listing:
    """What a scope and filters leave, looked up once for its page and its count."""

    def __init__(self, scope: Scope, filters: Filters) -> None:
        self.arms = arms(scope, filters)

    def page(self, at: Cursor | None = None, size: int = PAGE) -> Page:
        """Returns one page from a place on."""
        return _page(_fetch(self.arms, at, size + 1), at, size)

    def count(self, limit: int = COUNT_LIMIT) -> Count:
        """Returns how many rows there are, up to the limit."""
        if not self.arms:
            return Count(0, more=False)
        counted = counting(self.arms, limit)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counted.sql}", counted.params)
            return _counted(cursor.fetchone()[0], limit)

    def page_and_count(
        self, at: Cursor | None = None, size: int = PAGE, limit: int = COUNT_LIMIT
    ) -> tuple[Page, Count]:
        """Returns one page and the count in one trip to the database."""
        if not self.arms:
            return Page([], None, None), Count(0, more=False)
        query, counted = statement(self.arms, at, size + 1), counting(self.arms, limit)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counted.sql}; {query.sql}", [*counted.params, *query.params])
            number = cursor.fetchone()[0]
            cursor.nextset()
            found = [Row(*line) for line in cursor.fetchall()]
        return _page(found, at, size), _counted(number, limit)

    def every(self) -> Iterator[Row]:
        """Yields all rows, newest first, reading by keyset so that memory stays flat."""
        at = None
        while rows := _fetch(self.arms, at, EXPORT_PAGE):
            yield from rows
            at = Cursor(rows[-1].listed_at, rows[-1].id)


def page(scope: Scope, filters: Filters, at: Cursor | None = None, size: int = PAGE) -> Page:
    """Returns one page of what the scope and the filters leave."""
    return Listing(scope, filters).page(at, size)


def _page(found: list[Row], at: Cursor | None, size: int) -> Page:
    """Makes a page of one row more than it holds: that one says whether the list goes on."""
    more, rows = len(found) > size, found[:size]
    if at and at.newer:
        rows.reverse()
    has_newer, has_older = (more, True) if at and at.newer else (at is not None, more)
    return Page(
        rows,
        Cursor(rows[0].listed_at, rows[0].id, newer=True) if rows and has_newer else None,
        Cursor(rows[-1].listed_at, rows[-1].id) if rows and has_older else None,
    )


def _counted(number: int, limit: int) -> Count:
    return Count(min(number, limit), more=number > limit)


def counting(found: Sequence[Arm], limit: int) -> Condition:
    """Returns the count as an expression; it stops one past the limit."""
    # In the order of the list, too: that is the index which is sure to be there, wherever the rows lie.
    tail = Condition("ORDER BY listed_at DESC, id DESC LIMIT %s", (limit + 1,))
    union = _union([arm.sql("1", tail) for arm in found])
    sql = f"(SELECT count(*) FROM (SELECT 1 FROM ({union.sql}) AS found LIMIT %s) AS counted)"
    return Condition(sql, (*union.params, limit + 1))


def _fetch(found: Sequence[Arm], at: Cursor | None, size: int) -> list[Row]:
    if not found:
        return []
    query = statement(found, at, size)
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        return [Row(*line) for line in cursor.fetchall()]


def statement(found: Sequence[Arm], at: Cursor | None, size: int) -> Condition:
    """Returns the query of one page: the heads of the arms merged, then everything of the few rows that are left.

    The heads are only places, which the indexes hold themselves: many arms cost no visit to the rows that lose.
    """
    way = "ASC" if at and at.newer else "DESC"
    tail = Condition(f"ORDER BY listed_at {way}, id {way} LIMIT %s", (size,))
    if at:
        beyond = Condition(f"(listed_at, id) {'>' if at.newer else '<'} (%s, %s)", (at.listed_at, at.id))
        found = [arm.beyond(beyond) for arm in found]
    heads = _union([arm.sql("id, listed_at", tail) for arm in found])
    sql = f"""
        WITH page AS MATERIALIZED (SELECT id FROM ({heads.sql}) AS heads {tail.sql})
        SELECT {", ".join(f"recording.{name}" for name in OWN)}, officer.badge, officer.name, unit.name, camera.serial
        FROM page JOIN {TABLE} AS recording ON recording.id = page.id
        LEFT JOIN {Officer._meta.db_table} AS officer ON officer.id = recording.officer_id
        LEFT JOIN {Unit._meta.db_table} AS unit ON unit.id = recording.unit_id
        LEFT JOIN {Camera._meta.db_table} AS camera ON camera.id = recording.camera_id
        ORDER BY recording.listed_at {way}, recording.id {way}"""
    return Condition(sql, (*heads.params, *tail.params))


def _union(parts: Sequence[Condition]) -> Condition:
    return Condition(" UNION ALL ".join(each.sql for each in parts), tuple(p for each in parts for p in each.params))
