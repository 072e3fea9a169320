"""What an address asks for, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, parse_qsl
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence.filters import Cursor, Filters, cursor, read

FULL = Filters(
    officer="Smith",
    unit=7,
    class_id="criminal",
    camera="BWC-1",
    call="26-",
    first=date(2026, 1, 2),
    last=date(2026, 2, 3),
    quarantined=True,
    no_call=True,
    no_class=True,
)


def test_an_empty_address_asks_for_everything() -> None:
    filters, problems = read({})
    assert filters == Filters()
    assert not filters.any
    assert filters.query() == ""
    assert problems == []


def test_what_is_written_is_read_back() -> None:
    found, problems = read(dict(parse_qsl(FULL.query()[1:])))
    assert (found, problems) == (FULL, [])


@given(
    st.builds(
        Filters,
        officer=st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=20),
        unit=st.none() | st.integers(1, 10**9),
        first=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        no_call=st.booleans(),
    )
)
def test_any_filters_survive_an_address(filters: Filters) -> None:
    assert read(dict(parse_qsl(filters.query()[1:])))[0] == filters


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"unit": "x"}, "no unit 'x'"),
        ({"unit": "-1"}, "no unit '-1'"),
        ({"unit": "9" * 30}, "no unit"),
        ({"from": "1/2/2026"}, "not a day"),
        ({"to": "2026-02-30"}, "not a day"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "first day is after the last"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(given_: dict[str, str], words: str) -> None:
    found, problems = read(given_)
    assert len(problems) == 1
    assert words in problems[0]
    if "after the last" not in words:
        assert found == Filters()


def test_texts_are_bounded_and_hold_no_nul() -> None:
    found, _ = read({"officer": "a\x00b" + "c" * 500})
    assert len(found.officer) <= 80
    assert "\x00" not in found.officer


def test_one_filter_can_be_taken_away() -> None:
    assert FULL.without("unit").unit is None
    assert FULL.without("unit").officer == "Smith"
    assert "unit" not in parse_qs(FULL.without("unit").query()[1:])


def test_a_place_survives_an_address() -> None:
    at = Cursor(datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC), uuid4())
    assert cursor({"older": str(at)}) == at
    assert cursor({"newer": str(at)}) == Cursor(at.listed_at, at.id, newer=True)


@pytest.mark.parametrize("text", ["", "x", "20260601T120000.000000Z_", "20261301T120000.000000Z_" + "0" * 32, "'; --"])
def test_nonsense_is_the_beginning(text: str) -> None:
    assert cursor({"older": text}) is None
