"""A worker that was taken over can answer anything; only plain values within bounds come through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media import MediaError, checked
from plainview.base.media.judging import judge

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
KEYS = ("kind", "duration_ms", "streams", "problem", "said", "serial", "device", "points", "notes", "tags", "sidecar")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, ANYTHING)))
def test_whatever_is_answered_becomes_plain_facts(answer: dict[str, Any]) -> None:
    facts = judge(answer, "clip.mp4")
    json.dumps(facts.as_json(), allow_nan=False)
    assert facts.plays in ("direct", "remux", "proxy", "no")
    assert facts.role in ("footage", "sidecar", "other")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\nb\x1b[31m", "a b [31m"),
        ("\u202eexe.4pm", "exe.4pm"),
        ("  x  ", "x"),
        (5, ""),
        (None, ""),
        ("y" * 1000, "y" * 300),
        ("smile 😀", "smile 😀"),
    ],
)
def test_text_is_one_printable_line(raw: Any, clean: str) -> None:
    assert checked.text(raw) == clean


@pytest.mark.parametrize("raw", [True, 1.5, "5", None, -1, 1 << 60])
def test_what_is_no_whole_number_within_bounds_is_none(raw: Any) -> None:
    assert checked.number(raw) is None


def test_positions_off_the_earth_are_left_out() -> None:
    raw = [[0, 91_000_000, 0, None], [0, 0, 181_000_000, None], ["x", 5, 5, 1 << 60], [1, 2], "x", [1, 39, -94, 7]]
    assert [(p.at_ms, p.lat_e6, p.utc_ms) for p in checked.points(raw)] == [(None, 5, None), (1, 39, 7)]


def test_positions_are_counted() -> None:
    assert len(checked.points([[n, 1, 1, None] for n in range(50_000)])) == 10_000


def test_times_in_another_form_are_left_out() -> None:
    good = {
        "source": "gps",
        "value": "2024-06-01T12:00:00",
        "moment": "start",
        "zone": "UTC",
        "at_ms": 0,
        "habit": None,
    }
    bad: list[Any] = [
        {**good, "source": "name"},  # a name is not the worker's to read
        {**good, "value": "yesterday"},
        {**good, "moment": "never"},
        {"source": "gps"},
        "x",
    ]
    assert len(checked.said([*bad, good])) == 1
    odd = checked.said([{**good, "zone": "Mars", "habit": "lies", "at_ms": "x", "by": 7}])[0]
    assert (odd.zone, odd.habit, odd.at_ms, odd.by) == (None, None, 0, "")


def test_streams_keep_only_known_words() -> None:
    raw = [{"kind": "video", "codec": "h264", "width": -5, "height": 720, "evil": "x", "fps": 30}] * 100
    kept = checked.streams(raw)
    assert len(kept) == 64
    assert kept[0] == {"kind": "video", "codec": "h264", "height": 720}


def test_an_unknown_kind_is_none() -> None:
    assert checked.kind("mp4") == "mp4"
    assert checked.kind("../../etc") is None
    assert checked.kind(["mp4"]) is None


def test_numbers_that_are_missing_are_an_error() -> None:
    assert checked.numbers({"a": 1, "b": 2}, "a", "b") == (1, 2)
    for answer in ({"a": 1}, {"a": 1, "b": "2"}, None, [1, 2]):
        with pytest.raises(MediaError):
            checked.numbers(answer, "a", "b")
