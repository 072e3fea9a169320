"""PURE. Which recordings share time with which intervals of the same officer or car: many to many, of any length.

Times are whole microseconds (int64). Nothing is assumed of how long a recording or a call may last: the running maximum
of the stops says from where on a recording can still reach into a call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Spans:
    """Intervals [begin, end) with whose they are: three arrays of one length."""

    owner: Ints
    begin: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.owner)


def match(calls: Spans, recordings: Spans) -> tuple[Ints, Ints]:
    """Returns pairs (call, recording) of the same owner that share more than zero time, by call, then by start.

    The two arrays hold places in the arguments.
    """
    order = np.lexsort((recordings.end, recordings.begin, recordings.owner))
    owners, first = np.unique(recordings.owner[order], return_index=True)
    last = np.append(first[1:], len(order))
    by_owner = np.argsort(calls.owner, kind="stable")
    asked, begins = np.unique(calls.owner[by_owner], return_index=True)
    ends = np.append(begins[1:], len(by_owner))
    left: list[Ints] = []
    right: list[Ints] = []
    place = {int(owner): n for n, owner in enumerate(owners)}
    for n, owner in enumerate(asked):
        at = place.get(int(owner))
        if at is not None:
            mine = by_owner[begins[n] : ends[n]]
            theirs = order[first[at] : last[at]]
            of_call, of_recording = _match_one(calls, mine, recordings, theirs)
            left.append(of_call)
            right.append(of_recording)
    if not left:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    call, recording = np.concatenate(left), np.concatenate(right)
    sorted_pairs = np.lexsort((recording, recordings.begin[recording], call))
    return call[sorted_pairs], recording[sorted_pairs]


def _match_one(calls: Spans, mine: Ints, recordings: Spans, theirs: Ints) -> tuple[Ints, Ints]:
    """One owner. `theirs` stands in the order of begin."""
    begin, end = calls.begin[mine], calls.end[mine]
    start, stop = recordings.begin[theirs], recordings.end[theirs]
    reach = np.maximum.accumulate(stop)
    low = np.searchsorted(reach, begin, side="right")  # before it nothing lasts beyond the begin
    high = np.searchsorted(start, end, side="left")  # from it on everything starts at or after the end
    counts = np.maximum(high - low, 0)
    call = np.repeat(np.arange(len(mine)), counts)
    offsets = np.arange(len(call)) - np.repeat(np.cumsum(counts) - counts, counts)
    candidate = np.repeat(low, counts) + offsets
    shared = np.minimum(stop[candidate], end[call]) - np.maximum(start[candidate], begin[call])
    hit = shared > 0
    return mine[call[hit]], theirs[candidate[hit]]
