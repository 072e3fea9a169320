"""Tables that came in, their rows that wait, handing one in, and the keys of programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response
from plainview.base.people.lookup import names_of
from plainview.base.people.paging import page_of
from plainview.holdings.evidence.feeds import access
from plainview.holdings.evidence.feeds.actions import Refused, hand_in, headers, layouts, take, try_again
from plainview.holdings.evidence.feeds.keeping import NotWhole, TooLarge
from plainview.holdings.evidence.feeds.keys import make_key, revoke_key
from plainview.holdings.evidence.feeds.models import FeedKey, HandedIn
from plainview.holdings.evidence.feeds.rows import correct_and_try, set_aside, try_rows
from plainview.holdings.incidents.models import Batch, Parked

BLOCK = 1 << 20
AT_ONCE = 2 << 20  # bytes: a table of this size is taken while the person waits
MENDED = ("calls", "recordings")


@never_cache
@require_safe
@require(*access.READERS)
def tables(request: HttpRequest) -> HttpResponse:
    """Every table that came in, the newest first, with what became of its rows."""
    page = page_of(Batch.objects.filter(kind__in=HandedIn.Kind.values), "id", request, newest_first=True)
    names = names_of(batch.actor for batch in page.rows)
    waiting = {kind: Parked.objects.filter(batch__kind=kind, mended_at=None).count() for kind in MENDED}
    context: dict[str, Any] = {
        "page": page,
        "rows": [(batch, names[batch.actor]) for batch in page.rows],
        "under_way": HandedIn.objects.exclude(state=HandedIn.State.DONE).order_by("-came_at")[:20],
        "waiting": waiting,
        "kinds": [(kind, label, layouts(kind)) for kind, label in HandedIn.Kind.choices],
        "does": holds(request.user, *access.DOERS),
        "keys": FeedKey.objects.order_by("name") if holds(request.user, *access.KEYS) else None,
        "secret": request.session.pop("feed_secret", ""),
    }
    return render(request, "evidence/feeds/tables.html", context)


@require_POST
@require(*access.DOERS)
def hand(request: HttpRequest) -> HttpResponse:
    """Takes a table from the browser: kept first, then taken; a large one by a job."""
    account, file = viewer(request), request.FILES.get("file")
    kind, _, layout = request.POST.get("what", "").partition("/")
    if file is None:
        messages.error(request, "Choose a file first.")
        return redirect("evidence:tables")
    zone = request.POST.get("zone", "").strip()
    try:
        handed = hand_in(kind, file.name or "", layout, zone, file.chunks(BLOCK), actor=account.actor)
    except (Refused, TooLarge, NotWhole) as problem:
        messages.error(request, f"Nothing was taken: {problem}")
        return redirect("evidence:tables")
    if handed.size <= AT_ONCE:
        handed = take(handed.pk)
    if handed.state == HandedIn.State.REFUSED:
        messages.error(request, f"Nothing was taken. {handed.says}")
    elif handed.batch_id:
        messages.success(request, handed.says)
        return redirect("evidence:table", handed.batch_id)
    else:
        messages.success(request, f"{handed.name} is kept, and is being taken. This page says what became of it.")
    return redirect("evidence:tables")


@require_POST
@require(*access.DOERS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more for a table that was refused or failed."""
    handed = get_object_or_404(HandedIn, pk=pk)
    try_again(handed, actor=viewer(request).actor)
    messages.success(request, f"{handed.name} is taken once more.")
    return redirect("evidence:tables")


@never_cache
@require_safe
@require(*access.READERS)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """One table: the counts, and the rows that wait, each with its reason."""
    batch = get_object_or_404(Batch, pk=pk)
    waiting = Parked.objects.filter(batch=batch, mended_at=None)
    aside = batch.parked_rows.exclude(set_aside="").order_by("row")[:200]
    context = {
        "batch": batch,
        "who": names_of([batch.actor])[batch.actor],
        "page": page_of(waiting, "id", request),
        "aside": aside,
        "does": holds(request.user, *access.DOERS),
    }
    return render(request, "evidence/feeds/table.html", context)


@require_safe
@require(*access.READERS)
def parked_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that wait, as they came, with the reason of each."""
    batch = get_object_or_404(Batch, pk=pk)
    waiting = Parked.objects.filter(batch=batch, mended_at=None).order_by("pk")
    columns = _columns(batch)

    def lines() -> Iterator[list[object]]:
        for each in waiting.iterator(chunk_size=2000):
            yield [each.row, each.column, each.reason, *(each.cells.get(name, "") for name in columns)]

    return csv_response(f"parked-{batch.pk}.csv", ["row", "column", "reason", *columns], lines())


def _columns(batch: Batch) -> list[str]:
    """Returns every header that a waiting row has a cell under, in the order of the file's layout."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct jsonb_object_keys(cells) from incidents_parked where batch_id = %s and mended_at is null",
            [batch.pk],
        )
        found = {row[0] for row in cursor.fetchall()}
    known = [name for name in headers(batch.kind, batch.map) if name in found]
    return [*dict.fromkeys(known), *sorted(found - set(known))]


@require_POST
@require(*access.DOERS)
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries all rows of a table again, as after the roster was mended."""
    batch = get_object_or_404(Batch, pk=pk, kind__in=MENDED)
    done = try_rows(batch.kind, actor=viewer(request).actor, batch=batch.pk)
    messages.success(request, f"{done.tried} tried again: {done.taken} went in, {done.parked} still wait.")
    return redirect("evidence:table", pk)


@never_cache
@require_safe
@require(*access.READERS)
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row that waits, cell by cell."""
    return _row(request, get_object_or_404(Parked.objects.select_related("batch"), pk=pk))


@require_POST
@require(*access.DOERS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a row other cells and tries it."""
    parked = get_object_or_404(Parked.objects.select_related("batch"), pk=pk, batch__kind__in=MENDED)
    cells = {name: request.POST[f"cell-{n}"] for n, name in enumerate(parked.cells) if f"cell-{n}" in request.POST}
    try:
        went_in = correct_and_try(parked, cells, actor=viewer(request).actor)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("evidence:table", parked.batch_id)
    if went_in:
        messages.success(request, f"Row {parked.row} went in.")
        return redirect("evidence:table", parked.batch_id)
    parked.refresh_from_db()
    return _row(request, parked, f"It still doesn't fit: {parked.reason}", 422)


@require_POST
@require(*access.DOERS)
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets a row aside with a reason."""
    parked = get_object_or_404(Parked.objects.select_related("batch"), pk=pk)
    try:
        set_aside(parked, request.POST.get("reason", ""), actor=viewer(request).actor)
    except Refused as refused:
        return _row(request, parked, str(refused), 422)
    messages.success(request, f"Row {parked.row} is set aside. It stays readable here.")
    return redirect("evidence:table", parked.batch_id)


def _row(request: HttpRequest, parked: Parked, problem: str = "", status: int = 200) -> HttpResponse:
    if parked.mended_at is not None and not parked.set_aside:
        raise Http404
    order = {name: n for n, name in enumerate(headers(parked.batch.kind, parked.batch.map))}
    context = {
        "parked": parked,
        "cells": sorted(
            ((n, name, text, name == parked.column) for n, (name, text) in enumerate(parked.cells.items())),
            key=lambda cell: order.get(cell[1], len(order)),
        ),
        "problem": problem,
        "does": holds(request.user, *access.DOERS) and parked.mended_at is None,
        "mendable": parked.batch.kind in MENDED,
    }
    return render(request, "evidence/feeds/row.html", context, status=status)


@require_POST
@require(*access.KEYS)
def new_key(request: HttpRequest) -> HttpResponse:
    """Makes a key for a program; its secret is shown on the next page, this once."""
    try:
        key, secret = make_key(request.POST.get("name", ""), actor=viewer(request).actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        request.session["feed_secret"] = secret
        messages.success(request, f"The key of {key.name} is made. Copy it now: it is not shown again.")
    return redirect("evidence:tables")


@require_POST
@require(*access.KEYS)
def end_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Revokes a key at once."""
    key = get_object_or_404(FeedKey, pk=pk)
    revoke_key(key, actor=viewer(request).actor)
    messages.success(request, f"The key of {key.name} counts no more.")
    return redirect("evidence:tables")
