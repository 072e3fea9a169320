"""What this room shows on pages of lower rooms. `site` puts it into their slots."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string

from plainview.base.people.access import viewer
from plainview.base.people.models import Account
from plainview.duties.activation import access
from plainview.duties.activation.models import Finding, OtherFinding
from plainview.holdings.evidence import access as evidence
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
    listed = list(found.select_related("dispatch__call").order_by("begin")[:MOST])
    return _panel(request, listed, list(others), _same_event(account, recording, listed))


def _same_event(account: Account, recording: Recording, found: list[Finding]) -> list[Recording]:
    """What other cameras recorded of the same calls, of officers and cars alike, as far as the account may see it."""
    calls = {each.dispatch.call_id for each in found}
    ids = {
        pk
        for own, car in Finding.objects.filter(dispatch__call__in=calls).values_list("recordings", "in_car")
        for pk in (*own, *car)
    } - {recording.pk}
    seen = evidence.visible(account).filter(pk__in=ids).select_related("officer", "vehicle")
    return list(seen.order_by("listed_at", "pk")[:MOST])


def on_call(request: HttpRequest, call: Call) -> str:
    """Returns what audits found of the dispatches of a call."""
    account = viewer(request)
    found = access.findings(account).filter(dispatch__call=call).select_related("dispatch__call", "officer")
    others = access.others(account).filter(dispatch__call=call)
    return _panel(request, list(found.order_by("begin")[:MOST]), list(others[:MOST]), [])


def _panel(request: HttpRequest, found: list[Finding], others: list[OtherFinding], event: list[Recording]) -> str:
    if not found and not others:
        return ""
    context = {"found": found, "others": others, "event": event}
    return render_to_string("activation/panel.html", context, request)
