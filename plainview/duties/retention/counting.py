"""Counts what is going: one judgment of everything, kept by unit, classes and day; and what the pages ask of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from plainview.base.policy.lookup import current_hash, terms
from plainview.duties.retention.due import ROOM
from plainview.duties.retention.models import Line, Summary
from plainview.duties.retention.statement import kept

HORIZON = 366  # days that are counted one by one
KEPT = 400  # summaries
HORIZONS = (7, 30, 90, 365)


@transaction.atomic
def refresh(on: date | None = None) -> Summary:
    """Counts everything as of today. Seconds at two million recordings; a page never waits for it."""
    day = on or timezone.localdate()
    statement = kept(terms(), settings.TIME_ZONE, day)
    made = Summary.objects.create(on=day, policy=current_hash(day) or "")
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('plainview.retention.summary', 0))")
        cursor.execute(f"{statement.sql} {_COUNT}", [*statement.params, made.pk, day + timedelta(days=HORIZON)])
    made.recordings = made.lines.aggregate(n=Sum("recordings"))["n"] or 0
    made.save(update_fields=["recordings"])
    Summary.objects.filter(pk__in=Summary.objects.order_by("-made_at")[KEPT:].values("pk")).delete()
    return made


_COUNT = """
insert into retention_line (summary_id, unit_id, classes, "end", until, held, review, known, here, recordings, seconds,
                            bytes)
select %s, r.unit_id, r.classes,
       case when k.until = date 'infinity' then 'forever' when k.until = date '99999-01-01' then 'until concluded'
            else 'day' end as "end",
       case when k.until <= %s then k.until end as day, cardinality(k.held_by) > 0 as held, k.review, k.known,
       r.held_here, count(*), coalesce(sum(r.duration_ms) / 1000, 0), coalesce(sum(r.size), 0)
from kept k join evidence_recording r on r.id = k.id
where r.destroyed_at is null
group by r.unit_id, r.classes, 4, 5, 6, k.review, k.known, r.held_here"""


def latest() -> Summary | None:
    """Returns the newest count; None before the first."""
    return Summary.objects.order_by("-made_at").first()


@dataclass(frozen=True)
class Sums:
    """Recordings, hours and bytes of some lines."""

    recordings: int
    hours: float
    size: int


def sums(lines: QuerySet[Line]) -> Sums:
    """Returns what lines add up to."""
    found = lines.aggregate(n=Sum("recordings"), s=Sum("seconds"), b=Sum("bytes"))
    return Sums(found["n"] or 0, (found["s"] or 0) / 3600, found["b"] or 0)


def lines_of(summary: Summary, units: Collection[int] | None) -> QuerySet[Line]:
    """Returns the lines of a count, of some units or, with None, of all."""
    lines = summary.lines.all()
    return lines if units is None else lines.filter(unit__in=units)


def over(summary: Summary) -> Q:
    """Lines whose every clock has run out by the day of the count, of classes that the policy knows."""
    return Q(end=Line.End.DAY, until__lte=summary.on, known=True)


def going(summary: Summary, days: int) -> Q:
    """Lines that go within so many days and not yet, unless something holds them until then."""
    return Q(end=Line.End.DAY, known=True, until__gt=summary.on, until__lte=summary.on + timedelta(days=days))


def by_unit_and_class(lines: QuerySet[Line]) -> list[dict[str, Any]]:
    """Returns rows of unit and classes with their sums, the most first."""
    grouped = lines.values("unit", "unit__name", "unit__parent__name", "classes")
    rows = grouped.annotate(n=Sum("recordings"), s=Sum("seconds"), b=Sum("bytes")).order_by("-n", "unit__name")
    return [dict(row) for row in rows]


def by_week(lines: QuerySet[Line], first: date, weeks: int) -> list[tuple[date, int]]:
    """Returns how many go in each week from a day on."""
    found = dict(lines.values_list("until").annotate(n=Sum("recordings")).order_by())
    counted = [0] * weeks
    for day, number in found.items():
        place = (day - first).days // 7 if day else -1
        if 0 <= place < weeks:
            counted[place] += number
    return [(first + timedelta(days=7 * n), number) for n, number in enumerate(counted)]


@dataclass(frozen=True)
class Going:
    """One recording of the list: until when, why, and what holds it."""

    id: str
    until: date
    clause: str
    held_by: list[str]
    review: bool


def recordings(
    summary: Summary, first: date, last: date, units: Sequence[int | None] | None, classes: Sequence[str] | None,
    after: tuple[date, str] | None = None, size: int = 50,
) -> list[Going]:  # fmt: skip
    """Returns the recordings whose clocks run out from a day to a day, by day; judged anew, for the few that are asked.

    `units` None means all; a None among them stands for "unit not known". `after` is the last one of the page before.
    """
    only, params = _narrowed(units, classes, last)
    statement = kept(terms(), settings.TIME_ZONE, summary.on, only, params)
    beyond = "(k.until, k.id) > (%s, %s)" if after else "true"
    at: list[Any] = [*after] if after else []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(
            f"{statement.sql} select k.id::text, k.until, coalesce(k.clause, ''), k.held_by, k.review from kept k "
            f"where k.known and k.until between %s and %s and {beyond} order by k.until, k.id limit %s",
            [*statement.params, first, last, *at, size],
        )
        return [Going(*row) for row in cursor.fetchall()]


def _narrowed(units: Sequence[int | None] | None, classes: Sequence[str] | None, last: date) -> tuple[str, list[Any]]:
    # What was recorded after the last day can't have run out by then.
    conditions = ["r.listed_at < %s::date + 1", "r.destroyed_at is null"]
    params: list[Any] = [last]
    if classes is not None:
        conditions.append("r.classes = %s::text[]")
        params.append(list(classes))
    if units is not None:
        known = [unit for unit in units if unit is not None]
        conditions.append("(r.unit_id = any(%s)" + (" or r.unit_id is null)" if None in units else ")"))
        params.append(known)
    return " and ".join(conditions), params
