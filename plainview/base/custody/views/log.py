"""The figures of the log and its latest leaves."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.custody import access, place
from plainview.base.custody.history import describe, title
from plainview.base.custody.models import Event, Item, Leaf
from plainview.base.custody.standing import standing
from plainview.base.custody.views.lines import Line
from plainview.ledger.tiles import ENTRIES, WIDTH, tile_path

PAGE = 25


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The figures of the log and its latest leaves; `?q=` finds an event or an item."""
    access.reader(request)
    wanted = request.GET.get("q", "").strip()
    found = _find(wanted) if wanted else None
    if found:
        return redirect(found)
    before = _before(request)
    lines = _latest(before)
    older = lines[-1].index if len(lines) == PAGE and lines[-1].index else None
    context = {"log": standing(), "lines": lines, "older": older, "wanted": wanted, "before": before}
    context["first_bundle"] = _first_bundle()
    return render(request, "custody/log.html", context, status=404 if wanted else 200)


def _find(wanted: str) -> str:
    """Returns the address of what a person typed: a place in the log, an event's identifier, an item's handle."""
    digits = wanted.replace(",", "")
    if digits.isdecimal() and len(digits) < 19:
        found = Leaf.objects.filter(index=int(digits)).values_list("event", flat=True).first()
        return reverse("custody:event", args=[found]) if found else ""
    if Item.objects.filter(handle=wanted.lower()).exists():
        return reverse("custody:item", args=[wanted.lower()])
    try:
        identifier = UUID(wanted)
    except ValueError:
        return ""
    return reverse("custody:event", args=[identifier]) if Event.objects.filter(pk=identifier).exists() else ""


def _first_bundle() -> str:
    """The address of the first entries, whole or partial."""
    log = place.tile_log()
    size = min(log.size, WIDTH)
    return reverse("custody:tile", args=[tile_path(ENTRIES, 0, size)]) if size else ""


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _latest(before: int | None) -> list[Line]:
    """The latest leaves by their public part alone."""
    leaves: QuerySet[Leaf] = Leaf.objects.select_related("event").defer("event__body").order_by("-index")
    if before is not None:
        leaves = leaves.filter(index__lt=before)
    return [
        Line(leaf.event, leaf.index, title(leaf.event), describe(leaf.event, with_facts=False))
        for leaf in leaves[:PAGE]
    ]
