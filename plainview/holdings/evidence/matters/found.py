"""What a request may have: the matter if the account may see it, else nothing is there (404).

Looking at one is an event.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from plainview.base.custody.actions import note_once
from plainview.base.custody.kinds import Kind
from plainview.base.people.access import viewer
from plainview.base.people.models import Account
from plainview.holdings.evidence.matters import access
from plainview.holdings.incidents.models import Matter


def reader(request: HttpRequest) -> Account:
    """Returns the account, if it finds matters at all."""
    account = viewer(request)
    if not access.reads(account):
        raise PermissionDenied("Matters are for technicians, detectives, supervisors, commanders and auditors.")
    return account


def seen(account: Account, pk: int) -> Matter:
    """Returns a matter whose page the account may see."""
    return get_object_or_404(access.visible(account).select_related("merged_into"), pk=pk)


def changing(request: HttpRequest, pk: int) -> tuple[Account, Matter]:
    """Returns the account and a matter that it may change."""
    account = reader(request)
    found = seen(account, pk)
    if not access.may_change(account, found):
        raise Http404
    return account, found


def note_read(account: Account, found: Matter) -> None:
    """Writes down that an account looked at a matter; once in ten minutes."""
    note_once(Kind.INCIDENTS_MATTER_READ, found.handle, actor=account.actor)
