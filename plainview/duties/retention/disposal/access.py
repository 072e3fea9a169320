"""Who may see what is to be destroyed, who may list it, who may approve it."""

from __future__ import annotations

from plainview.base.people.access import holds
from plainview.base.people.models import Account
from plainview.base.people.roles import Role

READERS = (Role.AUDITOR, Role.BOARD, Role.COMMANDER, Role.TECHNICIAN)  # figures, the course of it, the certificate
LISTS = (Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN)  # the recordings themselves
DRAFTERS = (Role.COMMANDER, Role.TECHNICIAN)
APPROVERS = (Role.COMMANDER, Role.TECHNICIAN)


def may_read(account: Account, handle: str) -> bool:
    """Whether the account may read the facts of a disposal's events."""
    return holds(account, *READERS)
