"""The matcher and the finding: on random days against the obvious way, and on the line."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.duties.activation.rules.finding import (
    FLAGS,
    HOUR,
    SECOND,
    Case,
    Clip,
    Status,
    Terms,
    judge_one,
    measure,
    thousandths,
)
from plainview.duties.activation.rules.matching import Spans, match

TERMS = Terms(
    60 * SECOND, 60 * SECOND, 60 * SECOND, 24 * HOUR, frozenset({"STATION"}), frozenset({"CANCELLED"}), "III.A"
)
LATER = 10_000 * HOUR
spans = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 40)), max_size=14)


def made(rows: list[tuple[int, int, int]], scale: int = SECOND) -> Spans:
    """Spans of (owner, begin, length)."""
    owner = np.array([r[0] for r in rows], np.int64)
    begin = np.array([r[1] * scale for r in rows], np.int64)
    return Spans(owner, begin, begin + np.array([r[2] * scale for r in rows], np.int64))


@settings(max_examples=300)
@given(spans, spans)
def test_every_pair_that_shares_time_is_found_and_no_other(
    calls: list[tuple[int, int, int]], clips: list[tuple[int, int, int]]
) -> None:
    obvious = {
        (n, m)
        for (n, (who, begin, length)), (m, (whose, start, lasts)) in product(enumerate(calls), enumerate(clips))
        if who == whose and min(begin + length, start + lasts) > max(begin, start)
    }
    call, clip = match(made(calls), made(clips))
    assert list(zip(call.tolist(), clip.tolist(), strict=True)) == sorted(
        obvious, key=lambda pair: (pair[0], clips[pair[1]][1], pair[1])
    )


@settings(max_examples=300)
@given(spans, spans, st.lists(st.integers(-90, 90), min_size=14, max_size=14))
def test_the_arithmetic_of_many_is_that_of_one(
    calls: list[tuple[int, int, int]], clips: list[tuple[int, int, int]], presses: list[int]
) -> None:
    scale = 7 * SECOND + 123  # no round numbers
    spans_of_calls, spans_of_clips = made(calls, scale), made(clips, scale)
    press = spans_of_clips.begin + np.array(presses[: len(clips)], np.int64) * SECOND
    pairs = match(spans_of_calls, spans_of_clips)
    found = measure(spans_of_calls, spans_of_clips, press, *pairs, TERMS)
    for n in range(len(calls)):
        mine = [m for at, m in zip(*(p.tolist() for p in pairs), strict=True) if at == n]
        case = case_of(int(spans_of_calls.begin[n]), int(spans_of_calls.end[n]))
        one = judge_one(
            case,
            [Clip(int(press[m]), int(spans_of_clips.begin[m]), int(spans_of_clips.end[m])) for m in mine],
            TERMS,
            LATER,
        )
        assert bool(found.matched[n]) == bool(mine)
        if mine:
            flags = tuple(flag for flag, on in zip(FLAGS, found.flags[n], strict=True) if on)
            assert (found.late[n], found.early[n], found.coverage[n], flags) == (
                one.late, one.early, one.coverage, one.flags,
            )  # fmt: skip


def case_of(begin: int, end: int | None, **more: object) -> Case:
    given: dict[str, object] = {
        "call_type": "STOP", "disposition": "REPORT", "arrived": True, "issued": True, "fault": False, "reason": "",
    }  # fmt: skip
    return Case(begin, end, **{**given, **more})  # type: ignore[arg-type]


def clip(press: int, stop: int, buffer: int = 30) -> Clip:
    return Clip(press * SECOND, (press - buffer) * SECOND, stop * SECOND)


@pytest.mark.parametrize(
    ("clips", "flags", "late", "early"),
    [
        ([clip(0, 600)], (), 0, 0),
        ([clip(60, 540)], (), 60, 60),
        ([clip(61, 539)], ("late_start", "early_stop"), 61, 61),
        ([clip(0, 300), clip(390, 600)], (), 0, 0),  # the hole is 60: the second starts 30 before its press
        ([clip(0, 300), clip(391, 600)], ("gap",), 0, 0),
        ([clip(-400, 700)], (), 0, 0),
        ([clip(70, 650), clip(80, 90)], ("late_start",), 70, 0),
    ],
)
def test_on_the_line_is_not_beyond_it(clips: list[Clip], flags: tuple[str, ...], late: int, early: int) -> None:
    found = judge_one(case_of(0, 600 * SECOND), clips, TERMS, LATER)
    assert (found.flags, found.late, found.early) == (flags, late, early)
    assert found.status == (Status.PARTIAL if flags else Status.RECORDED)


def test_the_press_counts_and_not_the_buffer() -> None:
    found = judge_one(case_of(0, 600 * SECOND), [clip(75, 600, buffer=30)], TERMS, LATER)
    assert found.late == 75, "the buffer had begun at 45"
    assert found.coverage == thousandths(555, 600)


@pytest.mark.parametrize(
    ("more", "status", "reason"),
    [
        ({"call_type": "STATION"}, "excluded", ""),
        ({"arrived": False, "disposition": "CANCELLED", "issued": False}, "excused", "cancelled"),
        ({"arrived": True, "disposition": "CANCELLED"}, "not_recorded", ""),
        ({"issued": False, "fault": True}, "excused", "no_camera_issued"),
        ({"fault": True, "reason": "forgotten"}, "excused", "camera_fault"),
        ({"reason": "forgotten"}, "excused", "forgotten"),
        ({}, "not_recorded", ""),
    ],
)
def test_the_first_reason_that_fits(more: dict[str, object], status: str, reason: str) -> None:
    found = judge_one(case_of(0, 600 * SECOND, **more), [], TERMS, LATER)
    assert (found.status, found.reason, found.coverage, found.late) == (status, reason, 0, None)


def test_nothing_yet_is_pending_until_the_upload_is_due() -> None:
    case = case_of(0, 600 * SECOND)
    due = 600 * SECOND + 24 * HOUR
    assert judge_one(case, [], TERMS, due - 1).status == "pending"
    assert judge_one(case, [], TERMS, due).status == "not_recorded"


def test_an_open_call_is_judged_up_to_now_and_a_day_at_most() -> None:
    case = case_of(0, None)
    assert judge_one(case, [clip(0, 1800)], TERMS, 3600 * SECOND).coverage == 500
    assert judge_one(case, [clip(0, 1800)], TERMS, 100 * HOUR).coverage == thousandths(1800, 24 * 3600)


def test_thousandths_round_half_to_even() -> None:
    assert [thousandths(part, 2000) for part in (1, 3, 5)] == [0, 2, 2]
    assert thousandths(1, 0) == 0


def test_a_call_of_years_is_measured_all_the_same() -> None:
    year = 365 * 24 * HOUR
    calls = Spans(np.array([1, 1]), np.array([0, 5 * year]), np.array([400 * year, 6 * year]))
    clips = Spans(np.array([1, 1, 1]), np.array([0, 2 * year, 5 * year]), np.array([year, 3 * year, 400 * year]))
    found = measure(calls, clips, clips.begin, *match(calls, clips), TERMS)
    assert found.coverage.tolist() == [thousandths(397, 400), 1000]
