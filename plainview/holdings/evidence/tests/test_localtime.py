"""A typed time: never a guess where the clocks were changed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plainview.holdings.evidence.localtime import moment
from plainview.holdings.evidence.rules import Refused

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-06-01 12:00:00", datetime(2026, 6, 1, 17, tzinfo=UTC)),
        ("2026-06-01T12:00", datetime(2026, 6, 1, 17, tzinfo=UTC)),
        (" 2026-12-01 12:00:30 ", datetime(2026, 12, 1, 18, 0, 30, tzinfo=UTC)),
        ("2026-11-01 01:30:00-05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("2026-11-01 01:30:00-06:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
        ("2026-06-01T12:00:00Z", datetime(2026, 6, 1, 12, tzinfo=UTC)),
    ],
)
def test_moment(typed: str, utc: datetime) -> None:
    assert moment(typed, CHICAGO) == utc


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-01 01:30:00", "01:30 came twice that day"),
        ("2026-03-08 02:30:00", "02:30 came never that day"),
        ("noon", "'noon' is not a time"),
        ("", "is not a time"),
        ("2026-13-01 12:00", "is not a time"),
    ],
)
def test_what_is_no_moment_is_refused_with_what_to_write(typed: str, words: str) -> None:
    with pytest.raises(Refused, match="Write it as") as refused:
        moment(typed, CHICAGO)
    assert words in str(refused.value)
