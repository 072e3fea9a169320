"""What an audit has to say of each dispatch, worked out the obvious way: one dispatch at a time, by the definition.

On purpose it shares nothing with the program's own matcher: it is what that is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from plainview.site.city.events import REPORTS, Dispatch, Recording

SECONDS = 60  # late, early, hole: strictly more is a flag
CLAUSE = "III.A"
COLUMNS = ("call_id", "badge", "status", "flags", "reason", "coverage", "late_start_s", "early_stop_s",
           "recording_ids", "clause")  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is on record about an officer's camera: from when to when there was one, and when it failed."""

    issued: bool
    faults: Sequence[tuple[int, int]]


def row(sent: Dispatch, recordings: Sequence[Recording], known: Known, given: str) -> tuple[str, ...]:
    """Returns the audit row of a dispatch; `recordings` are all body recordings of its officer that could touch it."""
    begin, end = sent.begin, sent.cleared
    matched = [r for r in recordings if r.stop is not None and min(r.stop, end) > max(r.start, begin)]
    matched.sort(key=lambda r: (r.start, r.id))
    late, early = "", ""
    flags: list[str] = []
    if matched:
        late_s = max(0, min(r.press for r in matched) - begin)
        early_s = max(0, end - max(r.stop or 0 for r in matched))
        late, early = str(late_s), str(early_s)
        flags += ["late_start"] if late_s > SECONDS else []
        flags += ["early_stop"] if early_s > SECONDS else []
        flags += ["gap"] if _hole(matched) > SECONDS else []
    status, reason = _status(sent, bool(matched), flags, known, given)
    ids = ";".join(r.id for r in matched)
    return (sent.call, sent.badge, status, ";".join(flags), reason, _coverage(matched, begin, end), late, early, ids,
            CLAUSE)  # fmt: skip


def _status(sent: Dispatch, matched: bool, flags: list[str], known: Known, given: str) -> tuple[str, str]:
    if sent.kind in REPORTS:
        return "excluded", ""
    if matched:
        return ("partial" if flags else "recorded"), ""
    if sent.arrived is None and sent.outcome == "CANCELLED":
        return "excused", "cancelled"
    if not known.issued:
        return "excused", "no_camera_issued"
    if any(began < sent.cleared and sent.begin < ended for began, ended in known.faults):
        return "excused", "camera_fault"
    return ("excused", given) if given else ("not_recorded", "")


def _coverage(matched: Sequence[Recording], begin: int, end: int) -> str:
    seconds, reached = 0, begin
    for r in matched:
        first, last = max(r.start, reached), min(r.stop or 0, end)
        if last > first:
            seconds += last - first
            reached = last
    share = Decimal(seconds) / Decimal(end - begin) if end > begin else Decimal(0)
    return str(share.quantize(Decimal("0.001"), ROUND_HALF_EVEN))


def _hole(matched: Sequence[Recording]) -> int:
    """The longest stretch that nothing recorded between the first and the last of the matched."""
    longest, reached = 0, matched[0].stop or 0
    for r in matched[1:]:
        longest = max(longest, r.start - reached)
        reached = max(reached, r.stop or 0)
    return longest
