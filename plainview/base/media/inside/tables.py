"""Where the samples of a track lie: QuickTime's tables, read with bounds."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator

from .boxes import Walk
from .movie import Track
from .trouble import Malformed

LARGEST_TABLE = 64 << 20
MOST_SAMPLES = 4_000


def samples(walk: Walk, track: Track) -> Iterator[tuple[int, int, int, int]]:
    """Yields offset, size, time and length (ms) of the samples of a metadata track; thinned where there are too many.

    Raises:
        Malformed: the tables contradict each other.
    """
    sizes, chunks, runs = _sizes(walk, track), _chunks(walk, track), _runs(walk, track)
    clock = _Clock(walk, track, len(sizes))
    step = -(-len(sizes) // MOST_SAMPLES) or 1
    number = 0
    for chunk, count in _per_chunk(len(chunks), runs):
        at = chunks[chunk]
        for _ in range(count):
            if number >= len(sizes):
                return
            if number % step == 0:
                yield at, sizes[number], *clock.of(number)
            at += sizes[number]
            number += 1


def reach(walk: Walk, track: Track) -> int:
    """Returns how far into the file the samples of a track go, as far as its last chunks tell.

    Raises:
        Malformed: the tables contradict each other.
    """
    chunks = _chunks(walk, track)
    if not chunks:
        return 0
    furthest = max(range(len(chunks)), key=chunks.__getitem__)
    sizes = _sizes(walk, track)
    before = 0
    for chunk, count in _per_chunk(len(chunks), _runs(walk, track)):
        if chunk == furthest:
            return chunks[furthest] + sum(sizes[before : before + count])
        before += count
    return chunks[furthest]


def sample_count(walk: Walk, track: Track) -> int:
    """Returns how many samples the tables list, without reading them."""
    box = walk.find(track.table, b"stsz") if track.table else None
    return int.from_bytes(walk.feed.read_at(box.body + 8, 4), "big") if box else 0


def _body(walk: Walk, track: Track, kind: bytes) -> bytes:
    box = walk.find(track.table, kind) if track.table else None
    return walk.read(box, LARGEST_TABLE) if box else b""


def _numbers(code: str, body: bytes, start: int) -> array[int]:
    made = array(code)
    width = made.itemsize
    made.frombytes(body[start : start + (len(body) - start) // width * width])
    if sys.byteorder == "little":
        made.byteswap()
    return made


def _sizes(walk: Walk, track: Track) -> array[int]:
    body = _body(walk, track, b"stsz")
    if not (fixed := int.from_bytes(body[4:8], "big")):
        return _numbers("I", body, 12)
    count = int.from_bytes(body[8:12], "big")
    if fixed * count > walk.feed.size + LARGEST_TABLE or count > LARGEST_TABLE // 4:
        raise Malformed("its tables list more than the file could hold")
    return array("I", [fixed]) * count


def _chunks(walk: Walk, track: Track) -> array[int]:
    body = _body(walk, track, b"stco")
    return _numbers("I", body, 8) if body else _numbers("Q", _body(walk, track, b"co64"), 8)


def _runs(walk: Walk, track: Track) -> list[tuple[int, int]]:
    flat = _numbers("I", _body(walk, track, b"stsc"), 8)
    return [(flat[i] - 1, flat[i + 1]) for i in range(0, len(flat) - 2, 3)]


def _per_chunk(chunks: int, runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yields each chunk with its number of samples."""
    for place, (first, count) in enumerate(runs):
        last = runs[place + 1][0] if place + 1 < len(runs) else chunks
        if not 0 <= first <= last:
            raise Malformed("its sample tables run backwards")
        for chunk in range(first, min(last, chunks)):
            yield chunk, count


class _Clock:
    """Time and length in ms of sample n, from runs of equal lengths; asked in rising order."""

    def __init__(self, walk: Walk, track: Track, count: int) -> None:
        flat = _numbers("I", _body(walk, track, b"stts"), 8)
        self._runs = list(zip(flat[::2], flat[1::2], strict=False)) or [(count, 0)]
        self._scale = track.timescale or 1000
        self._run = self._first = self._clock = 0

    def of(self, number: int) -> tuple[int, int]:
        while self._run < len(self._runs) - 1 and number >= self._first + self._runs[self._run][0]:
            count, length = self._runs[self._run]
            self._first, self._clock, self._run = self._first + count, self._clock + count * length, self._run + 1
        length = self._runs[self._run][1]
        at = self._clock + (number - self._first) * length
        return at * 1000 // self._scale, length * 1000 // self._scale
