"""The list of recordings, an officer's own desk, and the list as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from plainview.base.people.roles import Role
from plainview.holdings.evidence import filters as asking
from plainview.holdings.evidence import table
from plainview.holdings.evidence.access import Reach, Scope
from plainview.holdings.evidence.actions import note_export, note_list
from plainview.holdings.evidence.choices import class_choices, menus
from plainview.holdings.evidence.filters import Filters
from plainview.holdings.evidence.listing import Listing
from plainview.holdings.evidence.views.found import reader, who
from plainview.holdings.evidence.views.markup import options, table_rows
from plainview.holdings.evidence.views.rows import shown

WORKLIST = 10
HOMES = {Role.ADMINISTRATOR: "people:people", Role.BOARD: "policy:in_force"}  # of those who see no recording


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sends everyone to where their work is."""
    account, held = who(request)
    if held.see.empty:
        return redirect(next((where for role, where in HOMES.items() if role in account.roles), "people:me"))
    mine_only = account.officer_id and not held.see.everything and not held.see.units
    return redirect("evidence:mine" if mine_only else "evidence:list")


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The list, filtered as the address says, one page of it."""
    account, held = reader(request)
    filters, problems = asking.read(request.GET)
    page, count = Listing(held.see, filters).page_and_count(asking.cursor(request.GET))
    if not page.rows and asking.cursor(request.GET):
        return redirect(f"{reverse('evidence:list')}{filters.query()}")  # past an end: begin again
    note_list(account, filters, len(page.rows))
    units, classes = menus(held.see)
    context = {
        "body": table_rows(
            shown(page.rows, held.play, dict(classes)), pictures=not held.play.empty, ticks=not held.edit.empty
        ),
        "ticks": not held.edit.empty,
        "pictures": not held.play.empty,
        "count": count,
        "filters": filters,
        "chips": chips(filters, dict(units), dict(classes)) if filters.any else [],
        "problems": problems,
        "units": options(units, filters.unit),
        "classes": options(classes, filters.class_id),
        "older": page.older and filters.query(older=str(page.older)),
        "newer": page.newer and filters.query(newer=str(page.newer)),
        "export": filters.query(),
    }
    return render(request, "evidence/list.html", context)


def chips(filters: Filters, units: dict[int, str], classes: dict[str, str]) -> list[tuple[str, str]]:
    """Returns each filter that is set in words, with the address of the list without it."""
    words = {
        "officer": f"Officer: {filters.officer}",
        "unit": f"Unit: {units.get(filters.unit, filters.unit)}" if filters.unit else "",
        "class_id": f"Class: {classes.get(filters.class_id, filters.class_id)}",
        "camera": f"Camera: {filters.camera}",
        "call": f"Call number: {filters.call}…",
        "first": f"From {filters.first}",
        "last": f"To {filters.last}",
        "quarantined": "In quarantine",
        "no_call": "No call number",
        "no_class": "No class yet",
    }
    address = reverse("evidence:list")
    return [
        (words[name], f"{address}{filters.without(name).query()}")
        for name in words
        if getattr(filters, name) not in ("", None, False)
    ]


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """An officer's own desk: what still lacks a class or a call number, and the latest recordings."""
    account, held = reader(request)
    if account.officer is None:
        raise Http404
    own = Scope(officers=frozenset({account.officer.pk}))
    badge = account.officer.badge
    lists = [
        _worklist("No class yet", own, held, Filters(no_class=True), badge),
        _worklist("No call number", own, held, Filters(no_call=True), badge),
    ]
    latest = _worklist("Latest", own, held, Filters(), badge)
    note_list(account, Filters(officer=badge), sum(len(each["rows"]) for each in [*lists, latest]))
    return render(request, "evidence/mine.html", {"officer": account.officer, "todo": lists, "latest": latest})


def _worklist(title: str, own: Scope, held: Reach, filters: Filters, badge: str) -> dict[str, Any]:
    page, count = Listing(own, filters).page_and_count(size=WORKLIST)
    rows = shown(page.rows, held.play, dict(class_choices()))
    return {
        "title": title,
        "rows": rows,
        "body": table_rows(rows, pictures=True),
        "count": count,
        "more": page.older is not None,
        "query": replace(filters, officer=badge).query(),
    }


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole filtered list as a CSV table, line by line."""
    account, held = reader(request)
    filters, _ = asking.read(request.GET)
    if request.method == "HEAD":
        return HttpResponse(content_type=table.MIME)
    note_export(account, filters)
    response = StreamingHttpResponse(_lines(held, filters), content_type=table.MIME)
    name = f"recordings-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _lines(held: Reach, filters: Filters) -> Iterator[str]:
    yield table.header()
    for row in Listing(held.see, filters).every():
        yield table.line(row)
