"""Everything that happened to one item."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.custody import access
from plainview.base.custody.history import history
from plainview.base.custody.models import Item
from plainview.base.custody.reading import note_history
from plainview.base.custody.views.lines import line


@never_cache
@require_safe
def item(request: HttpRequest, handle: str) -> HttpResponse:
    """Everything that happened to one item, oldest first."""
    account, found = access.reader(request), get_object_or_404(Item, handle=handle)
    refused = note_history(account, found) if access.may_read(account, found) else "closed"
    events = history(handle)
    names = {} if refused else access.names_of({event.actor for event in events})
    lines = [line(each, names, with_facts=not refused) for each in events]
    return render(request, "custody/item.html", {"item": found, "lines": lines, "refused": refused})
