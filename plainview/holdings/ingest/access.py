"""Who may bring files in, and who may see what came. Closed by default."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.holdings.evidence.access import visible
from plainview.holdings.ingest.models import Arrival

UPLOADERS = (Role.OFFICER, Role.SUPERVISOR, Role.TECHNICIAN)
READERS = (Role.TECHNICIAN,)


def may_upload(account: Account) -> bool:
    """Whether the account may bring files in."""
    return not account.roles.isdisjoint(UPLOADERS)


def own_uploads(account: Account) -> QuerySet[Arrival]:
    """Returns the uploads that the account itself began; nobody goes on with somebody else's."""
    if not may_upload(account):
        return Arrival.objects.none()
    return Arrival.objects.filter(actor=account.actor, door="browser")


def with_receipt(account: Account) -> QuerySet[Arrival]:
    """Returns the arrivals whose receipt the account may have: of recordings it may see, and of what it brought itself.

    Who brought a file holds its bytes anyway, and needs the proof that they arrived, whoever's recording it became.
    """
    acknowledged = Arrival.objects.exclude(receipt="")
    mine = own_uploads(account).values("pk")
    return acknowledged.filter(Q(file__recording__in=visible(account)) | Q(pk__in=mine))
