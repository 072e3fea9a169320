"""Pages of this room: upload, arrivals, receipts; and the doors' addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from plainview.base.people.access import require
from plainview.base.people.models import Account
from plainview.holdings.evidence.access import visible
from plainview.holdings.ingest import access, carried, listing
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources import tus, uploads


@require(*access.UPLOADERS)
@require_safe
def upload(request: HttpRequest) -> HttpResponse:
    """The page on which people bring files in."""
    account = cast(Account, request.user)
    cameras = carried.my_cameras(account)
    return render(
        request,
        "ingest/upload.html",
        {
            "cameras": cameras,
            "my_camera": cameras[0].serial if len(cameras) == 1 else "",
            "limit": uploads.limit(),
            "keep_days": uploads.days_kept(),
            "unfinished": listing.rows(listing.unfinished(account), account),
            "recent": listing.rows(listing.recent(account), account),
        },
    )


@require(*access.READERS)
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """Everything that came to any door, newest first."""
    account = cast(Account, request.user)
    filters = listing.Filters.read(request.GET)
    page = listing.page(filters)
    context: dict[str, Any] = {
        "filters": filters,
        "rows": listing.rows(page.arrivals, account),
        "older": filters.at(page.older) if page.older else "",
        "states": Arrival.State.choices,
        "doors": listing.DOORS,
    }
    return render(request, "ingest/arrivals.html", context)


@require_safe
def receipt(request: HttpRequest, arrival: UUID) -> HttpResponseBase:
    """The receipt as a file, for whoever may see the recording or brought the file."""
    found = access.with_receipt(cast(Account, request.user)).filter(pk=arrival).first()
    if found is None:
        raise Http404
    try:
        content = (Path(settings.DATA) / found.receipt).open("rb")
    except FileNotFoundError:
        raise Http404("The receipt is not on the disk any more. `plainview sweep` writes it again.") from None
    name = f"{arrival}.plainview-receipt.json"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/json")


def tus_create(request: HttpRequest) -> HttpResponse:
    """Door of the tus protocol: creates uploads."""
    return _door(request, None)


def tus_upload(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Door of the tus protocol: one upload."""
    return _door(request, upload)


def _door(request: HttpRequest, upload: UUID | None) -> HttpResponse:
    if not access.may_upload(cast(Account, request.user)):
        return HttpResponse("Only officers, supervisors and technicians bring files in.", status=403)
    return tus.answer(request, upload)


@require_GET
def upload_state(request: HttpRequest, upload: UUID) -> JsonResponse:
    """What became of one's own upload: asked by the page until it has ended."""
    account = cast(Account, request.user)
    found = access.own_uploads(account).select_related("file__object", "file__recording").filter(pk=upload).first()
    if found is None:
        raise Http404
    return JsonResponse(_told(found, account))


upload_state.passive = True  # type: ignore[attr-defined]  # a page that waits is nobody at the keyboard


def _told(arrival: Arrival, account: Account) -> dict[str, Any]:
    """The state of an upload; one that is registered but has no receipt yet is still being checked."""
    failed = arrival.state == Arrival.State.FAILED
    ended = failed or bool(arrival.receipt)
    file = arrival.file if ended else None
    seen = file is not None and visible(account).filter(pk=file.recording_id).exists()
    return {
        "state": arrival.state if ended else Arrival.State.RECEIVING,
        "label": arrival.get_state_display() if ended else "Being checked",
        "reason": arrival.reason,
        "offset": arrival.offset,
        "size": arrival.size,
        "sha256": bytes(file.object.sha256).hex() if file else None,
        "recording": reverse("evidence:recording", args=[file.recording_id]) if file and seen else None,
        "receipt": reverse("ingest:receipt", args=[arrival.pk]) if ended and not failed else None,
    }
