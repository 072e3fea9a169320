"""Which changes of class keep a recording less well, and when one person may not make them alone.

Lowering is: taking a real class off; or leaving “unclassified”, which never expires, for classes that go by themselves.
After an arrest or force (whatever the policy names) it takes a second person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from plainview.base.policy import lookup
from plainview.base.policy.rules import FOREVER, Lowering, Policy
from plainview.holdings.evidence.rules import UNCLASSIFIED
from plainview.holdings.incidents.models import Dispatch


@dataclass(frozen=True)
class Needs:
    """Why a change of class needs a second person."""

    outcome: str  # of its call
    clause: str

    @property
    def sentence(self) -> str:
        """The reason as people are told it."""
        by = f", by clause {self.clause}" if self.clause else ""
        return f"Its call ended in {self.outcome}: taking a class off needs a second person{by}."


def lowers(before: Iterable[str], after: Iterable[str], policy: Policy | None) -> bool:
    """Whether the recording would be kept less well than before. Pure."""
    old, new = set(before), set(after)
    if old - new - {UNCLASSIFIED}:
        return True
    return UNCLASSIFIED in old and UNCLASSIFIED not in new and all(_goes_by_itself(c, policy) for c in new)


def _goes_by_itself(class_id: str, policy: Policy | None) -> bool:
    found = policy.find(class_id) if policy else None
    return found is not None and found.keep != FOREVER and not found.review


def needs_second(recording_ids: Collection[UUID]) -> dict[UUID, Needs]:
    """Returns which of the recordings have a call whose outcome asks for a second person. One query."""
    policy = lookup.current_policy()
    terms = policy.duties.lowering if policy else Lowering()
    found = Dispatch.objects.filter(
        call__recording_ties__recording__in=list(recording_ids), disposition__in=terms.dispositions
    )
    rows = found.values_list("call__recording_ties__recording", "disposition").distinct().order_by("disposition")
    return {pk: Needs(outcome, terms.clause) for pk, outcome in rows if pk in set(recording_ids)}
