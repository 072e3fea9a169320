"""Who may see what is going: figures for the board, lists for those who may see the recordings themselves."""

from __future__ import annotations

from django.utils import timezone

from plainview.base.people import access as people
from plainview.base.people.models import Account
from plainview.base.people.roles import Role

ALL = frozenset({Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.TECHNICIAN})
READERS = (Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.SUPERVISOR, Role.TECHNICIAN)
SIMULATORS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.TECHNICIAN)


def units_of(account: Account) -> frozenset[int] | None:
    """Returns the units whose figures an account may see; None for all of them."""
    if account.roles & ALL:
        return None
    return frozenset(people.supervised_units(account, timezone.localdate()))


def lists(account: Account) -> bool:
    """Whether the account may see single recordings, not only figures."""
    return bool(account.roles - {Role.BOARD, Role.ADMINISTRATOR})
