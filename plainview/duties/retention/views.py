"""What is going, and what a draft would move."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response
from plainview.base.policy import access as policies
from plainview.base.policy.lookup import in_force
from plainview.base.policy.rules import parse
from plainview.duties.retention import access, counting, telling
from plainview.duties.retention.actions import note_export, note_read, note_simulation
from plainview.duties.retention.chart import bars
from plainview.duties.retention.counting import HORIZONS, Going
from plainview.duties.retention.disposal import access as disposal
from plainview.duties.retention.models import Summary
from plainview.duties.retention.prices import read_prices
from plainview.duties.retention.simulate import YEARS, simulate
from plainview.holdings.evidence.choices import class_choices
from plainview.holdings.evidence.keeping import kept_many, masked
from plainview.holdings.evidence.matters.access import hidden_kinds
from plainview.holdings.evidence.models import Recording

PAGE = 50
WEEKS = 26
STATES = {
    "go": "May go now",
    "decide": "Due for a person's decision",
    "held": "Held although its clock has run out",
    "soon": "Going soon",
}


@never_cache
@require_safe
@require(*access.READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """What is going: figures by unit and class, and how many a week."""
    account = viewer(request)
    summary = counting.latest()
    if summary is None:
        return render(request, "retention/none.html")
    days = _days(request)
    units = access.units_of(account)
    lines = counting.lines_of(summary, units)
    run_out, soon = lines.filter(counting.over(summary)), lines.filter(counting.going(summary, days))
    note_read(account, summary.on)
    context = {
        "summary": summary,
        "policy": in_force(summary.on),
        "figures": {
            "go": counting.sums(run_out.filter(held=False, review=False)),
            "decide": counting.sums(run_out.filter(held=False, review=True)),
            "held": counting.sums(run_out.filter(held=True)),
            "soon": counting.sums(soon),
            "forever": counting.sums(lines.filter(end="forever")),
            "concluded": counting.sums(lines.filter(end="until concluded")),
            "elsewhere": counting.sums(run_out.filter(held=False, here=False)),
        },
        "days": days,
        "horizons": HORIZONS,
        "rows": counting.by_unit_and_class(soon),
        "chart": bars(counting.by_week(lines.filter(counting.going(summary, 7 * WEEKS)), summary.on, WEEKS)),
        "names": dict(class_choices()),
        "lists": access.lists(account),
        "disposals": holds(account, *disposal.READERS),
    }
    return render(request, "retention/overview.html", context)


@require_POST
@require(*access.READERS)
def recount(request: HttpRequest) -> HttpResponse:
    """Counts anew, now."""
    counting.refresh()
    messages.success(request, "Counted anew.")
    return redirect("retention:overview")


@never_cache
@require_safe
@require(*access.READERS)
def going(request: HttpRequest) -> HttpResponse:
    """The recordings behind a figure, by the day on which they go, each with its reason."""
    account = viewer(request)
    if not access.lists(account):
        raise PermissionDenied("Members of the board see figures, not single recordings.")
    summary = counting.latest()
    if summary is None:
        return redirect("retention:overview")
    asked = _asked(request, summary)
    found = counting.recordings(
        summary, asked["first"], asked["last"], _units(request, access.units_of(account)), asked["classes"],
        after=_after(request), size=PAGE + 1, state=asked["state"],
    )  # fmt: skip
    note_read(account, summary.on)
    rows = found[:PAGE]
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": _told(rows, hidden_kinds(account), summary.on),
        "summary": summary,
        "asked": asked,
        "states": STATES.items(),
        "title": STATES[asked["state"]],
        "names": dict(class_choices()),
        "next": f"{last.until}_{last.id}" if last else "",
        "query": _query(request),
    }
    return render(request, "retention/going.html", context)


def _told(rows: list[Going], hidden: frozenset[str], on: date) -> list[dict[str, Any]]:
    """Each recording with its sentence."""
    found = Recording.objects.select_related("officer", "unit").in_bulk([row.id for row in rows])
    by_id = {str(pk): recording for pk, recording in found.items()}
    kept = kept_many(list(found.values()), on)
    told = []
    for row in rows:
        recording = by_id[row.id]
        sentence = masked(kept[recording.pk], hidden).sentence()
        told.append({"recording": recording, "row": row, "sentence": sentence, "held": bool(row.held_by)})
    return told


def _asked(request: HttpRequest, summary: Summary) -> dict[str, Any]:
    state = request.GET.get("state", "soon")
    state = state if state in STATES else "soon"
    days = _days(request)
    classes = [c for c in request.GET.get("classes", "").split(";") if c] or None
    first = summary.on + timedelta(days=1) if state == "soon" else date(1900, 1, 1)
    last = summary.on + timedelta(days=days) if state == "soon" else summary.on
    return {"state": state, "days": days, "classes": classes, "first": first, "last": last}


def _units(request: HttpRequest, allowed: frozenset[int] | None) -> list[int | None] | None:
    """The unit that is asked for, within those that the account may see."""
    text = request.GET.get("unit", "")
    if text == "none":
        return [None] if allowed is None else []
    wanted = int(text) if text.isdecimal() and len(text) < 18 else None
    if wanted is None:
        return None if allowed is None else [*sorted(allowed)]
    return [wanted] if allowed is None or wanted in allowed else []


def _after(request: HttpRequest) -> tuple[date, str] | None:
    day, _, pk = request.GET.get("after", "").partition("_")
    try:
        return (date.fromisoformat(day), pk) if pk and len(pk) == 36 else None
    except ValueError:
        return None


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "30")
    return int(text) if text in {str(n) for n in HORIZONS} else 30


@require_safe
@require(*access.READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The figures by unit and class as a table."""
    account = viewer(request)
    summary = counting.latest()
    if summary is None:
        return redirect("retention:overview")
    days = _days(request)
    lines = counting.lines_of(summary, access.units_of(account)).filter(counting.going(summary, days))
    rows = counting.by_unit_and_class(lines)
    note_export(account, summary.on, len(rows))
    header = ("unit", "classes", "recordings", "hours", "bytes")
    cells = [
        (row["unit__name"] or "", ";".join(row["classes"]), row["n"], round(row["s"] / 3600, 2), row["b"])
        for row in rows
    ]
    return csv_response(f"going-{summary.on}-{days}-days.csv", header, cells)


@never_cache
@require_safe
@require(*access.SIMULATORS)
def simulation(request: HttpRequest, handle: str) -> HttpResponse:
    """What a draft would move, against the real holdings, before anybody votes on it."""
    account = viewer(request)
    version = get_object_or_404(policies.visible(account), handle=handle)
    context: dict[str, Any] = {"version": version, "years": YEARS, "today": timezone.localdate()}
    if "run" not in request.GET:
        return render(request, "retention/simulate.html", context)
    draft = parse(bytes(version.text))
    found = simulate(draft, read_prices(settings.STORAGE_PRICES))
    note_simulation(version.handle, draft.sha256, found.as_if.total.recordings, actor=account.actor)
    context |= {"found": found, "names": dict(class_choices()), "json": telling.as_json(found)}
    return render(request, "retention/simulate.html", context)
