"""Who may see and change which matters. Closed by default; one rule for page, list, API and export.

Technicians and commanders: all. Detectives: all but complaints. Auditors: all, without changing anything. Supervisors:
those that concern recordings which they may see, except complaints, shootings and outside investigations. Everybody
else: nothing.
"""

from __future__ import annotations

from django.db.models import QuerySet

from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.holdings.evidence import access as evidence
from plainview.holdings.evidence.models import RecordingMatter
from plainview.holdings.incidents.models import Matter, MatterCall, MatterKind

CONFIDENTIAL = (MatterKind.COMPLAINT, MatterKind.OUTSIDE, MatterKind.SHOOTING)


def visible(account: Account) -> QuerySet[Matter]:
    """Returns the matters that an account may see; those that another took over stay to be found."""
    matters = Matter.objects.all()
    if account.roles & {Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN}:
        return matters
    if Role.DETECTIVE in account.roles:
        return matters.exclude(kind=MatterKind.COMPLAINT)
    if Role.SUPERVISOR in account.roles:
        seen = evidence.visible(account).values("pk")
        direct = RecordingMatter.objects.filter(recording__in=seen).values("matter")
        through = MatterCall.objects.filter(call__recording_ties__recording__in=seen).values("matter")
        return matters.filter(pk__in=direct.union(through)).exclude(kind__in=CONFIDENTIAL)
    return matters.none()


def reads(account: Account) -> bool:
    """Whether the account finds matters at all."""
    roles = {Role.AUDITOR, Role.COMMANDER, Role.DETECTIVE, Role.SUPERVISOR, Role.TECHNICIAN}
    return bool(account.roles & roles)


def may_open(account: Account) -> bool:
    """Whether the account may open a matter."""
    return bool(account.roles & {Role.COMMANDER, Role.DETECTIVE, Role.TECHNICIAN})


def may_change(account: Account, matter: Matter) -> bool:
    """Whether the account may change where a matter stands, what is known of it, and what it concerns."""
    if matter.merged_into_id is not None:
        return False
    if account.roles & {Role.COMMANDER, Role.TECHNICIAN}:
        return True
    return Role.DETECTIVE in account.roles and matter.kind != MatterKind.COMPLAINT


def hidden_kinds(account: Account) -> frozenset[str]:
    """Returns the kinds whose numbers the account is not told on the page of a recording that they hold."""
    if account.roles & {Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN}:
        return frozenset()
    if Role.DETECTIVE in account.roles:
        return frozenset({MatterKind.COMPLAINT.value})
    return frozenset(kind.value for kind in CONFIDENTIAL)
