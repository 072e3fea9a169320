"""Reading an object from end to end as the disk has it, with its SHA-256 and chunk hashes, on three threads."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from threading import Event

from plainview.base.storage.direct import aligned
from plainview.base.storage.floe import Cipher
from plainview.base.storage.lane import Buffers, Lane
from plainview.base.storage.marks import Chunks
from plainview.base.storage.segments import RUN, Segments
from plainview.base.storage.shelf import Readable
from plainview.ledger.chunks import root_of

Run = tuple[int, int, memoryview, memoryview]  # first segment, stop, what was read, the buffer it lies in
Piece = tuple[memoryview, int]


class Inspection:
    """Goes through the segments in order, as far as it is told, and hashes what it finds.

    The caller's thread reads, one decrypts and hashes chunks, one hashes the whole. `each` is told the number and
    hash of every chunk as soon as it is complete.
    """

    def __init__(self, segments: Segments, each: Callable[[int, bytes], None]) -> None:
        self.position = 0  # the next segment to read
        self.stopped = Event()
        self._segments = segments
        self._chunks = Chunks(each)
        self._whole = sha256()
        sealed, content = RUN * segments.parameters.segment, RUN * segments.parameters.payload
        self._sealed = Buffers(lambda: aligned(sealed), 2)
        self._content = Buffers(lambda: memoryview(bytearray(content)), 2)
        self._opening: Lane[Run] = Lane(self._open, lambda run: self._sealed.give(run[3]))
        self._hashing: Lane[Piece] = Lane(self._hash, lambda piece: self._content.give(piece[0]))

    def up_to(self, stop: int) -> None:
        """Reads on to before segment `stop`. Raises what went wrong with it so far: Damaged, or what `each` raises."""
        while self.position < stop and not self.stopped.is_set():
            end = min(stop, self.position + RUN)
            buffer = self._sealed.take()
            try:
                sealed = self._segments.fetch(self.position, end, buffer)
                self._opening.hand((self.position, end, sealed, buffer))
            except BaseException:
                self._sealed.give(buffer)
                raise
            self.position = end

    def sha256(self) -> bytes:
        """Ends the reading; returns the SHA-256 of everything read. Raises what went wrong with it."""
        self._segments.check_header()
        self._opening.settle()
        self._chunks.close()
        self._hashing.settle()
        return self._whole.digest()

    def stop(self) -> None:
        """Ends a reading, also one in another thread, after the run in hand, and the threads that hash."""
        self.stopped.set()
        self._opening.stop()
        self._hashing.stop()

    def _open(self, run: Run) -> None:
        first, stop, sealed, _ = run
        content = self._content.take()
        try:
            length = self._segments.open(first, stop, sealed, content)
            self._chunks.update(content[:length])
            self._hashing.hand((content, length))
        except BaseException:
            self._content.give(content)
            raise

    def _hash(self, piece: Piece) -> None:
        content, length = piece
        self._whole.update(content[:length])


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
