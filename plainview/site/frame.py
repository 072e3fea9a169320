"""What every page's frame shows: the navigation, in which mode this installation runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from plainview.base.people.roles import Role

EVERYONE = frozenset(Role)
FOOTAGE = frozenset({Role.AUDITOR, Role.COMMANDER, Role.DETECTIVE, Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN})


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, as one account sees it."""

    name: str
    path: str
    current: bool
    count: int = 0


# name, address, who finds it in the navigation. Who may enter is decided by the room, not here.
PLACES: list[tuple[str, str, frozenset[Role]]] = [
    ("Recordings", "evidence:list", FOOTAGE),
    ("Upload", "ingest:upload", frozenset({Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN})),
    ("Quarantine", "evidence:quarantine", frozenset({Role.TECHNICIAN})),
    ("Arrivals", "ingest:arrivals", frozenset({Role.TECHNICIAN})),
    ("People", "people:people", frozenset({Role.ADMINISTRATOR})),
    ("Fleet", "fleet:cameras", frozenset({Role.ADMINISTRATOR, Role.TECHNICIAN})),
    ("Policy", "policy:in_force", EVERYONE),
    ("Log", "custody:log", EVERYONE),
    ("Inbox", "notices:inbox", EVERYONE),
]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Returns the template variables of `frame.html`."""
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "demo": settings.DEMO,
        "idle_seconds": settings.IDLE_LOCK_SECONDS,
        "navigation": navigation(request),
        "zone": settings.TIME_ZONE,
    }


def navigation(request: HttpRequest) -> list[Place]:
    """Returns the entries that the account's roles call for."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    held = user.roles
    found = [(name, path, address) for name, address, roles in PLACES if roles & held and (path := _path(address))]
    # "/ingest/arrivals/" lies below "/ingest/": the longest that fits is where we are
    here = max((path for _, path, _ in found if request.path.startswith(path)), key=len, default="")
    return [Place(name, path, path == here, _count(user, address)) for name, path, address in found]


def _path(address: str) -> str:
    try:
        return reverse(address)
    except NoReverseMatch:
        return ""


def _count(user: Any, address: str) -> int:
    if address != "notices:inbox":
        return 0
    return int(user.notices.filter(read_at__isnull=True, done_at__isnull=True).count())
