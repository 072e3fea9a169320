"""Reading what is due is an act: the list says what the department is about to lose."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.lookup import home_agency
from plainview.base.people.models import Account
from plainview.base.people.origin import Origin
from plainview.base.policy.lookup import current_hash
from plainview.ledger.canonical import Json


@transaction.atomic
def note_command(on: date, rows: int, actor: str, origin: Origin) -> None:
    """Writes down that the command told what is due, of so many recordings."""
    facts: dict[str, Json] = {"on": str(on), "rows": rows, "origin": dict(origin)}
    handle = home_agency().handle
    custody.record(Kind.RETENTION_DUE_EXPORTED, handle, actor=actor, facts=facts, policy=current_hash())


@transaction.atomic
def note_export(account: Account, on: date, rows: int) -> None:
    """Writes down that an account took the list out as a file."""
    facts: dict[str, Json] = {"on": str(on), "rows": rows}
    custody.record(Kind.RETENTION_DUE_EXPORTED, account.handle, actor=account.actor, facts=facts, policy=current_hash())


def note_read(account: Account, on: date) -> None:
    """Writes down that an account looked at what is due; once in ten minutes."""
    custody.note_once(Kind.RETENTION_DUE_READ, account.handle, actor=account.actor, facts={"on": str(on)})


@transaction.atomic
def note_simulation(handle: str, sha256: str, moved: int, *, actor: str, origin: Origin | None = None) -> None:
    """Writes down that somebody asked what a draft would move."""
    facts: dict[str, Json] = {"draft": sha256, "moved": moved, "origin": dict(origin or {})}
    custody.record(Kind.RETENTION_DRAFT_SIMULATED, handle, actor=actor, facts=facts, policy=current_hash())
