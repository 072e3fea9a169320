"""Feeds for programs: a CAD or a vendor's cloud hands in its table several times a day, with a key of its own.

    POST /api/feeds/calls?map=nopd&zone=America/Chicago      the body is the CSV file; X-File-Name names it
    GET  /api/feeds/tables/HANDLE                            what became of it, and the rows that wait

The answer 202 comes when the table is on disk, read back and in history, not before. The same table twice does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import NinjaAPI, Schema, Status
from ninja.security import HttpBearer

from plainview.holdings.evidence.feeds.actions import Refused, hand_in, take
from plainview.holdings.evidence.feeds.keeping import NotWhole, TooLarge
from plainview.holdings.evidence.feeds.keys import key_of
from plainview.holdings.evidence.feeds.models import FeedKey, HandedIn
from plainview.holdings.incidents.models import Parked

BLOCK = 1 << 20
MOST_ROWS = 500


class Key(HttpBearer):
    """Authorization: Bearer, then the key's secret."""

    def authenticate(self, request: HttpRequest, token: str) -> FeedKey | None:
        """Returns the key, if it counts."""
        return key_of(token)


class RoomAPI(NinjaAPI):
    """An API whose addresses lie inside the room's own namespace."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return reverse("evidence:feeds_api:api-root")


api = RoomAPI(
    title="Plainview feeds", version="1", urls_namespace="feeds_api", docs_url=None, openapi_url="/openapi.json",
    auth=Key(),
)  # fmt: skip


class Row(Schema):
    """A row that waits to be mended, and why."""

    row: int
    column: str
    reason: str


class Table(Schema):
    """A table and what became of it."""

    handle: str
    kind: str
    name: str
    sha256: str
    bytes: int
    state: str  # waiting, running, done, refused, failed
    says: str
    came_at: datetime
    ended_at: datetime | None
    rows: int | None
    taken: int | None
    changed: int | None
    unchanged: int | None
    parked: int | None
    waiting: list[Row]  # the first of those that wait now
    status: str  # where to ask again


class Problem(Schema):
    """What is wrong, and what to do."""

    detail: str


@api.post("/{kind}", response={200: Table, 202: Table, 400: Problem, 413: Problem, 422: Table, 500: Problem})
def hand(request: HttpRequest, kind: str, map: str = "", zone: str = "", wait: bool = False) -> Any:
    """Takes a table in. With `wait` the answer comes when it is taken (200) or refused (422)."""
    key: FeedKey = request.auth  # type: ignore[attr-defined]
    name = request.headers.get("X-File-Name", f"{kind}.csv")
    try:
        handed = hand_in(kind, name, map, zone, _blocks(request), actor=key.actor)
    except Refused as refused:
        return Status(400, {"detail": str(refused)})
    except TooLarge as refused:
        return Status(413, {"detail": str(refused)})
    except NotWhole as fault:
        return Status(500, {"detail": f"{fault}. Send it again."})
    if not wait:
        return Status(202, _told(handed))
    handed = take(handed.pk)
    if handed.state == HandedIn.State.DONE:
        return Status(200, _told(handed))
    return Status(422 if handed.state == HandedIn.State.REFUSED else 202, _told(handed))


@api.get("/tables/{handle}", response={200: Table, 404: Problem}, url_name="table")
def table(request: HttpRequest, handle: str) -> Any:
    """What became of a table that this key handed in."""
    key: FeedKey = request.auth  # type: ignore[attr-defined]
    handed = HandedIn.objects.filter(handle=handle, actor=key.actor).select_related("batch").first()
    return Status(200, _told(handed)) if handed else Status(404, {"detail": "Not Found"})


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _told(handed: HandedIn) -> dict[str, Any]:
    batch = handed.batch
    waiting = Parked.objects.filter(batch=batch, mended_at=None).order_by("pk")[:MOST_ROWS] if batch else ()
    counts = {
        name: getattr(batch, name) if batch else None for name in ("rows", "taken", "changed", "unchanged", "parked")
    }
    return {
        "handle": handed.handle,
        "kind": handed.kind,
        "name": handed.name,
        "sha256": bytes(handed.sha256).hex(),
        "bytes": handed.size,
        "state": handed.state,
        "says": handed.says,
        "came_at": handed.came_at,
        "ended_at": handed.ended_at,
        **counts,
        "waiting": [{"row": each.row, "column": each.column, "reason": each.reason} for each in waiting],
        "status": reverse("evidence:feeds_api:table", args=[handed.handle]),
    }


def addresses() -> Any:
    """Returns the addresses. A program has no session: it is let through to the key, which each of them asks for."""
    found = api.urls
    for each in found[0]:
        callback: Any = getattr(each, "callback", None)
        if callback is not None:
            callback.public = True
    return found
