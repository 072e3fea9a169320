"""One event: what happened, the public leaf, the proof, the receipt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.custody import access
from plainview.base.custody.history import describe, facts_of, title
from plainview.base.custody.models import Event
from plainview.base.custody.reading import note_event
from plainview.base.custody.receipts import NotInLog, Proof, proof_of, receipt
from plainview.ledger.event import read_leaf
from plainview.ledger.merkle import leaf_hash


@never_cache
@require_safe
def event(request: HttpRequest, id: UUID) -> HttpResponse:
    """One event: what happened, the public leaf, the proof, and the private facts for whom the item's rule lets in."""
    account, found = access.reader(request), _event(id)
    refused = note_event(account, found) if access.may_read(account, found.item) else "closed"
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
    with_body = access.may_read(account, found.item) and not note_event(account, found)
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
