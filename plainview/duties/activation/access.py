"""Who may see findings: officers their own, supervisors those of their units and people, some all, the board figures.

Closed by default; one rule for page, list, table and picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from plainview.base.people import access as people
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.duties.activation.models import Finding, OtherFinding

ALL = frozenset({Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN})
FIGURES = (Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.SUPERVISOR, Role.TECHNICIAN)
LISTS = (Role.AUDITOR, Role.COMMANDER, Role.SUPERVISOR, Role.TECHNICIAN)
SINGLE = (Role.AUDITOR, Role.COMMANDER, Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN)
SAMPLERS = (Role.AUDITOR, Role.COMMANDER)
CLOCKS = (Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN)  # see what is estimated; only technicians confirm

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Scope:
    """A set of findings by whose they are."""

    everything: bool = False
    officers: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def filter(self, rows: QuerySet[_Row]) -> QuerySet[_Row]:
        """Returns those of the rows, findings of either sort, that are in the set."""
        if self.everything:
            return rows
        if not (self.officers or self.units):
            return rows.none()
        return rows.filter(Q(officer__in=self.officers) | Q(unit__in=self.units))


def scope(account: Account, on: date | None = None) -> Scope:
    """Returns whose findings the account may see one by one."""
    if account.roles & ALL:
        return Scope(everything=True)
    own = frozenset({account.officer_id} if account.officer_id and people.holds(account, *SINGLE) else ())
    day = on or timezone.localdate()
    return Scope(
        officers=own | people.supervised_officers(account, day), units=frozenset(people.supervised_units(account, day))
    )


def figures(account: Account) -> Scope:
    """Returns whose findings go into the figures that the account may see."""
    return Scope(everything=True) if people.holds(account, Role.BOARD) else scope(account)


def findings(account: Account) -> QuerySet[Finding]:
    """Returns the findings of dispatches that the account may see."""
    return scope(account).filter(Finding.objects.all())


def others(account: Account) -> QuerySet[OtherFinding]:
    """Returns the open findings of their own kind that the account may see."""
    return scope(account).filter(OtherFinding.objects.filter(ended_at__isnull=True))


def may_give_reason(account: Account, finding: Finding) -> bool:
    """Whether the account may say why there is no footage: the officer, whoever supervises, commanders."""
    if people.holds(account, Role.COMMANDER):
        return True
    if account.officer_id == finding.officer_id and people.holds(account, Role.OFFICER, Role.SUPERVISOR):
        return True
    held = people.holds(account, Role.SUPERVISOR)
    return held and findings(account).filter(pk=finding.pk).exists()


def may_confirm_clocks(account: Account) -> bool:
    """Whether the account may confirm that a camera's clock was off, or withdraw that."""
    return people.holds(account, Role.TECHNICIAN)
