"""Looking at findings is an act: written down once in ten minutes for each account, and for each file handed out."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind as Event
from plainview.base.custody.models import Event as Written
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash
from plainview.ledger.canonical import Json

ONCE_IN = timedelta(minutes=10)


@transaction.atomic
def note_read(account: Account, what: str) -> None:
    """Writes down that an account looked at findings."""
    recently = Written.objects.filter(
        item_id=account.handle, kind=Event.ACTIVATION_FINDINGS_READ.value, logged_at__gt=timezone.now() - ONCE_IN
    )
    if not recently.exists():
        custody.record(
            Event.ACTIVATION_FINDINGS_READ, account.handle, actor=account.actor, facts={"what": what},
            policy=current_hash(),
        )  # fmt: skip


@transaction.atomic
def note_export(account: Account, asked: dict[str, Json], rows: int) -> None:
    """Writes down that an account took findings out as a file."""
    custody.record(
        Event.ACTIVATION_FINDINGS_EXPORTED, account.handle, actor=account.actor, facts={**asked, "rows": rows},
        policy=current_hash(),
    )  # fmt: skip
