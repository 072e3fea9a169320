"""Who may see which calls: those who see all footage, all; supervisors their people's; officers their own."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from plainview.base.people import access as people
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Call, Dispatch

ALL = frozenset({Role.AUDITOR, Role.COMMANDER, Role.DETECTIVE, Role.TECHNICIAN})
READERS = (Role.AUDITOR, Role.COMMANDER, Role.DETECTIVE, Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN)


def dispatches(account: Account) -> QuerySet[Dispatch]:
    """Returns the dispatches whose row the account may see; a call is seen by whoever sees one of its dispatches."""
    if account.roles & ALL:
        return Dispatch.objects.all()
    if not people.holds(account, *READERS) or account.officer_id is None:
        return Dispatch.objects.none()
    officers = {account.officer_id} | people.supervised_officers(account, timezone.localdate())
    return Dispatch.objects.filter(officer__in=officers)


def of_recording(account: Account, recording: Recording) -> list[Call]:
    """Returns the calls that a recording is tied to, those whose page the account may see, by number."""
    tied = Call.objects.filter(recording_ties__recording=recording)
    return list(tied.filter(pk__in=dispatches(account).filter(call__in=tied).values("call")).order_by("number")[:20])
