"""The list of recordings: quick at a million rows, with access applied inside the query.

Whatever narrows the list most by an index (officers, cameras, the units of a supervisor) becomes an *arm*: each value
of the arm is followed down its own index, which already lies in the order of the list, and the short heads are merged.
So nothing is ever sorted that is longer than a page times the values of the arm. Never OFFSET, never a full count.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from plainview.base.people.models import Officer, Unit
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.filters import Cursor, Filters
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED
from plainview.holdings.fleet.models import Camera

PAGE = 50
EXPORT_PAGE = 2000
COUNT_LIMIT = 1000
CANDIDATES = 200  # officers or cameras that one text may mean


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
    officer_id: int | None
    unit_id: int | None
    badge: str | None
    officer: str | None
    unit: str | None
    camera: str | None


_OWN = Row._fields[: Row._fields.index("badge")]


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


@dataclass(frozen=True)
class Condition:
    """A piece of a WHERE clause with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Arm:
    """A column whose values each lead down an index to rows that lie in the order of the list."""

    column: str  # empty: the list as a whole
    values: tuple[Any, ...] = ()
    where: tuple[Condition, ...] = ()

    def sql(self, selected: str, tail: str, tail_params: tuple[Any, ...]) -> tuple[str, list[Any]]:
        """Returns the arm as a query; `tail` orders and limits the rows of each value."""
        table = Recording._meta.db_table
        where = " AND ".join(f"({c.sql})" for c in self.where) or "true"
        params = [p for c in self.where for p in c.params]
        if not self.column:
            return f"(SELECT {selected} FROM {table} WHERE {where} {tail})", [*params, *tail_params]
        cast = "text" if self.column == "serial" else "bigint"
        inner = f"SELECT {selected} FROM {table} WHERE {self.column} = arm.value AND {where} {tail}"
        return (
            f"(SELECT head.* FROM unnest(%s::{cast}[]) AS arm(value) CROSS JOIN LATERAL ({inner}) AS head)",
            [list(self.values), *params, *tail_params],
        )


def page(scope: Scope, filters: Filters, at: Cursor | None = None, size: int = PAGE) -> Page:
    """Returns one page of what the scope and the filters leave. A constant number of queries, none of them long."""
    found = _fetch(arms(scope, filters), at, size + 1)
    more, rows = len(found) > size, found[:size]
    if at and at.newer:
        rows.reverse()
    has_newer, has_older = (more, True) if at and at.newer else (at is not None, more)
    return Page(
        rows,
        Cursor(rows[0].listed_at, rows[0].id, newer=True) if rows and has_newer else None,
        Cursor(rows[-1].listed_at, rows[-1].id) if rows and has_older else None,
    )


def every(scope: Scope, filters: Filters) -> Iterator[Row]:
    """Yields all rows, newest first, reading by keyset so that memory stays flat."""
    found, at = arms(scope, filters), None
    while rows := _fetch(found, at, EXPORT_PAGE):
        yield from rows
        at = Cursor(rows[-1].listed_at, rows[-1].id)


def count(scope: Scope, filters: Filters, limit: int = COUNT_LIMIT) -> Count:
    """Returns how many rows there are, up to the limit."""
    found = arms(scope, filters)
    if not found:
        return Count(0, more=False)
    tail = "ORDER BY listed_at DESC, id DESC LIMIT %s"
    parts = [arm.sql("1", tail, (limit + 1,)) for arm in found]
    union = " UNION ALL ".join(sql for sql, _ in parts)
    params = [p for _, given in parts for p in given]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({union}) AS found LIMIT %s) AS counted", [*params, limit + 1]
        )
        number = cursor.fetchone()[0]
    return Count(min(number, limit), more=number > limit)


def _fetch(found: list[Arm], at: Cursor | None, size: int) -> list[Row]:
    if not found:
        return []
    sql, params = statement(found, at, size)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Row(*line) for line in cursor.fetchall()]


def statement(found: list[Arm], at: Cursor | None, size: int) -> tuple[str, list[Any]]:
    """Returns the query of one page: the arms merged, then the names of the few rows that are left."""
    way = "ASC" if at and at.newer else "DESC"
    order = f"ORDER BY listed_at {way}, id {way} LIMIT %s"
    if at:
        beyond = Condition(f"(listed_at, id) {'>' if at.newer else '<'} (%s, %s)", (at.listed_at, at.id))
        found = [Arm(arm.column, arm.values, (*arm.where, beyond)) for arm in found]
    own = ", ".join(_OWN)
    parts = [arm.sql(f"{own}, camera_id", order, (size,)) for arm in found]
    union = " UNION ALL ".join(sql for sql, _ in parts)
    params = [p for _, given in parts for p in given]
    sql = f"""
        WITH page AS (SELECT * FROM ({union}) AS heads {order})
        SELECT {", ".join(f"page.{name}" for name in _OWN)}, officer.badge, officer.name, unit.name, camera.serial
        FROM page
        LEFT JOIN {Officer._meta.db_table} AS officer ON officer.id = page.officer_id
        LEFT JOIN {Unit._meta.db_table} AS unit ON unit.id = page.unit_id
        LEFT JOIN {Camera._meta.db_table} AS camera ON camera.id = page.camera_id
        ORDER BY page.listed_at {way}, page.id {way}"""
    return sql, [*params, size]


def arms(scope: Scope, filters: Filters) -> list[Arm]:
    """Returns the arms that together hold exactly what the scope and the filters leave, no row twice."""
    if scope.empty:
        return []
    plain = _plain(filters)
    officers = officers_meant(filters.officer) if filters.officer else None
    units = _with_below(filters.unit) if filters.unit is not None else None
    if filters.camera:
        also = (*plain, *_members(("officer_id", officers), ("unit_id", units)), *_access(scope))
        return _camera_arms(filters.camera, also)
    if officers is not None:
        also = (*plain, *_members(("unit_id", units)), *_access(scope))
        return [Arm("officer_id", tuple(officers), also)] if officers else []
    if scope.everything:
        return [Arm("unit_id", tuple(units), plain) if units is not None else Arm("", (), plain)]
    return _scope_arms(scope, units, plain)


def _scope_arms(scope: Scope, units: list[int] | None, plain: tuple[Condition, ...]) -> list[Arm]:
    """The units of the scope, and its officers wherever else they recorded."""
    inside = sorted(scope.units if units is None else scope.units.intersection(units))
    elsewhere = Condition("unit_id IS NULL OR unit_id <> ALL(%s)", (sorted(scope.units),))
    found = [Arm("unit_id", tuple(inside), plain)] if inside else []
    if scope.officers:
        also = (*plain, *_members(("unit_id", units)), *([elsewhere] if scope.units else []))
        found.append(Arm("officer_id", tuple(sorted(scope.officers)), also))
    return found


def _camera_arms(text: str, also: tuple[Condition, ...]) -> list[Arm]:
    known = list(
        Camera.objects.filter(serial__istartswith=text).order_by("serial").values_list("id", flat=True)[:CANDIDATES]
    )
    found = [Arm("camera_id", tuple(known), also)] if known else []
    # a camera that nobody registered has no row of its own, only the serial it stated
    return [*found, Arm("serial", (text,), (*also, Condition("camera_id IS NULL")))]


def _access(scope: Scope) -> tuple[Condition, ...]:
    if scope.everything:
        return ()
    return (Condition("officer_id = ANY(%s) OR unit_id = ANY(%s)", (sorted(scope.officers), sorted(scope.units))),)


def _members(*wanted: tuple[str, list[int] | None]) -> list[Condition]:
    return [Condition(f"{column} = ANY(%s)", (ids,)) for column, ids in wanted if ids is not None]


def _plain(filters: Filters) -> tuple[Condition, ...]:
    """The conditions that need no looking up."""
    found = []
    if filters.class_id:
        found.append(Condition("classes @> ARRAY[%s]::text[]", (filters.class_id,)))
    if filters.no_class:
        found.append(Condition("classes @> ARRAY[%s]::text[]", (UNCLASSIFIED,)))
    if filters.first:
        found.append(Condition("listed_at >= %s", (_midnight(filters.first),)))
    if filters.last:
        found.append(Condition("listed_at < %s", (_midnight(filters.last + timedelta(days=1)),)))
    if filters.quarantined:
        found.append(Condition("quarantined"))
    if filters.no_call:
        found.append(Condition("call_number = ''"))
    if filters.call:
        found.append(Condition("call_number <> '' AND call_number LIKE %s", (_prefix(filters.call),)))
    return tuple(found)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _prefix(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def officers_meant(text: str) -> list[int]:
    """Returns whom a text means: the officers of that badge, or those whose name holds every word of it."""
    by_badge = list(Officer.objects.filter(badge__iexact=text).values_list("id", flat=True))
    if by_badge:
        return by_badge
    named = Officer.objects.all()
    for word in text.split():
        named = named.filter(name__icontains=word)
    return list(named.order_by("id").values_list("id", flat=True)[:CANDIDATES])


def _with_below(unit: int) -> list[int]:
    """Returns the unit and every unit below it."""
    below: dict[int | None, list[int]] = {}
    for id, parent in Unit.objects.values_list("id", "parent_id"):
        below.setdefault(parent, []).append(id)
    found, waiting = [], [unit]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(below.get(found[-1], []))
    return sorted(found)
