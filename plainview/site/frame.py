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
FIGURES = frozenset({Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.SUPERVISOR, Role.TECHNICIAN})
BOOKS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.TECHNICIAN})
DISPOSALS = frozenset({Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.TECHNICIAN})


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, as one account sees it."""

    name: str
    path: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Group:
    """Places that stand under one word; one place alone needs no word."""

    name: str
    places: list[Place]

    @property
    def alone(self) -> Place | None:
        """The only place of the group."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def current(self) -> bool:
        """Whether we are in one of its places."""
        return any(place.current for place in self.places)


# group, name, address, who finds it in the navigation. Who may enter is decided by the room, not here.
PLACES: list[tuple[str, str, str, frozenset[Role]]] = [
    ("Footage", "Recordings", "evidence:list", FOOTAGE),
    ("Footage", "Upload", "ingest:upload", frozenset({Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN})),
    ("Footage", "Quarantine", "evidence:quarantine", frozenset({Role.TECHNICIAN})),
    ("Footage", "Arrivals", "ingest:arrivals", frozenset({Role.TECHNICIAN})),
    ("Camera on?", "My calls", "activation:mine", frozenset({Role.OFFICER})),
    ("Camera on?", "The week", "activation:week", frozenset({Role.COMMANDER, Role.SUPERVISOR})),
    ("Camera on?", "Figures", "activation:overview", FIGURES),
    ("Camera on?", "Sample", "activation:sample", frozenset({Role.AUDITOR})),
    ("Camera on?", "Clocks", "activation:clocks", frozenset({Role.TECHNICIAN})),
    ("Review", "Reviews", "review:queue", frozenset({Role.COMMANDER, Role.OFFICER, Role.SUPERVISOR})),
    ("Review", "What they came to", "review:overview", FIGURES - {Role.TECHNICIAN}),
    ("Cases", "Calls", "evidence:calls", FOOTAGE),
    ("Cases", "Matters", "matters:list", FOOTAGE - {Role.OFFICER}),
    ("Cases", "Without a class", "evidence:untagged", FOOTAGE - {Role.DETECTIVE}),
    ("Cases", "Second person", "evidence:second", FOOTAGE - {Role.OFFICER}),
    ("Cases", "What is going", "retention:overview", FOOTAGE - {Role.DETECTIVE, Role.OFFICER} | {Role.BOARD}),
    ("Cases", "Destruction", "disposal:batches", DISPOSALS),
    ("Department", "People", "people:people", frozenset({Role.ADMINISTRATOR})),
    ("Department", "Fleet", "fleet:cameras", frozenset({Role.ADMINISTRATOR, Role.TECHNICIAN})),
    ("Department", "Tables", "evidence:tables", frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.TECHNICIAN})),
    ("Department", "Policy", "policy:in_force", EVERYONE),
    ("Department", "Books", "books:books", BOOKS),
    ("Department", "Log", "custody:log", EVERYONE),
    ("Inbox", "Inbox", "notices:inbox", EVERYONE),
]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Returns the template variables of `frame.html`."""
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "demo": settings.DEMO,
        "idle_seconds": settings.IDLE_LOCK_SECONDS,
        "navigation": groups(navigation_of(request)),
        "zone": settings.TIME_ZONE,
    }


def navigation(request: HttpRequest) -> list[Place]:
    """Returns the entries that the account's roles call for."""
    return [place for _, place in navigation_of(request)]


def navigation_of(request: HttpRequest) -> list[tuple[str, Place]]:
    """Returns each entry with the name of its group, in the order of PLACES."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    held = user.roles
    found = [
        (group, name, path, address)
        for group, name, address, roles in PLACES
        if roles & held and (path := _path(address))
    ]
    # "/ingest/arrivals/" lies below "/ingest/": the longest that fits is where we are
    here = max((path for _, _, path, _ in found if request.path.startswith(path)), key=len, default="")
    return [(group, Place(name, path, path == here, _count(user, address))) for group, name, path, address in found]


def groups(places: list[tuple[str, Place]]) -> list[Group]:
    """Returns the entries group by group."""
    names = dict.fromkeys(group for group, _ in places)
    return [Group(name, [place for group, place in places if group == name]) for name in names]


def _path(address: str) -> str:
    try:
        return reverse(address)
    except NoReverseMatch:
        return ""


def _count(user: Any, address: str) -> int:
    if address != "notices:inbox":
        return 0
    return int(user.notices.filter(read_at__isnull=True, done_at__isnull=True).count())
