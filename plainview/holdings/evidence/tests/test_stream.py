"""What is made piece by piece is read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence.storable import storable, storable_json
from plainview.holdings.evidence.stream import Chunks


@given(st.lists(st.binary(max_size=50), max_size=20), st.integers(1, 70))
def test_nothing_is_lost_between_the_pieces(pieces: list[bytes], size: int) -> None:
    stream, found = Chunks(iter(pieces), 16), b""
    while part := stream.read(size):
        found += part
    assert found == b"".join(pieces)


def test_an_error_of_the_maker_comes_out() -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the worker died")

    with pytest.raises(OSError, match="the worker died"):
        Chunks(broken()).read()


def test_closing_ends_the_maker() -> None:
    ended: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 100
        finally:
            ended.append(True)

    with Chunks(endless(), 64) as stream:
        assert stream.read(10) == b"x" * 10
    assert ended == [True]


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_made_storable_can_be_stored(text: str) -> None:
    made = storable(text)
    made.encode("utf-8")
    assert "\x00" not in made


def test_every_text_in_a_document_is_made_storable() -> None:
    assert storable_json({"a\x00": ["b\udc80", 1, None, True, {"c": ("d\x00",)}]}) == {
        "a\\x00": ["b\\x80", 1, None, True, {"c": ["d\\x00"]}]
    }
