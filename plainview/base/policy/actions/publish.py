"""Publishing a draft for comment: from here on its text stands."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.actions.draft import text_facts
from plainview.base.policy.actions.one_at_a_time import latest
from plainview.base.policy.lookup import current_hash
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Refused


@transaction.atomic
def publish(version: PolicyVersion, *, actor: str, comments_until: date | None = None) -> PolicyVersion:
    """Publishes a draft for comment, until the end of a day if one is named. Raises Refused."""
    version = latest(version)
    if not version.is_draft:
        raise Refused(f"It is {version.get_state_display().lower()} already.")
    if comments_until is not None and comments_until < timezone.localdate():
        raise Refused("The last day for comments lies in the past.")
    version.state = PolicyVersion.State.PUBLISHED
    version.published_at = timezone.now()
    version.comments_until = comments_until
    version.save(update_fields=["state", "published_at", "comments_until"])
    record(
        Kind.POLICY_VERSION_PUBLISHED,
        version.handle,
        actor=actor,
        policy=current_hash(),
        facts={**text_facts(version), "comments_until": comments_until.isoformat() if comments_until else None},
        public={"sha256": version.hash, "version": version.version},
    )
    return version
