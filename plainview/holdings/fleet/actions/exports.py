"""Taking the fleet list out is an act."""

from __future__ import annotations

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account
from plainview.base.people.origin import Origin
from plainview.ledger.canonical import Json


@transaction.atomic
def note_export(account: Account, rows: int, origin: Origin) -> None:
    """Writes down that the account took out the fleet list, of so many rows."""
    facts: dict[str, Json] = {"account": account.actor, "rows": rows, "origin": dict(origin)}
    custody.record(Kind.FLEET_LIST_EXPORTED, account.handle, actor=account.actor, facts=facts)
