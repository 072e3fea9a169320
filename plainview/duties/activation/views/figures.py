"""Was the camera on: rate, coverage and trend, with the formula and the clause beside each figure, and the way down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response
from plainview.base.policy.lookup import current_policy, in_force
from plainview.duties.activation import access, counting, table
from plainview.duties.activation.chart import line
from plainview.duties.activation.models import Finding, OtherFinding, Run
from plainview.duties.activation.reading import note_export, note_read
from plainview.duties.activation.rules.figures import FORMULAS
from plainview.duties.activation.rules.kinds import Kind
from plainview.duties.activation.views.asked import after, asked, query, words

HORIZONS = ((7, "7 days"), (28, "4 weeks"), (91, "13 weeks"), (364, "52 weeks"))
PAGE = 50


@never_cache
@require_safe
@require(*access.FIGURES)
def overview(request: HttpRequest) -> HttpResponse:
    """The figures of some days, by unit and shift, and their trend by week."""
    account = viewer(request)
    found = asked(request)
    scope = access.figures(account)
    rows = found.filter(scope.filter(Finding.objects.all()))
    other = counting.by_kind(scope.filter(OtherFinding.objects.filter(ended_at__isnull=True)), found)
    note_read(account, "figures")
    policy = current_policy()
    units = counting.by_unit(rows)
    context: dict[str, Any] = {
        "asked": found,
        "words": words(found),
        "figures": counting.together(f for _, f in units),
        "units": [(row, f, query(found, unit=row["unit"] or "none")) for row, f in units],
        "shifts": [(shift, f, query(found, shift=shift.id)) for shift, f in counting.by_shift(rows)],
        "others": [(kind, kind.label, other.get(kind.value, 0)) for kind in Kind],
        "formulas": FORMULAS,
        "clause": policy.activation.clause if policy and policy.activation else "",
        "policy": in_force(),
        "lists": holds(account, *access.LISTS),
        "samples": holds(account, *access.SAMPLERS),
        "clocks": holds(account, *access.CLOCKS),
        "horizons": [(n, name, (found.last - found.first).days + 1 == n, query(found, **_back(found.last, n)))
                     for n, name in HORIZONS],
        "query": query(found),
        "down": {status: query(found, status=status) for status in
                 ("expected", "footage", "recorded", "partial", "excused", "not_recorded", "pending", "excluded")},
        "flags": [(flag, query(found, flag=flag, status="partial")) for flag in ("late_start", "early_stop", "gap")],
        "run": Run.objects.filter(ended_at__isnull=False).order_by("-began_at").first(),
    }  # fmt: skip
    weeks = counting.by_week(rows, found.first, found.last)
    context["weeks"] = weeks
    context["line"] = line([(week, f.activation) for week, f in weeks])
    return render(request, "activation/overview.html", context)


def _back(last: date, days: int) -> dict[str, Any]:
    return {"from": last - timedelta(days=days - 1)}


@never_cache
@require_safe
@require(*access.LISTS)
def dispatches(request: HttpRequest) -> HttpResponse:
    """The dispatches behind a figure, by the time at which a recording is expected."""
    account = viewer(request)
    found = asked(request)
    rows = table.page(found.filter(access.findings(account)), after(request), PAGE + 1)
    note_read(account, "dispatches")
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "asked": found,
        "words": words(found),
        "rows": rows[:PAGE],
        "query": query(found),
        "next": f"{last.begin.isoformat()}_{last.pk}".replace("+", "%2B") if last else "",
        "count": None if request.GET.get("after") else found.filter(access.findings(account)).count(),
    }
    return render(request, "activation/dispatches.html", context)


@require_safe
@require(*access.LISTS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The same dispatches as a table; every figure of the pages can be counted from it."""
    account = viewer(request)
    found = asked(request)
    rows = found.filter(access.findings(account))
    note_export(account, {"query": query(found)}, rows.count())
    return csv_response(f"activation-{found.first}-{found.last}.csv", table.HEADER, table.rows(rows))


@never_cache
@require_safe
@require(*access.LISTS)
def others(request: HttpRequest) -> HttpResponse:
    """The findings of one kind of their own."""
    account = viewer(request)
    found = asked(request)
    kinds = {kind.value: kind for kind in Kind}
    kind = kinds.get(request.GET.get("kind", ""), Kind.LATE_DOCKING)
    rows = access.others(account).filter(kind=kind.value, day__gte=found.first, day__lte=found.last)
    if found.unit is not None:
        rows = rows.filter(unit=found.unit)
    place = after(request)
    if place is not None:
        rows = rows.filter(Q(at__gt=place[0]) | Q(at=place[0], pk__gt=place[1]))
    listed = list(
        rows.select_related("recording", "dispatch__call", "officer", "unit").order_by("at", "pk")[: PAGE + 1]
    )
    note_read(account, kind.value)
    last = listed[PAGE - 1] if len(listed) > PAGE else None
    context = {
        "asked": found,
        "kind": kind,
        "title": kind.label,
        "kinds": [(k, k.label) for k in Kind],
        "rows": listed[:PAGE],
        "query": query(found),
        "next": f"{last.at.isoformat()}_{last.pk}".replace("+", "%2B") if last else "",
    }
    return render(request, "activation/others.html", context)
