"""Closed records: while an investigation goes on, its recordings are closed to the public (RSMo 610.100.2).

Which matters close their recordings, and by which clause, the policy says; without one it is criminal cases. Once the
matter is inactive or concluded it closes nothing more; an appeal closes again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from plainview.base.policy import lookup
from plainview.base.policy.rules import MATTER_KINDS, ClosedRecords
from plainview.holdings.evidence.keeping import NOT_SHOWN, matters_of
from plainview.holdings.evidence.models import Recording, RecordingCall, RecordingMatter
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
        return f"Its {kind} {', '.join(self.matters)} is not over: a closed record, by {self.grounds}."

    @property
    def grounds(self) -> str:
        """The clause and the statute that it rests on."""
        return grounds(self.clause)


def grounds(clause: str) -> str:
    """Returns what closed records rest on, as a later part of a sentence."""
    return f"clause {clause} and {STATUTE}" if clause else STATUTE


def terms() -> ClosedRecords:
    """Returns what the policy in force says of closed records, or the program's own default."""
    found = lookup.current_policy()
    return found.duties.closed_records if found else ClosedRecords()


def closed(recording: Recording, hidden: Collection[str] = ()) -> Closed | None:
    """Returns why the recording is a closed record; None where no pending matter makes it one.

    Matters of the `hidden` kinds close it just as well, but are not named.
    """
    said = terms()
    pending = [m for m in matters_of(recording) if m.kind in said.matter_kinds and m.status in HOLDING]
    if not pending:
        return None
    first = next((m for m in pending if m.kind not in hidden), None)
    shown = tuple(m.id for m in pending if m.kind not in hidden)
    return Closed(shown or (NOT_SHOWN,), first.kind if first else "matter", said.clause)


def closed_records() -> QuerySet[Recording]:
    """Returns every recording that is a closed record now; the same rule as `closed`, for lists and exports."""
    pending = Matter.objects.filter(kind__in=terms().matter_kinds, status__in=HOLDING).values("pk")
    direct = RecordingMatter.objects.filter(matter__in=pending).values("recording")
    through = RecordingCall.objects.filter(call__mattercall__matter__in=pending).values("recording")
    return Recording.objects.filter(pk__in=direct.union(through))
