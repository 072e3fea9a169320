"""Adopting a text: the act that makes it the department's policy from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.base.policy.actions.draft import columns, read, text_facts
from plainview.base.policy.actions.one_at_a_time import wait_for_turn
from plainview.base.policy.lookup import current_hash, terms
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Ballot, Refused, settle

State = PolicyVersion.State


@transaction.atomic
def adopt(
    text: bytes | str,
    *,
    actor: str,
    effective: date | None = None,
    by: str = "",
    on: date | None = None,
    vote: str = "",
    minutes: str = "",
) -> PolicyVersion:
    """Adopts a text; a draft or published version of the very same bytes becomes the adopted one.

    Args:
        text: the exact bytes of the policy.
        actor: who enters the adoption.
        effective: the first day in force, where it is another than the text names.
        by: the body that voted, where the text names none.
        on: the day of the vote, where the text names none; today where nobody does.
        vote: how the vote went, such as 4-1.
        minutes: where the minutes are found.

    Raises:
        PolicyErrors: for a text with problems.
        Refused: for an adoption that the rules do not allow.
    """
    wait_for_turn()
    data, policy = read(text)
    ballot = Ballot(by.strip(), on, effective, vote.strip(), minutes.strip())
    adoption = settle(policy, ballot, terms(), timezone.localdate())
    version = _entered(policy.sha256) or PolicyVersion(
        handle=open_item("policy"), entered_by=actor, **columns(data, policy)
    )
    version.state = State.ADOPTED
    version.adopted_by, version.adopted_on, version.effective = adoption.by, adoption.on, adoption.effective
    version.vote, version.minutes = ballot.vote, ballot.minutes
    version.adopted_at = timezone.now()
    before = current_hash()
    version.save()
    record(
        Kind.POLICY_VERSION_ADOPTED,
        version.handle,
        actor=actor,
        policy=before,
        facts={**text_facts(version), **_vote_facts(version)},
        public={"sha256": version.hash, "version": version.version, "effective": str(version.effective)},
    )
    return version


def _entered(sha256: str) -> PolicyVersion | None:
    """Returns the draft or published version of this very text. Raises Refused while comments on it are taken."""
    alike = PolicyVersion.objects.filter(sha256=bytes.fromhex(sha256), state__in=(State.DRAFT, State.PUBLISHED))
    found = alike.select_for_update().first()
    if found is not None and found.comments_until is not None and found.takes_comments():
        raise Refused(f"Comments on it are taken until the end of {found.comments_until}: adopt it after that.")
    return found


def _vote_facts(version: PolicyVersion) -> dict[str, str]:
    return {
        "adopted_by": version.adopted_by,
        "adopted_on": str(version.adopted_on),
        "effective": str(version.effective),
        "vote": version.vote,
        "minutes": version.minutes,
    }
