"""The bytes of an event before it is written: body, leaf, and the leaf in halves while its number is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plainview.base.custody import rules
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.ledger import event as ledger
from plainview.ledger.canonical import Json, NotCanonical

# As long as a number and a hash can be, so that a leaf that is small enough with them always is.
_NUMBER, _BEFORE = (1 << 53) - 1, bytes(32)
_GAP = f'{_NUMBER},"p":"{_BEFORE.hex()}"'


@dataclass(frozen=True)
class Entry:
    """One event of many, for record_many()."""

    kind: Kind
    handle: str
    facts: Mapping[str, Json]
    public: Mapping[str, Json] | None = None
    claimed_at: datetime | None = None


def compose(entry: Entry, actor: str, policy: str | None, n: int, before: bytes | None) -> Event:
    """Returns the event with its final bytes. Raises rules.BadFacts, which names the field."""
    fields = rules.body_fields(actor, entry.facts, entry.claimed_at)
    try:
        body, digest = ledger.sealed_body(fields)
    except NotCanonical:
        raise rules.explain("facts", entry.facts) from None
    rules.check_size(body)
    now = timezone.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # what a leaf can say
    event = Event(
        id=ledger.uuid7(), item_id=entry.handle, n=n, kind=str(entry.kind), logged_at=now, actor=actor, body=body
    )
    event.leaf = _leaf(event, digest, rules.policy_bytes(policy), before, entry.public)
    return event


def halves(entry: Entry, actor: str, policy: str | None) -> tuple[Event, str, str]:
    """Returns an event whose number only the database knows, and the text of its leaf before and after that gap."""
    event = compose(entry, actor, policy, _NUMBER, _BEFORE)
    # The last one: what a leaf says in public stands before its number, and may look like anything.
    before, _, after = bytes(event.leaf).decode().rpartition(_GAP)
    return event, before, after


def _leaf(
    event: Event, digest: bytes, policy: bytes | None, before: bytes | None, public: Mapping[str, Json] | None
) -> bytes:
    try:
        return ledger.make_leaf(
            id=event.id,
            kind=event.kind,
            logged_at=event.logged_at,
            handle=event.item_id,
            n=event.n,
            prev=before,
            body_digest=digest,
            policy=policy,
            public=public,
        )
    except NotCanonical:
        raise rules.explain("public", public or {}) from None
    except ledger.BadEvent as problem:
        raise rules.BadFacts(f"public: {problem}") from problem
