"""Judges the dispatches of some days: what matched, what that says, and what is on record where nothing did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from plainview.duties.activation.loading import (
    Dispatches,
    Drifts,
    Known,
    body_clips,
    car_clips,
    dispatches,
    known,
    micros,
)
from plainview.duties.activation.rules.finding import (
    FLAGS,
    Case,
    Finding,
    Measured,
    Status,
    Terms,
    measure,
    unmatched,
)
from plainview.duties.activation.rules.matching import Ints, Spans, match

COLUMNS = ("call_id", "badge", "status", "flags", "reason", "coverage", "late_start_s", "early_stop_s",
           "recording_ids", "clause")  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One dispatch with what is said of it."""

    dispatch: int
    officer: int
    number: str
    badge: str
    begin: int  # microseconds
    end: int
    found: Finding
    recordings: list[UUID]
    names: list[str]
    in_car: list[UUID]
    clause: str

    def cells(self) -> tuple[str, ...]:
        """Returns the row of the table that the command writes; lists in a cell are separated by semicolons."""
        f = self.found
        late = "" if f.late is None else str(f.late)
        early = "" if f.early is None else str(f.early)
        return (self.number, self.badge, f.status.value, ";".join(f.flags), f.reason, three_decimals(f.coverage), late,
                early, ";".join(self.names), self.clause)  # fmt: skip


def three_decimals(thousandths: int) -> str:
    """Returns 0.861 of 861."""
    return f"{thousandths // 1000}.{thousandths % 1000:03}"


def judge(begin: datetime, end: datetime, terms: Terms, now: datetime, drifts: Drifts) -> Iterator[Judged]:
    """Yields the findings of all dispatches whose expected time begins in [begin, end), by begin, call and badge."""
    sent = dispatches(begin, end, now)
    if not len(sent):
        return
    clips = body_clips(sent, drifts)
    spans = Spans(sent.officer, sent.begin, sent.end)
    pairs = match(spans, clips.spans)
    measured = measure(spans, clips.spans, clips.press, *pairs, terms)
    cars, own = car_clips(sent, drifts)
    of_car = _lists(len(sent), *match(Spans(own, sent.begin, sent.end), cars.spans))
    matched = _lists(len(sent), *pairs)
    on_record = _on_record(sent, measured)
    at = micros(now)
    for n in range(len(sent)):
        yield Judged(
            sent.id[n], int(sent.officer[n]), sent.number[n], sent.badge[n], int(sent.begin[n]), int(sent.end[n]),
            _found(sent, measured, n, on_record, terms, at), [clips.id[m] for m in matched[n]],
            [clips.name[m] for m in matched[n]], [cars.id[m] for m in of_car[n]], terms.clause,
        )  # fmt: skip


def _on_record(sent: Dispatches, measured: Measured) -> dict[int, Known]:
    without = np.flatnonzero(~measured.matched).tolist()
    return known([sent.id[n] for n in without], [int(sent.end[n]) for n in without])


def _found(sent: Dispatches, measured: Measured, n: int, on_record: dict[int, Known], terms: Terms, at: int) -> Finding:
    if not measured.matched[n]:
        what = on_record[sent.id[n]]
        cleared = int(sent.cleared[n])
        case = Case(
            int(sent.begin[n]), None if cleared == -1 else cleared, sent.call_type[n], sent.disposition[n],
            sent.arrived[n], what.issued, what.fault, what.reason,
        )  # fmt: skip
        return Finding(*unmatched(case, terms, at), 0, None, None)
    flags = tuple(flag for flag, over in zip(FLAGS, measured.flags[n].tolist(), strict=True) if over)
    status = Status.PARTIAL if flags else Status.RECORDED
    if sent.call_type[n] in terms.excluded:
        status = Status.EXCLUDED
    return Finding(status, flags, "", int(measured.coverage[n]), int(measured.late[n]), int(measured.early[n]))


def _lists(n: int, left: Ints, right: Ints) -> list[list[Any]]:
    """Returns, for each of n, the places on the right that it is paired with."""
    found: list[list[Any]] = [[] for _ in range(n)]
    for at, other in zip(left.tolist(), right.tolist(), strict=True):
        found[at].append(other)
    return found
