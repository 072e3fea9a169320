"""Who held a badge, who served where, on a given day. One indexed query each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from plainview.base.people.agency import HOME, home_agency
from plainview.base.people.models import Account, Assignment, Officer

__all__ = ["assignment_on", "home_agency", "names_of", "officer_on", "serving"]

# Actors that are no account, in words.
SYSTEM = "system:"
WORDS = {"command": "The command line", "sequencer": "The log", "watch": "The watched folder", "test": "A test"}


def serving(on: date) -> QuerySet[Assignment]:
    """Returns the assignments served on that day. Where two of one officer overlap, the later one counts."""
    return Assignment.objects.filter(Q(ended__isnull=True) | Q(ended__gte=on), began__lte=on)


def assignment_on(officer: Officer | int, day: date) -> Assignment | None:
    """Returns where the officer served on that day, with unit and supervisor."""
    of_officer = serving(day).filter(officer=officer)
    return of_officer.select_related("unit__parent", "supervisor", "officer").order_by("-began").first()


def officer_on(badge: str, day: date) -> Officer | None:
    """Returns who held the badge on that day; a badge may have been several people's over time."""
    held = serving(day).filter(officer__badge=badge, officer__agency__slug=HOME)
    found = held.select_related("officer").order_by("-began").first()
    return found.officer if found else None


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Returns what to call the actors of events on a page. Unknown ones stand for themselves."""
    wanted = set(actors)
    names = {actor: _system(actor) for actor in wanted if actor.startswith(SYSTEM)}
    ids = {actor: UUID(actor.removeprefix("account:")) for actor in wanted if _is_account(actor)}
    accounts = {account.pk: account for account in Account.objects.filter(pk__in=ids.values())} if ids else {}
    names |= {actor: str(accounts[pk]) for actor, pk in ids.items() if pk in accounts}
    return {actor: names.get(actor, actor) for actor in wanted}


def _system(actor: str) -> str:
    word = actor.removeprefix(SYSTEM)
    return WORDS.get(word, f"The system ({word})")


def _is_account(actor: str) -> bool:
    try:
        return actor.startswith("account:") and bool(UUID(actor.removeprefix("account:")))
    except ValueError:
        return False
