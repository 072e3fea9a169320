"""Lengths, sizes and places as people say them."""

from __future__ import annotations

import pytest

from plainview.holdings.evidence.words import degrees, length, size


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(None, ""), (0, "0:00"), (499, "0:00"), (500, "0:01"), (59_499, "0:59"), (60_000, "1:00"), (3_600_000, "1:00:00")],
)
def test_length(milliseconds: int | None, words: str) -> None:
    assert length(milliseconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_147_483_648, "2.1 GB"),
        (1_500_000_000_000, "1.5 TB"),
        (2_000_000_000_000_000, "2,000.0 TB"),
    ],
)
def test_size(number: int, words: str) -> None:
    assert size(number) == words


def test_degrees() -> None:
    assert degrees(39_099_730, "N", "S") == "39.09973° N"
    assert degrees(-94_578_570, "E", "W") == "94.57857° W"
