"""Looking at the reviews of others is an act, taking them out as a file as well."""

from __future__ import annotations

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash
from plainview.ledger.canonical import Json


def note_read(account: Account, what: str) -> None:
    """Writes down that an account looked at reviews; once in ten minutes."""
    facts: dict[str, Json] = {"what": what}
    custody.note_once(Kind.REVIEW_LIST_READ, account.handle, actor=account.actor, facts=facts, policy=current_hash())


@transaction.atomic
def note_export(account: Account, first: str, last: str, rows: int) -> None:
    """Writes down that an account took reviews out as a file."""
    custody.record(
        Kind.REVIEW_LIST_EXPORTED, account.handle, actor=account.actor,
        facts={"from": first, "to": last, "rows": rows}, policy=current_hash(),
    )  # fmt: skip
