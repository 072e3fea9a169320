"""Closed records: while an investigation goes on, its recordings are closed to the public (RSMo 610.100.2).

Which matters close their recordings, and by which clause, the policy says; without one it is criminal cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from plainview.base.policy import lookup
from plainview.base.policy.rules import MATTER_KINDS, ClosedRecords
from plainview.holdings.evidence.keeping import matters_of
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import HOLDING

STATUTE = "RSMo 610.100.2"


@dataclass(frozen=True)
class Closed:
    """Why a recording is a closed record now."""

    matters: tuple[str, ...]  # numbers
    kind: str
    clause: str
    statute: str = STATUTE

    @property
    def sentence(self) -> str:
        """The reason as people are told it."""
        kind = MATTER_KINDS.get(self.kind, self.kind)
        by = f"clause {self.clause} and {self.statute}" if self.clause else self.statute
        return f"Its {kind} {', '.join(self.matters)} is not over: a closed record, by {by}."


def terms() -> ClosedRecords:
    """Returns what the policy in force says of closed records, or the program's own default."""
    found = lookup.current_policy()
    return found.duties.closed_records if found else ClosedRecords()


def closed(recording: Recording) -> Closed | None:
    """Returns why the recording is a closed record; None where no pending matter makes it one."""
    said = terms()
    pending = [m for m in matters_of(recording) if m.kind in said.matter_kinds and m.status in HOLDING]
    if not pending:
        return None
    return Closed(tuple(m.id for m in pending), pending[0].kind, said.clause)


def closed_records() -> QuerySet[Recording]:
    """Returns every recording that is a closed record now; the same rule as `closed`, for lists and exports."""
    said = terms()
    pending = Matter.objects.filter(kind__in=said.matter_kinds, status__in=HOLDING)
    linked = pending.filter(
        Q(recording_ties__recording=OuterRef("pk")) | Q(calls__recording_ties__recording=OuterRef("pk"))
    )
    return Recording.objects.filter(Exists(linked))
