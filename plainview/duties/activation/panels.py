"""What this room shows on pages of lower rooms. `site` puts it into their slots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from plainview.base.people.access import viewer
from plainview.duties.activation import access
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Call

MOST = 50


def on_recording(request: HttpRequest, recording: Recording) -> str:
    """Returns the dispatches that a recording matched, and what else was found of it."""
    account = viewer(request)
    field = "in_car__contains" if recording.kind == "in-car" else "recordings__contains"
    found = access.findings(account).filter(**{field: [recording.pk]})
    if recording.officer_id and recording.kind != "in-car":
        found = found.filter(officer=recording.officer_id)  # by its index; others can't have matched it
    elif recording.start:
        day = recording.start.date()
        found = found.filter(day__gte=day - timedelta(days=2), day__lte=day + timedelta(days=2))
    others = access.others(account).filter(recording=recording.pk)
    return _panel(request, list(found.select_related("dispatch__call").order_by("begin")[:MOST]), list(others))


def on_call(request: HttpRequest, call: Call) -> str:
    """Returns what audits found of the dispatches of a call."""
    account = viewer(request)
    found = access.findings(account).filter(dispatch__call=call).select_related("dispatch__call", "officer")
    others = access.others(account).filter(dispatch__call=call)
    return _panel(request, list(found.order_by("begin")[:MOST]), list(others[:MOST]))


def _panel(request: HttpRequest, found: list[Any], others: list[Any]) -> str:
    if not found and not others:
        return ""
    return render_to_string("activation/panel.html", {"found": found, "others": others}, request)
