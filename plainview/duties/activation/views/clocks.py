"""Cameras whose clocks seem off, and those that a person confirmed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import require, viewer
from plainview.base.people.lookup import names_of
from plainview.duties.activation import access
from plainview.duties.activation.clocks import Refused, confirm, estimates, withdraw
from plainview.duties.activation.models import Drift
from plainview.holdings.fleet.models import Camera


@never_cache
@require_safe
@require(*access.CLOCKS)
def clocks(request: HttpRequest) -> HttpResponse:
    """What is estimated, and what is confirmed."""
    confirmed = list(Drift.objects.select_related("camera").order_by("-confirmed_at")[:200])
    context = {
        "estimates": estimates(),
        "confirmed": [(d, name) for d, name in zip(confirmed, _names(confirmed), strict=True)],
        "may": access.may_confirm_clocks(viewer(request)),
    }
    return render(request, "activation/clocks.html", context)


def _names(confirmed: list[Drift]) -> list[str]:
    names = names_of(d.confirmed_by for d in confirmed)
    return [names[d.confirmed_by] for d in confirmed]


@require_POST
@require(*access.CLOCKS)
def confirm_clock(request: HttpRequest, serial: str) -> HttpResponse:
    """Confirms what is estimated of a camera, for the days that the person names."""
    account = viewer(request)
    if not access.may_confirm_clocks(account):
        raise Http404
    camera = get_object_or_404(Camera, serial=serial)
    try:
        first = _midnight(request.POST.get("from", ""))
        last = _midnight(request.POST["to"], 1) if request.POST.get("to") else None
        seconds = _seconds(request.POST.get("seconds", ""))
        confirm(camera, seconds, first, last, request.POST.get("basis", ""), actor=account.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"Confirmed for {camera.serial}. The next audit counts with it; the recordings' own times stay."
        )
    return redirect("activation:clocks")


@require_POST
@require(*access.CLOCKS)
def withdraw_clock(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a confirmation back."""
    account = viewer(request)
    if not access.may_confirm_clocks(account):
        raise Http404
    try:
        withdraw(get_object_or_404(Drift, pk=pk), actor=account.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Withdrawn. The next audit takes the camera's own times again.")
    return redirect("activation:clocks")


def _midnight(text: str, more: int = 0) -> datetime:
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise Refused("Give the first day, as 2026-11-26.") from None
    return datetime.combine(day + timedelta(days=more), time.min, ZoneInfo(settings.TIME_ZONE))


def _seconds(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused("Give whole seconds.") from None
