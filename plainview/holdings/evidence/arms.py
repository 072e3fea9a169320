"""How the list of recordings is found: by arms, each of which follows an index that already lies in the list's order.

Whatever narrows the list most by an index (officers, cameras, the units of a supervisor) becomes an arm. Each value of
an arm is followed down its own index, and the short heads are merged. So nothing is ever sorted that is longer than a
page times the values of the arm, however large the archive is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from plainview.base.people.models import Officer, Unit
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.filters import Filters
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED
from plainview.holdings.fleet.models import Camera

CANDIDATES = 200  # officers or cameras that one text may mean
TABLE = Recording._meta.db_table


@dataclass(frozen=True)
class Condition:
    """A piece of a WHERE clause with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Arm:
    """Columns whose values each lead down an index to rows in the order of the list; no columns: the whole list."""

    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]  # of each column in turn, all of one length
    where: tuple[Condition, ...] = ()

    def beyond(self, condition: Condition) -> Arm:
        """Returns the arm with one more condition."""
        return replace(self, where=(*self.where, condition))

    def sql(self, selected: str, tail: Condition) -> Condition:
        """Returns the arm as a query; `tail` orders and limits the rows of each value."""
        names = [f"v{n}" for n in range(len(self.columns))]
        equal = [f"{column} = arm.{name}" for column, name in zip(self.columns, names, strict=True)]
        where = " AND ".join([*equal, *(f"({c.sql})" for c in self.where)]) or "true"
        params = (*(p for c in self.where for p in c.params), *tail.params)
        rows = f"SELECT {selected} FROM {TABLE} WHERE {where} {tail.sql}"
        if not self.columns:
            return Condition(f"({rows})", params)
        arrays = ", ".join("%s::text[]" if column == "serial" else "%s::bigint[]" for column in self.columns)
        source = f"unnest({arrays}) AS arm({', '.join(names)})"
        return Condition(
            f"(SELECT head.* FROM {source} CROSS JOIN LATERAL ({rows}) AS head)", (*map(list, self.values), *params)
        )


def arms(scope: Scope, filters: Filters) -> list[Arm]:
    """Returns the arms that together hold exactly what the scope and the filters leave, no row twice."""
    if scope.empty:
        return []
    plain = _plain(filters)
    officers = officers_meant(filters.officer) if filters.officer else None
    units = with_below(filters.unit) if filters.unit is not None else None
    if filters.camera:
        also = (*plain, *_members(("officer_id", officers), ("unit_id", units)), *_access(scope))
        return _of_camera(filters.camera, also)
    if officers is not None:
        return _arm("officer_id", officers, (*plain, *_members(("unit_id", units)), *_access(scope)))
    if not scope.everything:
        return _of_scope(scope, units, plain)
    return [Arm((), (), plain)] if units is None else _arm("unit_id", units, plain)


def _arm(column: str, values: list[Any], where: tuple[Condition, ...]) -> list[Arm]:
    return [Arm((column,), (tuple(values),), where)] if values else []


def _of_scope(scope: Scope, units: list[int] | None, plain: tuple[Condition, ...]) -> list[Arm]:
    """The units of the scope, and what its officers recorded elsewhere."""
    found = _arm("unit_id", sorted(scope.units if units is None else scope.units.intersection(units)), plain)
    if not scope.units:
        return [*found, *_arm("officer_id", sorted(scope.officers), (*plain, *_members(("unit_id", units))))]
    served = [(o, u) for o, u in _served(scope.officers) if u not in scope.units and (units is None or u in units)]
    nowhere = [officer for officer, unit in served if unit is None]
    found += _arm("officer_id", nowhere, (*plain, Condition("unit_id IS NULL")))
    pairs = [(officer, unit) for officer, unit in served if unit is not None]
    if pairs:
        found.append(Arm(("officer_id", "unit_id"), tuple(zip(*pairs, strict=True)), plain))
    return found


def _served(officers: frozenset[int]) -> list[tuple[int, int | None]]:
    """Returns in which units each officer has recorded: a few probes each, however much they recorded."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVED, [sorted(officers), sorted(officers)])
        return [(officer, unit) for officer, unit in cursor.fetchall()]


_SERVED = f"""
    WITH RECURSIVE served(officer, unit) AS (
        SELECT value, (SELECT min(unit_id) FROM {TABLE} WHERE officer_id = value) FROM unnest(%s::bigint[]) AS o(value)
      UNION ALL
        SELECT officer, (SELECT min(unit_id) FROM {TABLE} WHERE officer_id = officer AND unit_id > unit)
        FROM served WHERE unit IS NOT NULL
    )
    SELECT officer, unit FROM served WHERE unit IS NOT NULL
  UNION ALL
    SELECT value, NULL FROM unnest(%s::bigint[]) AS o(value)
    WHERE EXISTS (SELECT 1 FROM {TABLE} WHERE officer_id = value AND unit_id IS NULL)"""


def _of_camera(text: str, also: tuple[Condition, ...]) -> list[Arm]:
    known = Camera.objects.filter(serial__istartswith=text).order_by("serial").values_list("id", flat=True)
    # a camera that nobody registered has no row of its own, only the serial it stated
    stray = _arm("serial", [text], (*also, Condition("camera_id IS NULL")))
    return [*_arm("camera_id", list(known[:CANDIDATES]), also), *stray]


def _access(scope: Scope) -> list[Condition]:
    if scope.everything:
        return []
    return [Condition("officer_id = ANY(%s) OR unit_id = ANY(%s)", (sorted(scope.officers), sorted(scope.units)))]


def _members(*wanted: tuple[str, list[int] | None]) -> list[Condition]:
    return [Condition(f"{column} = ANY(%s)", (ids,)) for column, ids in wanted if ids is not None]


def _plain(filters: Filters) -> tuple[Condition, ...]:
    """The conditions that need no looking up."""
    found = []
    if filters.class_id:
        found.append(Condition("classes @> ARRAY[%s]::text[]", (filters.class_id,)))
    if filters.no_class:
        found.append(Condition("classes = ARRAY[%s]::text[]", (UNCLASSIFIED,)))
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
    by_badge = list(Officer.objects.filter(badge=text).values_list("id", flat=True))
    if by_badge:
        return by_badge
    named = Officer.objects.all()
    for word in text.split():
        named = named.filter(name__icontains=word)
    return list(named.order_by("id").values_list("id", flat=True)[:CANDIDATES])


def with_below(unit: int) -> list[int]:
    """Returns the unit and every unit below it."""
    below: dict[int | None, list[int]] = {}
    for id, parent in Unit.objects.values_list("id", "parent_id"):
        below.setdefault(parent, []).append(id)
    found, waiting = [], [unit]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(below.get(found[-1], []))
    return sorted(found)
