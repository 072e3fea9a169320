"""Reading an object from end to end, with its SHA-256 and chunk hashes, on two threads."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from threading import Event
from typing import Final

from plainview.base.storage.floe import Cipher
from plainview.base.storage.lane import Buffers, Lane
from plainview.base.storage.marks import Chunks
from plainview.base.storage.segments import RUN, Segments
from plainview.base.storage.shelf import Readable
from plainview.ledger.chunks import root_of

_AHEAD: Final = 8 * RUN

Piece = tuple[memoryview, int]


class Inspection:
    """Goes through the segments in order, as far as it is told, and hashes what it finds.

    `each` is told the number and hash of every chunk as soon as it is complete.
    """

    def __init__(self, segments: Segments, each: Callable[[int, bytes], None]) -> None:
        self.position = 0  # the next segment to read
        self.size = 0  # bytes of content so far
        self._announced = 0  # segments that the disk was told of
        self.stopped = Event()
        self._segments = segments
        self._chunks = Chunks(each)
        self._whole = sha256()
        self._scratch: memoryview | None = None
        self._buffers = Buffers(RUN * segments.parameters.payload, 3)
        self._hashing: Lane[Piece] = Lane(self._hash, self._give_back)

    def up_to(self, stop: int) -> None:
        """Reads on to before segment `stop`. Raises Damaged, and whatever `each` raises."""
        if self._scratch is None:
            self._scratch = memoryview(bytearray(RUN * self._segments.parameters.segment))
        while self.position < stop and not self.stopped.is_set():
            self._announce(stop)
            buffer = self._buffers.take()
            end = min(stop, self.position + RUN)
            try:
                length = self._segments.read(self.position, end, buffer, self._scratch)
                self._chunks.update(buffer[:length])
            except BaseException:
                self._buffers.give(buffer)
                raise
            self._hashing.hand((buffer, length))
            self.position, self.size = end, self.size + length

    def _announce(self, stop: int) -> None:
        """Keeps the disk busy ahead of the hashing, by at most _AHEAD segments."""
        wanted = min(stop, self.position + _AHEAD)
        if self._announced < wanted and (wanted == stop or wanted - self._announced >= _AHEAD // 2):
            self._segments.soon(max(self._announced, self.position), wanted)
            self._announced = wanted

    def sha256(self) -> bytes:
        """Ends the reading; returns the SHA-256 of everything read."""
        self._chunks.close()
        self._hashing.settle()
        return self._whole.digest()

    def stop(self) -> None:
        """Ends a reading in another thread after the run in hand, and the thread that hashes."""
        self.stopped.set()
        self._hashing.stop()

    def _hash(self, piece: Piece) -> None:
        buffer, length = piece
        self._whole.update(buffer[:length])

    def _give_back(self, piece: Piece) -> None:
        self._buffers.give(piece[0])


def inspect(source: Readable, cipher: Cipher) -> tuple[bytes, bytes]:
    """Reads a complete object from end to end; returns SHA-256 and chunk root of its content. Raises Damaged."""
    digests: list[bytes] = []
    count = cipher.parameters.segments(cipher.parameters.content_size(source.size))
    inspection = Inspection(Segments(source, cipher, last=count - 1), lambda _, digest: digests.append(digest))
    try:
        inspection.up_to(count)
        return inspection.sha256(), root_of(digests)
    finally:
        inspection.stop()
