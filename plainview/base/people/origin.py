"""Where an act came from, as history keeps it (CJIS AU-3): address, browser, session."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from plainview.ledger.canonical import Json

Origin = Mapping[str, Json]
AGENT_LIMIT = 300  # characters


def origin(request: HttpRequest) -> Origin:
    """Returns the facts of the request that say where an act came from. The session stands there as a digest."""
    key = getattr(request, "session", None) and request.session.session_key
    return {
        "address": _address(request),
        "browser": request.META.get("HTTP_USER_AGENT", "")[:AGENT_LIMIT],
        "session": sha256(key.encode()).hexdigest()[:16] if key else None,
    }


def _address(request: HttpRequest) -> str | None:
    if "REMOTE_ADDR" not in request.META:
        return None  # behind a socket, or no web at all
    address: str = get_adapter(request).get_client_ip(request)
    return address
