"""The chunk root does not depend on how the stream was cut, and changes with every byte."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.ledger import chunks, merkle
from plainview.ledger.chunks import CHUNK, ChunkTree


def reference(data: bytes) -> bytes:
    return merkle.root([merkle.leaf_hash(data[i : i + CHUNK]) for i in range(0, len(data), CHUNK)])


def streamed(data: bytes, step: int) -> ChunkTree:
    tree = ChunkTree()
    for i in range(0, len(data), step):
        tree.update(data[i : i + step])
    return tree


@settings(max_examples=25)
@given(st.integers(0, 3 * CHUNK + 17), st.integers(1000, 2 * CHUNK + 5))
def test_the_root_does_not_depend_on_the_pieces(size: int, step: int) -> None:
    data = bytes(size)
    assert streamed(data, step).root() == reference(data)


def test_sizes_around_a_chunk() -> None:
    for size, count in [(0, 0), (1, 1), (CHUNK - 1, 1), (CHUNK, 1), (CHUNK + 1, 2), (2 * CHUNK, 2)]:
        tree = streamed(b"\x07" * size, 65_536)
        assert len(tree.hashes) == count
        assert tree.root() == reference(b"\x07" * size)


def test_an_empty_stream_has_the_empty_root() -> None:
    assert ChunkTree().root() == merkle.EMPTY_ROOT == chunks.root_of([])


def test_one_changed_byte_changes_one_chunk_hash_and_the_root() -> None:
    data = bytearray(2 * CHUNK + 5)
    before = streamed(bytes(data), CHUNK)
    data[CHUNK + 1] ^= 1
    after = streamed(bytes(data), CHUNK)
    assert [a == b for a, b in zip(before.hashes, after.hashes, strict=True)] == [True, False, True]
    assert before.root() != after.root()


def test_reading_the_root_midway_disturbs_nothing() -> None:
    tree = ChunkTree()
    tree.update(b"first")
    first = tree.root()
    assert tree.root() == first == reference(b"first")
    tree.update(memoryview(bytearray(b" second")))
    assert tree.root() == reference(b"first second")
