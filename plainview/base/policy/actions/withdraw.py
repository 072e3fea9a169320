"""Withdrawing a version that is not in force yet."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.actions.one_at_a_time import latest
from plainview.base.policy.lookup import current_hash
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Refused, check_withdrawal

State = PolicyVersion.State


@transaction.atomic
def withdraw(version: PolicyVersion, why: str, *, actor: str) -> PolicyVersion:
    """Withdraws a draft, a published text, or an adopted one before its first day. Raises Refused."""
    version = latest(version)
    if not why.strip():
        raise Refused("Say why it is withdrawn: the reason stays with the version.")
    if version.state == State.WITHDRAWN:
        raise Refused("It is withdrawn already.")
    adopted = version.state == State.ADOPTED
    later = PolicyVersion.objects.filter(state=State.ADOPTED, effective__gt=version.effective) if adopted else None
    last = later is None or not later.exists()
    check_withdrawal(version.effective if adopted else None, last, timezone.localdate())
    was, version.state = version.state, State.WITHDRAWN
    version.withdrawn_at, version.withdrawn_why = timezone.now(), why.strip()
    version.save(update_fields=["state", "withdrawn_at", "withdrawn_why"])
    record(
        Kind.POLICY_VERSION_WITHDRAWN,
        version.handle,
        actor=actor,
        policy=current_hash(),
        facts={
            "id": version.policy_id,
            "was": was,
            "why": version.withdrawn_why,
            "sha256": version.hash,
            "version": version.version,
        },
    )
    return version
