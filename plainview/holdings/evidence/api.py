"""Recordings for programs: the same rule, the same history, the same words as the pages. JSON, times in UTC."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import NinjaAPI, Schema
from ninja.security import django_auth

from plainview.base.people.models import Account
from plainview.holdings.evidence import filters as asking
from plainview.holdings.evidence import showing
from plainview.holdings.evidence.actions import note_list, note_view, set_call_number, set_classes, set_title
from plainview.holdings.evidence.closing import closed
from plainview.holdings.evidence.keeping import kept_until, masked
from plainview.holdings.evidence.listing import Listing, Row
from plainview.holdings.evidence.matters.access import hidden_kinds
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.views.found import edited, reader, seen, who


class RoomAPI(NinjaAPI):
    """An API whose addresses lie inside the room's own namespace."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return reverse("evidence:api:api-root")


# Interactive documentation would need scripts from elsewhere; /api/recordings/openapi.json says the same.
api = RoomAPI(
    title="Plainview recordings",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=django_auth,
)


class Line(Schema):
    """One recording in a list."""

    id: UUID
    recording_id: str  # its number elsewhere, or ours
    badge: str | None
    officer: str | None
    unit: str | None
    camera: str | None
    kind: str
    start: datetime | None
    stop: datetime | None
    uploaded: datetime
    duration_ms: int | None
    bytes: int
    classes: list[str]
    call_number: str
    title: str
    quarantined: bool
    held_here: bool


class Lines(Schema):
    """One page of the list, newest first. `older` and `newer` are addresses of the neighbors."""

    recordings: list[Line]
    count: int
    more: bool  # than `count`; nothing is counted further
    older: str | None
    newer: str | None
    problems: list[str]


class Kept(Schema):
    """How long, why, and by which clause."""

    until: str
    sentence: str
    clauses: list[str]
    held_by: list[str]


class ClosedRecord(Schema):
    """Why it is closed to the public now."""

    sentence: str
    matters: list[str]
    clause: str
    statute: str


class FileFacts(Schema):
    """One file as it came."""

    id: UUID
    name: str
    role: str
    bytes: int
    sha256: str
    start: datetime | None
    stop: datetime | None
    playable: str
    why_not: str
    duplicate_of: UUID | None
    original: str | None  # the address of its bytes; null where they are not for this account


class One(Line):
    """One recording with its files."""

    kept: Kept
    closed: ClosedRecord | None
    files: list[FileFacts]
    open: list[str]  # why it waits for a person


class Told(Schema):
    """One event."""

    id: UUID
    at: datetime
    title: str
    sentence: str
    file: str


class Change(Schema):
    """What to set; what is left out stays."""

    classes: list[str] | None = None
    call_number: str | None = None
    title: str | None = None
    reason: str = ""


class Problem(Schema):
    """What is wrong, and what to do."""

    detail: str


@api.exception_handler(Refused)
def refused(request: HttpRequest, problem: Refused) -> Any:
    """A person or program asked for something that can't be."""
    return api.create_response(request, {"detail": str(problem)}, status=422)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, problem: Http404) -> Any:
    """Nothing is there, or not for this account: the answer is the same."""
    return api.create_response(request, {"detail": "Not Found"}, status=404)


@api.get("/", response=Lines, url_name="list")
def recordings(request: HttpRequest) -> dict[str, Any]:
    """The list; takes the same parameters as the page (officer, unit, class, camera, call, from, to, …)."""
    account, held = reader(request)
    filters, problems = asking.read(request.GET)
    page, count = Listing(held.see, filters).page_and_count(asking.cursor(request.GET))
    note_list(account, filters, len(page.rows))
    here = reverse("evidence:api:list")
    return {
        "recordings": [_line(row) for row in page.rows],
        "count": count.number,
        "more": count.more,
        "older": f"{here}{filters.query(older=str(page.older))}" if page.older else None,
        "newer": f"{here}{filters.query(newer=str(page.newer))}" if page.newer else None,
        "problems": problems,
    }


def _line(row: Row) -> dict[str, Any]:
    return {
        **row._asdict(),
        "recording_id": row.external_id or str(row.id),
        "camera": row.camera or row.serial or None,
        "bytes": row.size,
    }


@api.get("/{uuid:recording_id}", response={200: One, 404: Problem}, url_name="one")
def one(request: HttpRequest, recording_id: UUID) -> dict[str, Any]:
    """One recording. Reading it is an event, as opening its page is."""
    account, held = reader(request)
    recording = seen(held, recording_id)
    note_view(account, recording)
    return _one(recording, account, may_play=held.play.covers(recording))


def _one(recording: Recording, account: Account, *, may_play: bool) -> dict[str, Any]:
    hidden = hidden_kinds(account)
    kept, closing = masked(kept_until(recording), hidden), closed(recording, hidden)
    files = showing.files_of(recording)
    return {
        "id": recording.pk,
        "recording_id": recording.external_id or str(recording.pk),
        "badge": recording.officer.badge if recording.officer else None,
        "officer": recording.officer.name if recording.officer else None,
        "unit": recording.unit.name if recording.unit else None,
        "camera": recording.camera.serial if recording.camera else recording.serial or None,
        "kind": recording.kind,
        "start": recording.start,
        "stop": recording.stop,
        "uploaded": recording.uploaded,
        "duration_ms": recording.duration_ms,
        "bytes": recording.size,
        "classes": recording.classes,
        "call_number": recording.call_number,
        "title": recording.title,
        "quarantined": recording.quarantined,
        "held_here": recording.held_here,
        "kept": {
            "until": str(kept.until),
            "sentence": kept.sentence(),
            "clauses": sorted({reason.clause for reason in kept.governing if reason.clause}),
            "held_by": list(kept.held_by),
        },
        "closed": closing and {**asdict(closing), "sentence": closing.sentence},
        "files": [_file(recording, file, may_play=may_play) for file in files],
        "open": list(recording.quarantines.filter(resolved_at=None).order_by("pk").values_list("reason", flat=True)),
    }


def _file(recording: Recording, file: Any, *, may_play: bool) -> dict[str, Any]:
    return {
        "id": file.pk,
        "name": file.name,
        "role": file.role,
        "bytes": file.object.size,
        "sha256": bytes(file.object.sha256).hex(),
        "start": file.start,
        "stop": file.stop,
        "playable": file.playable,
        "why_not": file.why_not,
        "duplicate_of": file.duplicate_of_id,
        "original": reverse("evidence:download", args=[recording.pk, file.pk]) if may_play else None,
    }


@api.get("/{uuid:recording_id}/history", response={200: list[Told], 404: Problem}, url_name="history")
def history(request: HttpRequest, recording_id: UUID) -> list[dict[str, Any]]:
    """Everything that happened to the recording and its files, newest first."""
    account, held = reader(request)
    recording = seen(held, recording_id)
    note_view(account, recording)
    told, _ = showing.history_of(recording, showing.files_of(recording), account, most=None)
    return [
        {"id": each.id, "at": each.at, "title": each.title, "sentence": each.sentence, "file": each.of} for each in told
    ]


@api.patch("/{uuid:recording_id}", response={200: One, 404: Problem, 422: Problem}, url_name="change")
def change(request: HttpRequest, recording_id: UUID, wanted: Change) -> dict[str, Any]:
    """Sets classes, call number or title. Each change is an event with the old and the new value."""
    account, held = who(request)
    recording = edited(held, recording_id)
    with transaction.atomic():
        _set(recording, wanted, account.actor)
    recording.refresh_from_db()
    return _one(recording, account, may_play=held.play.covers(recording))


def _set(recording: Recording, wanted: Change, actor: str) -> None:
    if wanted.classes is not None:
        set_classes(recording.pk, wanted.classes, actor=actor, reason=wanted.reason[:200])
    if wanted.call_number is not None:
        set_call_number(recording.pk, wanted.call_number, actor=actor)
    if wanted.title is not None:
        set_title(recording.pk, wanted.title, actor=actor)
