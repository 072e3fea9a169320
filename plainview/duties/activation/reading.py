"""Looking at findings is an act: written down once in ten minutes for each account, and for each file handed out."""

from __future__ import annotations

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind as Event
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash
from plainview.ledger.canonical import Json


def note_read(account: Account, what: str) -> None:
    """Writes down that an account looked at findings; once in ten minutes."""
    facts: dict[str, Json] = {"what": what}
    custody.note_once(
        Event.ACTIVATION_FINDINGS_READ, account.handle, actor=account.actor, facts=facts, policy=current_hash()
    )


@transaction.atomic
def note_export(account: Account, asked: dict[str, Json], rows: int) -> None:
    """Writes down that an account took findings out as a file."""
    custody.record(
        Event.ACTIVATION_FINDINGS_EXPORTED, account.handle, actor=account.actor, facts={**asked, "rows": rows},
        policy=current_hash(),
    )  # fmt: skip
