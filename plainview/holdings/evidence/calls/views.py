"""The list of calls, dispatch by dispatch, and the page of one call."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.access import require, viewer
from plainview.base.people.models import Account
from plainview.base.people.paging import page_of
from plainview.holdings.evidence import access as evidence
from plainview.holdings.evidence.calls import access
from plainview.holdings.evidence.matters import access as matters
from plainview.holdings.incidents.models import Call, Dispatch

MOST = 200


@never_cache
@require_safe
@require(*access.READERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Lists dispatches, those that came in last first, or those of one day, one badge, one number."""
    account = viewer(request)
    rows = access.dispatches(account)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("number", "badge", "day")}
    if asked["number"]:
        rows = rows.filter(call__number=asked["number"])
    if asked["badge"]:
        rows = rows.filter(badge=asked["badge"])
    day = _day(asked["day"])
    if day is not None:
        begin = datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))
        rows = rows.filter(begun__gte=begin, begun__lt=begin + timedelta(days=1))
    page = page_of(rows.select_related("call", "officer"), "id", request, newest_first=True)
    return render(request, "evidence/calls/list.html", {"page": page, "asked": asked})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@never_cache
@require_safe
@require(*access.READERS)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: who was sent, what it concerns, what was recorded of it as far as the account may see that."""
    account = viewer(request)
    found = Call.objects.filter(pk=pk).first()
    if found is None or not access.dispatches(account).filter(call=found).exists():
        raise Http404
    _note_read(account, found)
    recordings = evidence.visible(account).filter(call_ties__call=found).select_related("officer", "vehicle")
    sees_matters = matters.reads(account)
    context = {
        "call": found,
        "dispatches": Dispatch.objects.filter(call=found).select_related("officer").order_by("begun", "pk")[:MOST],
        "recordings": recordings.order_by("listed_at", "pk")[:MOST],
        "matters": matters.visible(account).filter(calls=found).order_by("number")[:MOST] if sees_matters else [],
        "sees_matters": sees_matters,
    }
    return render(request, "evidence/calls/call.html", context)


@transaction.atomic
def _note_read(account: Account, found: Call) -> None:
    """Looking at a call is an event of the account."""
    custody.record(Kind.INCIDENTS_CALL_READ, account.handle, actor=account.actor, facts={"call": found.number})
