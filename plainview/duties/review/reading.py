"""Looking at the reviews of others is an act, taking them out as a file as well."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash

ONCE_IN = timedelta(minutes=10)


@transaction.atomic
def note_read(account: Account, what: str) -> None:
    """Writes down that an account looked at reviews; once in ten minutes."""
    recently = Event.objects.filter(
        item_id=account.handle, kind=Kind.REVIEW_LIST_READ.value, logged_at__gt=timezone.now() - ONCE_IN
    )
    if not recently.exists():
        custody.record(
            Kind.REVIEW_LIST_READ, account.handle, actor=account.actor, facts={"what": what}, policy=current_hash()
        )


@transaction.atomic
def note_export(account: Account, first: str, last: str, rows: int) -> None:
    """Writes down that an account took reviews out as a file."""
    custody.record(
        Kind.REVIEW_LIST_EXPORTED, account.handle, actor=account.actor,
        facts={"from": first, "to": last, "rows": rows}, policy=current_hash(),
    )  # fmt: skip
