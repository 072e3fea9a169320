"""Entering a draft, and revising it while nobody but the administrators has seen it."""

from __future__ import annotations

import hashlib

from django.db import transaction

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.actions.one_at_a_time import latest, wait_for_turn
from plainview.base.policy.lookup import current_hash
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Policy, Refused, parse


@transaction.atomic
def draft(text: bytes | str, *, actor: str, based_on: PolicyVersion | None = None) -> PolicyVersion:
    """Enters a text as a draft. Raises PolicyErrors for problems, Refused for a text that is entered already."""
    wait_for_turn()
    data, policy = read(text)
    check_not_entered(data)
    version = PolicyVersion.objects.create(
        handle=open_item("policy"), based_on=based_on, entered_by=actor, **columns(data, policy)
    )
    record(Kind.POLICY_VERSION_DRAFTED, version.handle, actor=actor, policy=current_hash(), facts=text_facts(version))
    return version


@transaction.atomic
def revise(version: PolicyVersion, text: bytes | str, *, actor: str) -> PolicyVersion:
    """Gives a draft another text; what it said before stays in history. Raises PolicyErrors and Refused."""
    version = latest(version)
    if not version.is_draft:
        raise Refused("The public has seen this text: it can't be changed any more. Enter a new draft based on it.")
    data, policy = read(text)
    check_not_entered(data, but=version)
    before = version.hash
    for name, value in columns(data, policy).items():
        setattr(version, name, value)
    version.save(update_fields=list(columns(data, policy)))
    facts = {**text_facts(version), "before": before}
    record(Kind.POLICY_VERSION_REVISED, version.handle, actor=actor, policy=current_hash(), facts=facts)
    return version


def read(text: bytes | str) -> tuple[bytes, Policy]:
    """Returns the exact bytes and what they say. Raises PolicyErrors."""
    policy = parse(text)
    return (text.encode() if isinstance(text, str) else bytes(text)), policy


def columns(data: bytes, policy: Policy) -> dict[str, str | bytes]:
    """Returns what a row keeps of a text."""
    return {
        "policy_id": policy.id,
        "version": policy.version,
        "title": policy.title,
        "text": data,
        "sha256": bytes.fromhex(policy.sha256),
    }


def text_facts(version: PolicyVersion) -> dict[str, str]:
    """Returns what history keeps of a text: all of it."""
    return {
        "id": version.policy_id,
        "version": version.version,
        "sha256": version.hash,
        "text": bytes(version.text).decode(),
    }


def check_not_entered(data: bytes, but: PolicyVersion | None = None) -> None:
    """Raises Refused where these very bytes are a version already."""
    alike = PolicyVersion.objects.filter(sha256=hashlib.sha256(data).digest())
    alike = alike.exclude(state=PolicyVersion.State.WITHDRAWN)
    found = (alike.exclude(pk=but.pk) if but else alike).first()
    if found is not None:
        raise Refused(f"This very text is there already: {found.version}, {found.get_state_display().lower()}.")
