"""Matters for programs: the same access and the same history as the pages. JSON; days of the department's zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import NinjaAPI, Schema
from ninja.security import django_auth

from plainview.base.people.paging import page_of
from plainview.holdings.evidence.access import reach
from plainview.holdings.evidence.matters import listing
from plainview.holdings.evidence.matters.found import note_read, reader, seen
from plainview.holdings.evidence.matters.holding import grip, holds_now
from plainview.holdings.evidence.matters.page import MOST, linked_ids
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Matter


class RoomAPI(NinjaAPI):
    """An API whose addresses lie inside the room's own namespace."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return reverse("evidence:matters_api:api-root")


api = RoomAPI(
    title="Plainview matters",
    version="1",
    urls_namespace="matters_api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=django_auth,
)


class Line(Schema):
    """One matter in a list."""

    id: int
    matter_id: str
    kind: str
    agency: str
    charge_class: str
    title: str
    status: str
    status_on: date
    reason: str
    holds: bool
    clause: str  # of the policy whose rule opened it; empty where a person or a file did
    merged_into: int | None


class Lines(Schema):
    """One page of the list, the newest first. `older` and `newer` are addresses of the neighbors."""

    matters: list[Line]
    older: str | None
    newer: str | None


class Stood(Schema):
    """Where it stood from a day on."""

    status: str
    status_on: date
    reason: str
    entered_at: datetime


class One(Line):
    """One matter with what it concerns."""

    recordings: int  # all that it concerns, also those that are not for this account
    held_by_nothing_else: int
    closed_records: int
    calls: list[str]
    recording_ids: list[UUID]  # those that the account may see, the newest first
    more: bool  # than these
    changes: list[Stood]


class Problem(Schema):
    """What is wrong, and what to do."""

    detail: str


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, problem: PermissionDenied) -> Any:
    """The account finds no matters at all."""
    return api.create_response(request, {"detail": str(problem)}, status=403)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, problem: Http404) -> Any:
    """Nothing is there, or not for this account: the answer is the same."""
    return api.create_response(request, {"detail": "Not Found"}, status=404)


@api.get("/", response={200: Lines, 403: Problem}, url_name="list")
def matters(request: HttpRequest) -> dict[str, Any]:
    """The list; takes the same parameters as the page (q, kind, status), and pages by key."""
    rows, _ = listing.found(reader(request), request.GET.dict())
    page, here = page_of(rows, "id", request, newest_first=True), reverse("evidence:matters_api:list")
    return {
        "matters": [_line(each) for each in page.rows],
        "older": f"{here}{page.older}" if page.older else None,
        "newer": f"{here}{page.newer}" if page.newer else None,
    }


@api.get("/{int:matter}", response={200: One, 403: Problem, 404: Problem}, url_name="one")
def one(request: HttpRequest, matter: int) -> dict[str, Any]:
    """One matter. Reading it is an event, as opening its page is."""
    account = reader(request)
    found = seen(account, matter)
    note_read(account, found)
    linked = reach(account).see.filter(Recording.objects.filter(pk__in=linked_ids(found)))
    ids = list(linked.order_by("-listed_at", "-pk").values_list("pk", flat=True)[: MOST + 1])
    total = grip(found)
    return {
        **_line(found),
        "recordings": total.recordings,
        "held_by_nothing_else": total.only,
        "closed_records": total.closed,
        "calls": list(found.calls.order_by("number").values_list("number", flat=True)[:MOST]),
        "recording_ids": ids[:MOST],
        "more": len(ids) > MOST,
        "changes": list(found.changes.order_by("pk").values("status", "status_on", "reason", "entered_at")),
    }


def _line(found: Matter) -> dict[str, Any]:
    names = ("id", "kind", "agency", "charge_class", "title", "status", "status_on", "reason", "clause")
    fields = {name: getattr(found, name) for name in names}
    return {**fields, "matter_id": found.number, "holds": holds_now(found), "merged_into": found.merged_into_id}
