"""Marking a private place on a recording, and taking a mark back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from plainview.holdings.evidence.actions.places import Said, mark_place, withdraw_place
from plainview.holdings.evidence.models import PrivatePlace, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.views.found import edited, who


@require_POST
def mark(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Marks a private place; times are typed as they stand on the player: minutes and seconds into the recording."""
    account, held = who(request)
    recording = edited(held, recording_id)
    try:
        mark_place(recording.pk, _said(request, recording), actor=account.actor)
        messages.success(request, "Marked as a private place: a nonpublic location for whoever handles it later.")
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(recording.pk)


@require_POST
def withdraw(request: HttpRequest, recording_id: UUID, place_id: int) -> HttpResponse:
    """Takes a mark back."""
    account, held = who(request)
    recording = edited(held, recording_id)
    place = get_object_or_404(PrivatePlace, pk=place_id, recording=recording)
    try:
        withdraw_place(place.pk, request.POST.get("reason", ""), actor=account.actor)
        messages.success(request, "The mark is taken back. It stays in the history.")
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(recording.pk)


def _said(request: HttpRequest, recording: Recording) -> Said:
    given = {name: request.POST.get(name, "").strip() for name in ("disclosed", "objected", "decision", "note")}
    if {given["disclosed"], given["objected"]} - {"yes", "no"}:
        raise Refused("Say whether the camera was disclosed, and whether a resident objected.")
    return Said(
        disclosed=given["disclosed"] == "yes",
        objected=given["objected"] == "yes",
        decision=given["decision"],
        said_at=_moment(request.POST.get("said_at", ""), recording),
        began=_moment(request.POST.get("began", ""), recording),
        ended=_moment(request.POST.get("ended", ""), recording),
        note=given["note"],
    )


def _moment(text: str, recording: Recording) -> datetime | None:
    """Returns a moment of the recording, typed as 1:02:03 or 12:30 from its beginning. Raises Refused."""
    text = text.strip()
    if not text:
        return None
    parts = text.split(":")
    if not 1 < len(parts) <= 3 or not all(part.isdecimal() and len(part) < 5 for part in parts):
        raise Refused(f"“{text[:20]}” is not a time in the recording. Write it as on the player: 12:30 or 1:02:03.")
    if recording.start is None:
        raise Refused("When this recording began is not known: mark the whole of it.")
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return recording.start + timedelta(seconds=seconds)


def _back(recording_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('evidence:recording', args=[recording_id])}#places")
