"""Figures of findings: by unit, shift and week, each by one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, TruncWeek

from plainview.duties.activation.models import Finding, OtherFinding
from plainview.duties.activation.rules.figures import Figures
from plainview.duties.activation.rules.finding import Status
from plainview.duties.activation.rules.shifts import SHIFTS, Shift

WITH_FOOTAGE = (Status.RECORDED.value, Status.PARTIAL.value)


@dataclass(frozen=True)
class Asked:
    """Which findings: days, both included, and what else was chosen."""

    first: date
    last: date
    unit: int | None = None
    no_unit: bool = False
    officer: int | None = None
    shift: Shift | None = None
    status: str = ""
    flag: str = ""

    def filter(self, rows: QuerySet[Finding]) -> QuerySet[Finding]:
        """Returns those of the findings that fit."""
        rows = rows.filter(day__gte=self.first, day__lte=self.last)
        if self.unit is not None:
            rows = rows.filter(unit=self.unit)
        if self.no_unit:
            rows = rows.filter(unit__isnull=True)
        if self.officer is not None:
            rows = rows.filter(officer=self.officer)
        if self.shift is not None:
            rows = rows.filter(hour__in=self.shift.hours)
        if self.status == "footage":
            rows = rows.filter(status__in=WITH_FOOTAGE)
        elif self.status == "expected":
            rows = rows.exclude(status__in=(Status.PENDING.value, Status.EXCLUDED.value))
        elif self.status:
            rows = rows.filter(status=self.status)
        return rows.filter(flags__contains=[self.flag]) if self.flag else rows


def _sums() -> dict[str, Any]:
    sums: dict[str, Any] = {s.value: Count("pk", filter=Q(status=s.value)) for s in Status}
    coverage = Sum(Cast("coverage", IntegerField()), filter=Q(status__in=WITH_FOOTAGE))
    return sums | {"covered": Coalesce(coverage, 0)}


def by_unit(rows: QuerySet[Finding]) -> list[tuple[dict[str, Any], Figures]]:
    """Returns (unit, unit__name, unit__parent__name) with figures, the worst unexplained share first."""
    found = rows.values("unit", "unit__name", "unit__parent__name").annotate(**_sums())
    lines = [(row, Figures.of(row)) for row in found]
    return sorted(lines, key=lambda line: (-(line[1].unexplained or 0), str(line[0]["unit__name"])))


def by_officer(rows: QuerySet[Finding]) -> list[tuple[dict[str, Any], Figures]]:
    """Returns (officer, name, badge) with figures, whose calls lack footage first."""
    found = rows.values("officer", "officer__name", "officer__badge").annotate(**_sums())
    lines = [(row, Figures.of(row)) for row in found]
    return sorted(lines, key=lambda line: (-line[1].not_recorded, -line[1].partial, line[0]["officer__name"]))


def by_shift(rows: QuerySet[Finding]) -> list[tuple[Shift, Figures]]:
    """Returns each shift with its figures."""
    hours = {row["hour"]: Figures.of(row) for row in rows.values("hour").annotate(**_sums())}
    return [(shift, together(hours[n] for n in shift.hours if n in hours)) for shift in SHIFTS]


def by_week(rows: QuerySet[Finding], first: date, last: date) -> list[tuple[date, Figures]]:
    """Returns every week from the one of the first day to the one of the last, by its Monday; empty ones too."""
    found = {
        row["week"]: Figures.of(row) for row in rows.annotate(week=TruncWeek("day")).values("week").annotate(**_sums())
    }
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(days=n) for n in range(0, (last - monday).days + 1, 7)]
    return [(week, found.get(week, Figures())) for week in weeks]


def by_kind(rows: QuerySet[OtherFinding], asked: Asked) -> dict[str, int]:
    """Returns how many findings of their own kind there are of each kind in those days."""
    rows = rows.filter(day__gte=asked.first, day__lte=asked.last)
    if asked.unit is not None:
        rows = rows.filter(unit=asked.unit)
    return dict(rows.values_list("kind").annotate(n=Count("pk")))


def together(parts: Iterable[Figures]) -> Figures:
    """Returns the figures of the whole from those of its parts."""
    return sum(parts, Figures())
