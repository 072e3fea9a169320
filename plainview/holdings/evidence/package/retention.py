"""How long each recording is kept, as it is decided on the day of the package; the verifier decides it once more.

The package leaves the house, so of the matters and holds that count it says no more than the rule needs: a criminal
case by its number, every other matter by the first digits of its handle, and its kind only where a class asks for it.
Why a person placed a hold stays here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import HoldState, MatterState, Policy, Term, keep_until, speaking
from plainview.holdings.evidence.keeping import holds_of, linked_matters
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Matter, MatterKind

PATH = "proof/retention.json"
SOME_MATTER = "matter"  # of a kind that is nobody's business outside
DIGITS = 8  # of the handle


def statement(recordings: Sequence[Recording]) -> bytes:
    """Returns proof/retention.json."""
    on, adopted = timezone.localdate(), terms()
    value = {
        "format": "plainview-retention/1",
        "on": str(on),
        "zone": settings.TIME_ZONE,
        "terms": [{"sha256": term.policy.sha256, "effective": str(term.effective)} for term in adopted],
        "recordings": [_of(recording, adopted, on) for recording in recordings],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _of(recording: Recording, adopted: Sequence[Term], on: date) -> dict[str, Any]:
    start_day = timezone.localdate(recording.start) if recording.start else None
    uploaded_day = timezone.localdate(recording.uploaded)
    policy, earlier = speaking(adopted, start_day, on)
    matters = _matters(recording, _counting_kinds(recording.classes, [*earlier, *([policy] if policy else [])]))
    holds = [HoldState(each.id) for each in holds_of(recording)]
    kept = keep_until(policy, recording.classes, start_day, matters, holds, uploaded_day=uploaded_day, earlier=earlier)
    return {
        "recording": recording.handle,
        "classes": list(recording.classes),
        "start_day": str(start_day) if start_day else None,
        "uploaded_day": str(uploaded_day),
        "matters": [
            {"id": m.id, "kind": m.kind, "status": m.status, "status_on": str(m.status_on) if m.status_on else None}
            for m in matters
        ],
        "holds": [{"id": h.id, "reason": "", "lifted_by": []} for h in holds],
        "until": str(kept.until),
        "sentence": kept.sentence(),
    }


def _counting_kinds(classes: Collection[str], policies: Sequence[Policy]) -> set[str]:
    """Returns the kinds of matters from whose conclusion one of its classes counts."""
    found = [policy.find(each) for policy in policies for each in classes]
    return {kind for each in found if each is not None for kind in each.matter_kinds}


def _matters(recording: Recording, counting: Collection[str]) -> list[MatterState]:
    states = [_outside(each, counting) for each in linked_matters(recording)]
    return sorted((m for m in states if m.holds or m.kind in counting), key=lambda m: m.id)


def _outside(matter: Matter, counting: Collection[str]) -> MatterState:
    """Returns a matter as the world outside may read of it."""
    open_secret = matter.kind == MatterKind.CRIMINAL
    return MatterState(
        id=matter.number if open_secret else matter.handle[:DIGITS],
        kind=matter.kind if open_secret or matter.kind in counting else SOME_MATTER,
        status=matter.status,
        status_on=matter.status_on,
    )
