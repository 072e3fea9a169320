"""Taking a list out is an act: who took what, and how much of it."""

from __future__ import annotations

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account
from plainview.base.people.origin import Origin
from plainview.ledger.canonical import Json


@transaction.atomic
def note_export(account: Account, name: str, rows: int, origin: Origin) -> None:
    """Writes down that the account took out a list of so many rows."""
    facts: dict[str, Json] = {"account": account.actor, "list": name, "rows": rows, "origin": dict(origin)}
    custody.record(Kind.PEOPLE_LIST_EXPORTED, account.handle, actor=account.actor, facts=facts)
