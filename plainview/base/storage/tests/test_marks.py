"""Marks of chunks: the same hashes as the ledger's, unforgeable, silent about the content."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.storage.marks import MARK, Chunks, Marks
from plainview.base.storage.tests.making import content
from plainview.ledger.chunks import CHUNK, ChunkTree

KEY = bytes(32)


@given(st.lists(st.integers(0, 2 * CHUNK), max_size=6))
@settings(max_examples=20, deadline=None)
def test_chunks_are_those_of_the_ledger_however_the_stream_is_cut(cuts: list[int]) -> None:
    data, tree, found = content(sum(cuts)), ChunkTree(), []
    chunks = Chunks(lambda number, digest: found.append((number, digest)))
    at = 0
    for size in cuts:
        chunks.update(memoryview(data)[at : at + size])
        at += size
    chunks.close()
    tree.update(data)
    assert found == list(enumerate(tree.hashes))


def test_a_stream_may_begin_in_the_middle() -> None:
    found: list[int] = []
    chunks = Chunks(lambda number, _: found.append(number), number=7)
    chunks.update(memoryview(bytes(2 * CHUNK + 1)))
    assert (found, chunks.number) == ([7, 8], 9)
    chunks.close()
    chunks.close()
    assert found == [7, 8, 9]


def test_a_mark_fits_its_chunk_and_number_only() -> None:
    marks = Marks(KEY)
    marks.add(0, b"a" * 32)
    marks.add(1, b"b" * 32)
    assert marks.fits(0, b"a" * 32)
    assert marks.fits(1, b"b" * 32)
    assert not marks.fits(1, b"a" * 32)
    assert not marks.fits(0, b"b" * 32)
    assert not marks.fits(2, b"a" * 32)


def test_marks_are_kept_and_read() -> None:
    marks = Marks(KEY)
    for number in range(5):
        marks.add(number, bytes([number]) * 32)
    assert len(marks.since(0)) == 5 * MARK
    assert marks.since(0)[3 * MARK :] == marks.since(3)
    again = Marks(KEY, marks.since(0))
    assert len(again) == 5
    assert all(again.fits(n, bytes([n]) * 32) for n in range(5))


def test_marks_of_another_key_fit_nothing() -> None:
    marks = Marks(KEY)
    marks.add(0, b"a" * 32)
    assert not Marks(bytes([1]) * 32, marks.since(0)).fits(0, b"a" * 32)


def test_a_mark_isn_t_the_hash() -> None:
    assert Marks(KEY).of(0, b"a" * 32) != b"a" * 32


def test_chunks_are_noted_in_order() -> None:
    with pytest.raises(ValueError, match="chunk 1 was noted after 0 chunks"):
        Marks(KEY).add(1, bytes(32))
