"""Lists of arrivals: newest first, by keyset, quick at a million rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.holdings.evidence.access import visible
from plainview.holdings.ingest import access, names
from plainview.holdings.ingest.models import Arrival, Door

PAGE = 50
RECENT = 10
DOORS = Door.choices
SHOWN = ("file__object", "file__recording")


@dataclass(frozen=True)
class Filters:
    """What narrows the list, and where its page begins."""

    state: str = ""
    door: str = ""
    before: tuple[datetime, UUID] | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """Returns the filters of an address; what makes no sense is left out."""
        state, door = given.get("state", ""), given.get("door", "")
        return cls(
            state if state in Arrival.State.values else "",
            door if door in Door.values else "",
            _cursor(given.get("before", "")),
        )

    def at(self, before: tuple[datetime, UUID]) -> str:
        """Returns the query of an address for the same filters, from another place on."""
        there = replace(self, before=before)
        pairs = {"state": there.state, "door": there.door, "before": f"{before[0].isoformat()}~{before[1]}"}
        return urlencode({key: value for key, value in pairs.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.state or self.door)


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    moment, _, identifier = text.partition("~")
    try:
        found = datetime.fromisoformat(moment), UUID(identifier)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


@dataclass(frozen=True)
class Page:
    """Some arrivals, and where the next page begins."""

    arrivals: list[Arrival]
    older: tuple[datetime, UUID] | None


def page(filters: Filters) -> Page:
    """Returns one page; never counts, never skips."""
    found = Arrival.objects.select_related(*SHOWN)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.door:
        found = found.filter(door=filters.door)
    if filters.before:
        moment, identifier = filters.before
        # The first condition is what the index understands as one range; the second drops the ties before it.
        found = found.filter(Q(began_at__lt=moment) | Q(began_at=moment, pk__lt=identifier), began_at__lte=moment)
    arrivals = list(found.order_by("-began_at", "-pk")[: PAGE + 1])
    last = arrivals[PAGE - 1] if len(arrivals) > PAGE else None
    return Page(arrivals[:PAGE], (last.began_at, last.pk) if last else None)


def unfinished(account: Account) -> QuerySet[Arrival]:
    """Returns the account's uploads that may still go on."""
    alive = Q(expires_at__gt=timezone.now())
    return access.own_uploads(account).filter(alive, state=Arrival.State.RECEIVING).order_by("-began_at")[:PAGE]


def recent(account: Account) -> QuerySet[Arrival]:
    """Returns what the account brought in lately."""
    ended = access.own_uploads(account).exclude(state=Arrival.State.RECEIVING)
    return ended.select_related(*SHOWN).order_by("-began_at", "-pk")[:RECENT]


@dataclass(frozen=True)
class Row:
    """One line of a list, as one account may see it."""

    arrival: Arrival
    name: str
    source: str
    state: str
    brought_by: str
    recording: UUID | None  # only where the account may see it
    has_receipt: bool


def rows(arrivals: Iterable[Arrival], account: Account) -> list[Row]:
    """Returns the lines for arrivals, in three queries however many there are."""
    found = list(arrivals)
    called = names_of({a.actor for a in found})
    recordings = {a.file.recording_id for a in found if a.file}
    seen = set(visible(account).filter(pk__in=recordings).values_list("pk", flat=True))
    return [
        Row(
            arrival,
            names.on_screen(arrival.name),
            names.on_screen(arrival.source),
            _state(arrival),
            called[arrival.actor],
            arrival.file.recording_id if arrival.file and arrival.file.recording_id in seen else None,
            bool(arrival.receipt),
        )
        for arrival in found
    ]


def _state(arrival: Arrival) -> str:
    """Says the state in a word or two; registered without a receipt is not acknowledged yet."""
    unacknowledged = arrival.state not in (Arrival.State.RECEIVING, Arrival.State.FAILED) and not arrival.receipt
    return "Being checked" if unacknowledged else SHORT[arrival.state]


SHORT: dict[str, str] = {
    Arrival.State.RECEIVING: "Receiving",
    Arrival.State.STORED: "Stored",
    Arrival.State.DUPLICATE: "Duplicate",
    Arrival.State.QUARANTINED: "Quarantined",
    Arrival.State.FAILED: "Not stored",
}
