"""Door: uploads over HTTP that survive lost connections and restarts (tus 1.0.0), in a plain WSGI view.

The answer to the last PATCH comes when the file is durable, read back, registered and in the log; a client that lost
that answer asks `…/state`. Upload-Offset only ever counts what is durable. Until then nothing is acknowledged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date

from plainview.base.custody.guard import LogBroken
from plainview.base.people.models import Account
from plainview.base.storage.errors import Busy, NoRoom, StorageError
from plainview.holdings.ingest import access, lease
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.patience import DatabaseAwayError
from plainview.holdings.ingest.sources import protocol, uploads
from plainview.holdings.ingest.sources.body import Body
from plainview.holdings.ingest.sources.protocol import ProtocolError

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest, Arrival], HttpResponse]


def answer(request: HttpRequest, upload: UUID | None = None) -> HttpResponse:
    """Answers one request of the protocol, for an account that may upload."""
    method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
    try:
        response = _options() if method == "OPTIONS" else _checked(request, method, upload)
    except ProtocolError as problem:
        response = _refusal(problem.status, str(problem))
    except (lease.LeaseLostError, Busy):
        response = _refusal(423, "Another request works on this upload. Try again in a minute.")
    except NoRoom as problem:
        response = _refusal(507, f"The server's disk is full: {problem}.")
    except (StorageError, DatabaseAwayError, OperationalError, InterfaceError, LogBroken, OSError) as problem:
        log.error("an upload was stopped: %s", problem)
        response = _refusal(503, "The server can't store anything now. What was received is kept; try again later.")
    response["Tus-Resumable"] = protocol.VERSION
    response["Cache-Control"] = "no-store"
    return response


def _checked(request: HttpRequest, method: str, upload: UUID | None) -> HttpResponse:
    if request.headers.get("Tus-Resumable") != protocol.VERSION:
        response = _refusal(412, f"This server speaks tus {protocol.VERSION}.")
        response["Tus-Version"] = protocol.VERSION
        return response
    if upload is None:
        if method != "POST":
            raise ProtocolError(405, "Uploads are created with POST.")
        return _create(request)
    handlers: dict[str, Handler] = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}
    if method not in handlers:
        raise ProtocolError(405, "An upload knows HEAD, PATCH and DELETE.")
    arrival = access.own_uploads(_account(request)).filter(pk=upload).first()
    if arrival is None:
        raise ProtocolError(404, "There is no such upload of yours.")
    return handlers[method](request, arrival)


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = protocol.VERSION
    response["Tus-Extension"] = protocol.EXTENSIONS
    response["Tus-Max-Size"] = str(uploads.limit())
    response["Tus-Checksum-Algorithm"] = ",".join(protocol.ALGORITHMS)
    return response


def _create(request: HttpRequest) -> HttpResponse:
    size = protocol.length(request.headers.get("Upload-Length"))
    said = protocol.metadata(request.headers.get("Upload-Metadata", ""))
    with_body = request.headers.get("Content-Type") == protocol.BODY
    checksum = protocol.checksum(request.headers.get("Upload-Checksum")) if with_body else None
    arrival = uploads.create(_account(request), size, said)
    if with_body or size == 0:
        uploads.go_on(arrival, 0, Body(request, checksum), checksum)
    else:
        lease.give_back(arrival)
    response = _state_of(arrival, HttpResponse(status=201))
    response["Location"] = reverse("ingest:tus_upload", args=[arrival.pk])
    return response


def _head(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    _require_alive(arrival)
    if arrival.state == Arrival.State.RECEIVING and not lease.is_free(arrival):
        raise lease.LeaseLostError  # its offset is about to change
    response = _state_of(arrival, HttpResponse(status=200))
    response["Upload-Length"] = str(arrival.size)
    return response


def _patch(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    if request.headers.get("Content-Type") != protocol.BODY:
        raise ProtocolError(415, f"The content type of a PATCH is {protocol.BODY}.")
    offset = protocol.offset(request.headers.get("Upload-Offset"))
    checksum = protocol.checksum(request.headers.get("Upload-Checksum"))
    _require_alive(arrival)
    if arrival.state == Arrival.State.RECEIVING:
        arrival = uploads.resume(arrival, offset, Body(request, checksum), checksum)
    elif offset != arrival.size:
        raise ProtocolError(409, f"All {arrival.size} bytes are here.")
    if arrival.state != Arrival.State.RECEIVING and not uploads.acknowledge(arrival):
        raise ProtocolError(503, "All bytes are stored, but not in the log yet. Ask again in a minute.")
    return _state_of(arrival, HttpResponse(status=204))


def _delete(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    _require_alive(arrival)
    if arrival.state != Arrival.State.RECEIVING:
        raise ProtocolError(403, "The file is evidence now; nobody discards it here.")
    uploads.discard(arrival, _account(request))
    return HttpResponse(status=204)


def _require_alive(arrival: Arrival) -> None:
    if arrival.state == Arrival.State.FAILED or uploads.is_expired(arrival):
        raise ProtocolError(410, f"This upload has ended. {arrival.reason}".strip())


def _state_of(arrival: Arrival, response: HttpResponse) -> HttpResponse:
    ended = arrival.state != Arrival.State.RECEIVING
    response["Upload-Offset"] = str(arrival.size if ended else arrival.offset)
    if not ended and arrival.expires_at:
        response["Upload-Expires"] = http_date(arrival.expires_at.timestamp())
    return response


def _refusal(status: int, message: str) -> HttpResponse:
    response = HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    if status in (423, 503):
        response["Retry-After"] = "5"
    return response


def _account(request: HttpRequest) -> Account:
    return cast(Account, request.user)
