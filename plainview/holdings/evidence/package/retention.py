"""How long each recording is kept, as it is decided on the day of the package; the verifier decides it once more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from plainview.base.policy.lookup import terms
from plainview.base.policy.rules import Term, keep_until, speaking
from plainview.holdings.evidence.models import Recording

PATH = "proof/retention.json"


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
    kept = keep_until(policy, recording.classes, start_day, uploaded_day=uploaded_day, earlier=earlier)
    return {
        "recording": recording.handle,
        "classes": list(recording.classes),
        "start_day": str(start_day) if start_day else None,
        "uploaded_day": str(uploaded_day),
        "matters": [],
        "holds": [],
        "until": str(kept.until),
        "sentence": kept.sentence(),
    }
