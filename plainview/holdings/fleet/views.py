"""The fleet: every camera with who carries it now, and one camera with all who carried it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response
from plainview.base.people.origin import origin
from plainview.base.people.paging import page_of
from plainview.base.people.roles import Role
from plainview.base.people.story import recent_events
from plainview.holdings.fleet.access import MANAGERS, READERS
from plainview.holdings.fleet.actions import Refused, end_fault, report_fault
from plainview.holdings.fleet.actions.exports import note_export
from plainview.holdings.fleet.forms import EndForm, FaultForm
from plainview.holdings.fleet.lookup import carrying
from plainview.holdings.fleet.models import Camera, CameraKind, Carry
from plainview.holdings.fleet.rules.rows import COLUMNS

STATES = {"carried": "Carried now", "free": "Nobody carries it"}


@require_safe
@require(*READERS)
def cameras(request: HttpRequest) -> HttpResponse:
    """Lists the cameras."""
    page = page_of(found(request), "serial", request)
    context = {
        "page": page,
        "rows": with_carries(page.rows),
        "kinds": CameraKind.choices,
        "states": STATES.items(),
        "asked": {name: request.GET.get(name, "") for name in ("q", "kind", "state")},
    }
    return render(request, "fleet/cameras.html", context)


def found(request: HttpRequest) -> QuerySet[Camera]:
    """Returns the cameras that the request's filters let through."""
    now = carrying(timezone.now()).filter(camera=OuterRef("pk")).order_by("-began").values("pk")[:1]
    rows = Camera.objects.annotate(carry=Subquery(now))
    text, kind, state = (request.GET.get(name, "").strip() for name in ("q", "kind", "state"))
    if text:
        rows = rows.filter(Q(serial__icontains=text) | Q(carry__in=_by_carrier(text)) | _made_by(text))
    if kind in CameraKind.values:
        rows = rows.filter(kind=kind)
    if state in STATES:
        rows = rows.filter(carry__isnull=state == "free")
    return rows


def _by_carrier(text: str) -> QuerySet[Any]:
    named = Q(officer__badge=text) | Q(officer__name__icontains=text) | Q(vehicle__name__icontains=text)
    return carrying(timezone.now()).filter(named).values("pk")


def _made_by(text: str) -> Q:
    return Q(maker__icontains=text) | Q(model__icontains=text)


def with_carries(rows: Sequence[Camera]) -> list[tuple[Camera, Carry | None]]:
    """Returns each camera with its carry under way. One query."""
    wanted = [camera.carry for camera in rows]  # type: ignore[attr-defined]  # what `found` adds
    now = Carry.objects.select_related("officer", "vehicle").in_bulk([pk for pk in wanted if pk])
    return [(camera, now.get(pk)) for camera, pk in zip(rows, wanted, strict=True)]


@require_safe
@require(*READERS)
def camera(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one camera: what it is, who carried it when, its faults, and its history."""
    return camera_page(request, get_object_or_404(Camera, pk=pk))


def camera_page(request: HttpRequest, shown: Camera, form: forms.Form | None = None) -> HttpResponse:
    """Returns the camera's page, with a form that was refused where there is one."""
    now = timezone.now()
    faults = list(shown.faults.order_by("-began"))
    usual = EndForm() if faults and faults[0].ended is None else FaultForm()
    carries = list(shown.carries.select_related("officer", "vehicle").order_by("-began"))
    context = {
        "camera": shown,
        "carries": carries,
        "current": next((c for c in carries if c.began <= now and (c.ended is None or c.ended > now)), None),
        "faults": faults,
        "broken": bool(faults) and faults[0].ended is None,
        "form": (form or usual) if holds(request.user, *MANAGERS) else None,
        "events": recent_events(shown.handle),
        "sees_footage": holds(request.user, Role.AUDITOR, Role.SUPERVISOR, Role.TECHNICIAN),
    }
    return render(request, "fleet/camera.html", context, status=422 if form else 200)


@require_POST
@require(*MANAGERS)
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes down that the camera does not work, or that it works again: whichever is next."""
    shown = get_object_or_404(Camera, pk=pk)
    standing = shown.faults.filter(ended=None).first()
    form: forms.Form = EndForm(request.POST) if standing else FaultForm(request.POST)
    if form.is_valid():
        try:
            if standing:
                end_fault(standing, form.cleaned_data["ended"], actor=viewer(request).actor)
            else:
                report_fault(shown, **form.cleaned_data, actor=viewer(request).actor)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "It works again." if standing else "The fault is written down.")
            return redirect("fleet:camera", pk)
    return camera_page(request, shown, form)


@require_safe
@require(*READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Hands out the fleet list as the import reads it, one row a carry."""
    rows = [_line(camera, carry) for camera, carry in _pairs()]
    note_export(viewer(request), len(rows), origin(request))
    return csv_response("fleet.csv", COLUMNS, rows)


def _pairs() -> list[tuple[Camera, Carry | None]]:
    """Every camera with each of its carries; one that nobody ever carried stands there once. Two queries."""
    carries: dict[int, list[Carry | None]] = defaultdict(list)
    for carry in Carry.objects.select_related("officer", "vehicle").order_by("began"):
        carries[carry.camera_id].append(carry)
    every = Camera.objects.order_by("serial")
    none: list[Carry | None] = [None]
    return [(camera, carry) for camera in every for carry in carries.get(camera.pk) or none]


def _line(camera: Camera, carry: Carry | None) -> list[object]:
    device = [camera.serial, camera.kind, camera.maker, camera.model]
    if carry is None:
        return [*device, "", "", "", ""]
    badge, vehicle = carry.officer and carry.officer.badge, carry.vehicle and carry.vehicle.name
    return [*device, badge, vehicle, carry.began.isoformat(), carry.ended and carry.ended.isoformat()]
