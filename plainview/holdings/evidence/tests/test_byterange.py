"""Ranges of bytes as RFC 9110 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence.byterange import Span, Unsatisfiable, asked, still_valid


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-", Span(0, 100)),
        ("bytes=10-19", Span(10, 20)),
        ("bytes=99-", Span(99, 100)),
        ("bytes=90-1000", Span(90, 100)),
        ("bytes=-1", Span(99, 100)),
        ("bytes=-1000", Span(0, 100)),
        ("Bytes= 5 - 6 ", Span(5, 7)),
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=a-b", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_asked(header: str | None, span: Span | None) -> None:
    assert asked(header, 100) == span


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_what_does_not_exist(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header, size)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_span_lies_inside_and_never_gives_more_than_asked(first: int, last: int, size: int) -> None:
    try:
        span = asked(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
        return
    if span is None:
        assert last < first
        return
    assert (span.first, span.end) == (first, min(last + 1, size))
    assert 0 < span.length <= size


def test_the_header_of_the_answer_counts_the_last_byte() -> None:
    assert Span(10, 20).content_range(100) == "bytes 10-19/100"


@pytest.mark.parametrize(
    ("header", "valid"),
    [(None, True), ('"abc"', True), ('"abd"', False), ('W/"abc"', False), ("Mon, 01 Jan 2026", False)],
)
def test_if_range(header: str | None, valid: bool) -> None:
    assert still_valid(header, '"abc"') is valid
