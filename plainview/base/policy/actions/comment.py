"""Entering what somebody said about a published text. It stays with that version."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.actions.one_at_a_time import latest
from plainview.base.policy.lookup import current_hash
from plainview.base.policy.models import Comment, PolicyVersion
from plainview.base.policy.rules import Refused, parse

LONGEST = 20_000


@transaction.atomic
def comment(
    version: PolicyVersion,
    text: str,
    *,
    actor: str,
    voice: str,
    name: str = "",
    clause: str = "",
    said_on: date | None = None,
) -> Comment:
    """Enters a comment; `said_on` is the day it was said, today unless given. Raises Refused."""
    version = latest(version)
    said_on = said_on or timezone.localdate()
    _check(version, text, clause, said_on)
    made = Comment.objects.create(
        version=version,
        voice=Comment.Voice(voice),
        name=name.strip(),
        clause=clause.strip(),
        text=text.strip(),
        said_on=said_on,
        entered_by=actor,
    )
    facts = {"voice": made.voice, "name": made.name, "clause": made.clause, "text": made.text, "said_on": str(said_on)}
    record(Kind.POLICY_VERSION_COMMENTED, version.handle, actor=actor, policy=current_hash(), facts=facts)
    return made


def _check(version: PolicyVersion, text: str, clause: str, said_on: date) -> None:
    if said_on > timezone.localdate():
        raise Refused("A comment can't be dated in the future.")
    if not version.takes_comments(said_on):
        until = f"; comments were taken until {version.comments_until}" if version.comments_until else ""
        raise Refused(f"It takes no comments: it is {version.get_state_display().lower()}{until}.")
    if not text.strip() or len(text) > LONGEST:
        raise Refused(f"A comment has from 1 to {LONGEST:,} characters.")
    numbers = {c.id for c in parse(bytes(version.text)).clauses}
    if clause.strip() and numbers and clause.strip() not in numbers:
        raise Refused(f"The text has no clause {clause.strip()}.")
