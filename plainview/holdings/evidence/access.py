"""Who may see, play and change which recordings. Closed by default; one rule for list, page, API, thumbnail and bytes.

Officers: their own. Supervisors: what their units recorded, and the officers they supervise today. Technicians: all.
Detectives and commanders: all, without changing anything. Auditors: every recording's metadata, never its pictures,
sound or trail. Board members, administrators and everyone else: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from plainview.base.people import access as people
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.holdings.evidence.models import File, Recording


@dataclass(frozen=True)
class Scope:
    """A set of recordings, as a predicate and as a query that can't disagree: both read these three fields."""

    everything: bool = False
    officers: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def covers(self, recording: Recording) -> bool:
        """Whether the recording is in the set."""
        return self.everything or recording.officer_id in self.officers or recording.unit_id in self.units

    def filter(self, recordings: QuerySet[Recording]) -> QuerySet[Recording]:
        """Returns those of the recordings that are in the set."""
        if self.everything:
            return recordings
        if self.empty:
            return recordings.none()
        return recordings.filter(Q(officer__in=self.officers) | Q(unit__in=self.units))

    @property
    def empty(self) -> bool:
        """Whether nothing can be in the set."""
        return not (self.everything or self.officers or self.units)


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


@dataclass(frozen=True)
class Reach:
    """What one account may do on one day."""

    see: Scope = NOTHING  # lists and pages
    play: Scope = NOTHING  # pictures, sound, trail, bytes
    edit: Scope = NOTHING  # classes, call number, title
    hold: Scope = NOTHING  # place a hold
    resolve: bool = False  # quarantine


def reach(account: Account | AnonymousUser, on: date | None = None) -> Reach:
    """Returns what the account may do on a day of the department's zone, today where none is given."""
    if not isinstance(account, Account):
        return Reach()
    roles = account.roles
    if Role.TECHNICIAN in roles:
        return Reach(EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, resolve=True)
    own = _own(account) if roles & {Role.OFFICER, Role.SUPERVISOR} else NOTHING
    held = _with_subordinates(account, own, on or timezone.localdate()) if Role.SUPERVISOR in roles else own
    if roles & {Role.COMMANDER, Role.DETECTIVE}:
        return Reach(EVERYTHING, EVERYTHING, held, EVERYTHING)
    return Reach(EVERYTHING if Role.AUDITOR in roles else held, held, held, held)


def _own(account: Account) -> Scope:
    return Scope(officers=frozenset({account.officer_id})) if account.officer_id else NOTHING


def _with_subordinates(account: Account, own: Scope, on: date) -> Scope:
    officers = people.supervised_officers(account, on)
    return Scope(officers=own.officers | frozenset(officers), units=frozenset(people.supervised_units(account, on)))


def visible(account: Account) -> QuerySet[Recording]:
    """Returns the recordings whose page and list row the account may see."""
    return reach(account).see.filter(Recording.objects.all())


def playable(account: Account) -> QuerySet[Recording]:
    """Returns the recordings whose pictures, sound, trail and bytes the account may have."""
    return reach(account).play.filter(Recording.objects.all())


def may_see(account: Account, recording: Recording) -> bool:
    """Whether the account may see the recording's page; agrees with `visible`."""
    return reach(account).see.covers(recording)


def may_play(account: Account, recording: Recording) -> bool:
    """Whether the account may have the recording's bytes; agrees with `playable`."""
    return reach(account).play.covers(recording)


def may_edit(account: Account, recording: Recording) -> bool:
    """Whether the account may set classes, call number and title."""
    return reach(account).edit.covers(recording)


def may_hold(account: Account, recording: Recording) -> bool:
    """Whether the account may place a hold: it only ever keeps longer. Lifting one is another matter."""
    return reach(account).hold.covers(recording)


def may_lift(account: Account) -> bool:
    """Whether the account may ask to lift a hold, or agree to what another asked; two different people have to."""
    return people.holds(account, Role.COMMANDER, Role.DETECTIVE, Role.TECHNICIAN)


def may_resolve(account: Account) -> bool:
    """Whether the account may decide what is in quarantine."""
    return reach(account).resolve


def files_to_play(account: Account) -> QuerySet[File]:
    """Returns the files whose bytes the account may have."""
    return File.objects.filter(recording__in=playable(account))
