"""What belongs to a package and is not in it: recordings of the same matter that were destroyed, or whose bytes
somebody else holds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from plainview.holdings.evidence.models import Recording

PATH = "missing.json"
FORMAT = "plainview-missing/1"
ELSEWHERE = "It is held elsewhere: only its metadata is here. Ask its holder for the bytes."


@dataclass(frozen=True)
class Missing:
    """One recording that is not inside, and why."""

    recording: str  # its number elsewhere, or ours
    start: str | None  # ISO 8601, in UTC
    stop: str | None
    camera: str
    reason: str


def split(recordings: Sequence[Recording]) -> tuple[list[Recording], list[Missing]]:
    """Returns those whose bytes can go into a package, and the rest with the reason."""
    inside, outside = [], []
    for each in recordings:
        if each.destroyed_at:
            when = f"{each.destroyed_at:%Y-%m-%d}"
            outside.append(_missing(each, f"It was destroyed on {when} by the disposal {each.destroyed_by}."))
        elif each.held_here:
            inside.append(each)
        else:
            outside.append(_missing(each, ELSEWHERE))
    return inside, outside


def _missing(recording: Recording, reason: str) -> Missing:
    return Missing(
        recording=recording.external_id or str(recording.pk),
        start=recording.start.isoformat() if recording.start else None,
        stop=recording.stop.isoformat() if recording.stop else None,
        camera=recording.serial,
        reason=reason,
    )


def listing(missing: Sequence[Missing]) -> bytes:
    """Returns missing.json."""
    value = {"format": FORMAT, "recordings": [asdict(each) for each in missing]}
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
