"""PURE. What an audit says of one dispatch, in the words of the house: the definition itself, and the same for many.

`judge_one` is the definition, one dispatch at a time. `measure` does the arithmetic of hundreds of thousands at once;
both are held against each other on random days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from plainview.duties.activation.rules.matching import Ints, Spans

SECOND = 1_000_000  # microseconds
HOUR = 3600 * SECOND
OPEN_CALL = 24 * HOUR  # a call that nobody cleared is judged no further than this


class Status(StrEnum):
    """What was found of a dispatch. In the order of the house: the first that fits."""

    EXCLUDED = "excluded"
    RECORDED = "recorded"
    PARTIAL = "partial"
    EXCUSED = "excused"
    PENDING = "pending"
    NOT_RECORDED = "not_recorded"


FLAGS = ("late_start", "early_stop", "gap")


@dataclass(frozen=True)
class Terms:
    """What the policy's section on activation says, in microseconds where it is time."""

    late: int
    early: int
    gap: int
    upload: int
    excluded: frozenset[str]
    cancelled: frozenset[str]
    clause: str


@dataclass(frozen=True)
class Case:
    """What is known of one dispatch besides recordings. `end` is its clear, None while it is not cleared."""

    begin: int
    end: int | None
    call_type: str
    disposition: str
    arrived: bool
    issued: bool  # the officer had a body camera at some moment of it
    fault: bool  # that camera is on record as broken then
    reason: str  # that a person gave; empty for none


@dataclass(frozen=True)
class Clip:
    """One matched recording; the press is its start where nobody knows the press."""

    press: int
    start: int
    stop: int


@dataclass(frozen=True)
class Finding:
    """What is found: seconds are whole ones, coverage is in thousandths. Blank (None) where nothing was recorded."""

    status: Status
    flags: tuple[str, ...]
    reason: str
    coverage: int
    late: int | None
    early: int | None


def until(case_begin: int, case_end: int | None, now: int) -> int:
    """Returns the end of the expected time: the clear, or for an open call the moment of the audit, a day at most."""
    if case_end is not None:
        return case_end
    return max(case_begin, min(now, case_begin + OPEN_CALL))


def judge_one(case: Case, clips: Sequence[Clip], terms: Terms, now: int) -> Finding:
    """Returns the finding of one dispatch; `clips` are its matched recordings."""
    end = until(case.begin, case.end, now)
    if not clips:
        return Finding(*unmatched(case, terms, now), 0, None, None)
    ordered = sorted(clips, key=lambda clip: (clip.start, clip.stop))
    late = max(0, min(clip.press for clip in clips) - case.begin) // SECOND
    early = max(0, end - max(clip.stop for clip in clips)) // SECOND
    covered, reached, hole, seen = 0, case.begin, 0, ordered[0].stop
    for clip in ordered:
        first, last = max(clip.start, reached), min(clip.stop, end)
        covered += max(0, last - first)
        reached = max(reached, last)
        hole = max(hole, clip.start - seen)
        seen = max(seen, clip.stop)
    over = (late * SECOND > terms.late, early * SECOND > terms.early, hole > terms.gap)
    flags = tuple(flag for flag, is_over in zip(FLAGS, over, strict=True) if is_over)
    status = Status.PARTIAL if flags else Status.RECORDED
    if case.call_type in terms.excluded:
        status = Status.EXCLUDED
    return Finding(status, flags, "", thousandths(covered, end - case.begin), late, early)


def thousandths(part: int, whole: int) -> int:
    """Returns part of whole in thousandths, half to even; 0 of nothing."""
    if whole <= 0:
        return 0
    found, rest = divmod(part * 1000, whole)
    return found + (2 * rest > whole or (2 * rest == whole and found % 2 == 1))


def unmatched(case: Case, terms: Terms, now: int) -> tuple[Status, tuple[str, ...], str]:
    """Returns status, flags and reason of a dispatch that nothing matched."""
    if case.call_type in terms.excluded:
        return Status.EXCLUDED, (), ""
    reasons = (
        ("cancelled", not case.arrived and case.disposition in terms.cancelled),
        ("no_camera_issued", not case.issued),
        ("camera_fault", case.fault),
        (case.reason, bool(case.reason)),
    )
    reason = next((name for name, fits in reasons if fits), "")
    if reason:
        return Status.EXCUSED, (), reason
    cleared = case.end if case.end is not None else case.begin
    return (Status.PENDING if now - cleared < terms.upload else Status.NOT_RECORDED), (), ""


@dataclass(frozen=True)
class Measured:
    """Of every dispatch: whether anything matched, and the seconds, coverage and flags where it did."""

    matched: NDArray[np.bool_]
    late: Ints  # whole seconds
    early: Ints
    coverage: Ints  # thousandths
    flags: NDArray[np.bool_]  # (n, 3) in the order of FLAGS


def measure(calls: Spans, recordings: Spans, press: Ints, call: Ints, recording: Ints, terms: Terms) -> Measured:
    """Returns the arithmetic of `judge_one` for all dispatches; `call` and `recording` are the pairs of `match`."""
    n = len(calls)
    found = Measured(
        np.zeros(n, bool), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros((n, 3), bool)
    )
    if not len(call):
        return found
    at, first = np.unique(call, return_index=True)  # the pairs stand by call, then by start
    found.matched[at] = True
    begin, end = calls.begin[at], calls.end[at]
    start, stop = recordings.begin[recording], recordings.end[recording]
    late = np.maximum(np.minimum.reduceat(press[recording], first) - begin, 0) // SECOND
    early = np.maximum(end - np.maximum.reduceat(stop, first), 0) // SECOND
    group = np.repeat(np.arange(len(at)), np.diff(np.append(first, len(call))))
    seen = _reached(stop, group, first)
    hole = np.maximum.reduceat(np.where(np.isin(np.arange(len(call)), first), 0, start - seen), first)
    from_, to = np.maximum(start, begin[group]), np.minimum(stop, end[group])
    covered = np.add.reduceat(np.maximum(to - np.maximum(from_, _reached(to, group, first, begin)), 0), first)
    found.late[at], found.early[at] = late, early
    found.coverage[at] = _thousandths(covered, end - begin)
    found.flags[at, 0] = late * SECOND > terms.late
    found.flags[at, 1] = early * SECOND > terms.early
    found.flags[at, 2] = hole > terms.gap
    return found


def _reached(values: Ints, group: Ints, first: Ints, floor: Ints | None = None) -> Ints:
    """Returns, for each pair, the largest value of the pairs before it in its group; for the first, the floor."""
    base = int(values.min())
    width = int(values.max()) - base + 1
    if (int(group[-1]) + 1) * width >= 2**62:  # a call of years: rare enough to be done one by one
        return _reached_slowly(values, group, first, floor)
    lifted = np.maximum.accumulate(values - base + group * width)
    before = np.empty_like(values)
    before[1:] = lifted[:-1]
    before[0] = 0
    reached = before - group * width + base
    reached[first] = values[first] if floor is None else floor
    return reached


def _reached_slowly(values: Ints, group: Ints, first: Ints, floor: Ints | None) -> Ints:
    reached = np.empty_like(values)
    for n, (begin, end) in enumerate(zip(first, np.append(first[1:], len(values)), strict=True)):
        running = np.maximum.accumulate(values[begin:end])
        reached[begin + 1 : end] = running[:-1]
        reached[begin] = values[begin] if floor is None else floor[n]
    return reached


def _thousandths(part: Ints, whole: Ints) -> Ints:
    if int(part.max()) >= 2**62 // 1000:  # a call of centuries: one by one, in numbers of any size
        return np.array([thousandths(int(p), int(w)) for p, w in zip(part, whole, strict=True)], np.int64)
    safe = np.maximum(whole, 1)
    found, rest = part * 1000 // safe, part * 1000 % safe
    up = (2 * rest > safe) | ((2 * rest == safe) & (found % 2 == 1))
    return np.where(whole > 0, found + up, 0)
