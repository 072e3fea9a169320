"""The list of matters, as a page and as a table, and the page of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.download import csv_response
from plainview.base.people.paging import page_of
from plainview.holdings.evidence.matters import access, listing, page
from plainview.holdings.evidence.matters.found import note_read, reader, seen
from plainview.holdings.incidents.models import MatterKind, Status


@never_cache
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Lists matters, the newest first."""
    account = reader(request)
    rows, asked = listing.found(account, request.GET.dict())
    context = {
        "page": page_of(rows, "id", request, newest_first=True),
        "asked": asked,
        "kinds": MatterKind.choices,
        "statuses": Status.choices,
        "may_open": access.may_open(account),
    }
    return render(request, "evidence/matters/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Hands the list out as a table."""
    account = reader(request)
    rows, asked = listing.found(account, request.GET.dict())
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8")
    listing.note_export(account, rows, asked)
    cells = rows.order_by("-pk").values_list(*listing.FIELDS)
    return csv_response("matters.csv", listing.COLUMNS, cells.iterator(chunk_size=2000))


@never_cache
@require_safe
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one matter. Looking at it is an event."""
    account = reader(request)
    found = seen(account, pk)
    if found.merged_into_id is not None:
        messages.info(request, f"{found.number} was opened by a rule; this matter took it over.")
        return redirect("matters:matter", found.merged_into_id)
    if request.method == "GET":
        note_read(account, found)
    return page.shown(request, account, found)
