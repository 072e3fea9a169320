"""The file object inside the sandbox gives the same bytes as the file, whatever is asked in whatever order."""

from __future__ import annotations

import io
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.media.inside.feed import FIRST, MOST, Feed

DATA = random.Random(5).randbytes(3 * MOST + 12345)


class Store:
    """Serves bytes and counts what was asked."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[tuple[int, int]] = []

    def want(self, offset: int, length: int) -> bytes:
        self.asked.append((offset, length))
        return self.data[offset : offset + length]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, len(DATA) + 100), st.integers(0, 400_000)), max_size=20))
def test_reads_anywhere_are_right(reads: list[tuple[int, int]]) -> None:
    feed = Feed(Store(DATA), len(DATA))
    for offset, length in reads:
        assert feed.read_at(offset, length) == DATA[offset : offset + length]


def test_it_reads_as_a_file_does() -> None:
    feed, file = Feed(Store(DATA), len(DATA)), io.BytesIO(DATA)
    for move, whence in ((0, 0), (100, 0), (5, 1), (-50, 2), (10_000, 0)):
        assert feed.seek(move, whence) == file.seek(move, whence)
        assert feed.read(70_000) == file.read(70_000)
        assert feed.tell() == file.tell()
    feed.seek(MOST)
    file.seek(MOST)
    assert feed.read() == file.read()
    assert feed.read(10) == b""


def test_a_steady_reader_asks_for_ever_more_up_to_a_limit() -> None:
    store = Store(DATA)
    feed = Feed(store, len(DATA))
    while feed.read(32_768):
        pass
    lengths = [length for _, length in store.asked]
    assert lengths[0] == FIRST
    assert max(lengths) == MOST
    assert sum(lengths) == len(DATA)
    assert len(lengths) < 10


def test_a_jumping_reader_asks_for_little() -> None:
    store = Store(DATA)
    feed = Feed(store, len(DATA))
    for at in range(0, len(DATA), 500_000):
        feed.read_at(at, 16)
    assert all(length <= FIRST for _, length in store.asked)


def test_two_places_read_in_turn_are_both_remembered() -> None:
    store = Store(DATA)
    feed = Feed(store, len(DATA))
    for step in range(20):
        feed.read_at(step * 3_000, 3_000)
        feed.read_at(2 * MOST + step * 1_000, 1_000)
    assert len(store.asked) == 2


def test_a_store_that_gives_less_than_it_says_ends_the_read() -> None:
    feed = Feed(Store(DATA[:1000]), len(DATA))
    assert feed.read_at(0, 5000) == DATA[:1000]
    assert feed.read_at(5000, 10) == b""


def test_nothing_is_read_before_the_beginning_or_after_the_end() -> None:
    feed = Feed(Store(DATA), len(DATA))
    assert feed.read_at(-5, 10) == b""
    assert feed.read_at(len(DATA), 10) == b""
    assert feed.seek(-10) == 0
