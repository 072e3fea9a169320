"""Pages of the log: its figures, the history of an item, one event with its proof."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.custody import access, actions, guard, place
from plainview.base.custody.history import describe, facts_of, history, title
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item, Leaf
from plainview.base.custody.receipts import NotInLog, Proof, proof_of, receipt
from plainview.base.custody.standing import standing
from plainview.ledger.canonical import Json
from plainview.ledger.event import read_leaf
from plainview.ledger.merkle import leaf_hash
from plainview.ledger.tiles import ENTRIES, WIDTH, tile_path

PAGE = 25


@dataclass(frozen=True)
class Line:
    """One event in a list."""

    event: Event
    index: int | None
    title: str
    sentence: str
    who: str = ""


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


@never_cache
@require_safe
def item(request: HttpRequest, handle: str) -> HttpResponse:
    """Everything that happened to one item, oldest first."""
    account, found = access.reader(request), get_object_or_404(Item, handle=handle)
    refused = _note_history(account, found) if access.may_read(account, found) else "closed"
    events = history(handle)
    names = {} if refused else access.names_of({event.actor for event in events})
    lines = [_line(each, names, with_facts=not refused) for each in events]
    return render(request, "custody/item.html", {"item": found, "lines": lines, "refused": refused})


@never_cache
@require_safe
def event(request: HttpRequest, id: UUID) -> HttpResponse:
    """One event: what happened, the public leaf, the proof, and the private facts for whom the item's rule lets in."""
    account, found = access.reader(request), _event(id)
    refused = _note_reading(account, found) if access.may_read(account, found.item) else "closed"
    open_ = not refused
    names = access.names_of({found.actor}) if open_ else {}
    leaf = bytes(found.leaf)
    context = {
        "event": found,
        "title": title(found),
        "sentence": describe(found, names.get, with_facts=open_),
        "actor": names.get(found.actor, found.actor) if open_ else "",
        "fields": _fields(found) if open_ else [],
        "open": open_,
        "refused": refused,
        "leaf": json.dumps(json.loads(leaf), indent=1, ensure_ascii=False),
        "leaf_hash": leaf_hash(leaf).hex(),
        "facts": read_leaf(leaf),
        "proof": _proof(found),
        "neighbors": _neighbors(found),
    }
    return render(request, "custody/event.html", context)


@never_cache
@require_safe
def event_receipt(request: HttpRequest, id: UUID) -> HttpResponse:
    """The receipt as a file; with the private body only for whom the item's rule lets in."""
    account, found = access.reader(request), _event(id)
    with_body = access.may_read(account, found.item) and not _note_reading(account, found)
    try:
        return _download(receipt(found, with_body=with_body), "application/json", f"event-{id}.receipt.json")
    except NotInLog:
        raise Http404("This event is not in the log yet. Try again in a moment.") from None


@never_cache
@require_safe
def event_proof(request: HttpRequest, id: UUID) -> HttpResponse:
    """The proof as a file of its own (c2sp.org/tlog-proof)."""
    access.reader(request)
    try:
        text = proof_of(_event(id)).text()
    except NotInLog:
        raise Http404("This event is not in the log yet. Try again in a moment.") from None
    return _download(text.encode(), "text/plain; charset=utf-8", f"event-{id}.tlog-proof")


def _event(id: UUID) -> Event:
    return get_object_or_404(Event.objects.select_related("item", "place"), pk=id)


def _note_reading(account: access.Reader, found: Event) -> str:
    told = f"{title(found)}, number {found.n} of {found.item.kind} {found.item_id}"
    return _note(account, Kind.CUSTODY_EVENT_READ, {"event": str(found.pk), "item": found.item_id, "told": told})


def _note_history(account: access.Reader, found: Item) -> str:
    return _note(account, Kind.CUSTODY_HISTORY_READ, {"item": found.handle, "kind": found.kind})


def _note(account: access.Reader, kind: Kind, facts: Mapping[str, Json]) -> str:
    """Writes into the reader's own history that facts were read. Returns why they may not be, where that fails."""
    try:
        with transaction.atomic():
            if not Item.objects.filter(handle=account.handle).exists():
                actions.open_item("account", account.handle)
            actions.record(kind, account.handle, actor=account.actor, facts=facts)
    except guard.LogBroken:
        return "broken"
    return ""


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


def _line(event: Event, names: Mapping[str, str], *, with_facts: bool) -> Line:
    sentence = describe(event, names.get, with_facts=with_facts)
    return Line(event, _index(event), title(event), sentence, names.get(event.actor, ""))


def _index(event: Event) -> int | None:
    place = getattr(event, "place", None)
    return place.index if place else None


def _proof(event: Event) -> Proof | None:
    try:
        return proof_of(event)
    except NotInLog:
        return None


def _neighbors(event: Event) -> dict[str, UUID]:
    """The events before and after of the same item."""
    near = Event.objects.filter(item=event.item_id, n__in=[event.n - 1, event.n + 1]).values_list("n", "pk")
    return {"before" if n < event.n else "after": pk for n, pk in near}


def _fields(event: Event) -> Iterable[tuple[str, str]]:
    for name, value in facts_of(event).items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
        yield name.replace("_", " "), text


def _download(data: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=content_type, headers=headers)
