"""One stream on its way to the disk and back, on several threads that work on it side by side.

The caller's hashes chunks as they arrive; one encrypts and writes; one makes durable what has come together; one reads
that from the disk again, one decrypts it and compares it chunk by chunk with what arrived, one hashes it
(inspection.py). The SHA-256 is that of what the disk gave back; as that is, chunk for chunk, what arrived, it is the
SHA-256 of what arrived.
"""

from __future__ import annotations

from typing import Final, Protocol

from plainview.base.storage.errors import Damaged, StorageError
from plainview.base.storage.floe import HEADER, STANDARD
from plainview.base.storage.inspection import Inspection, inspect
from plainview.base.storage.lane import Buffers, Lane
from plainview.base.storage.marks import Chunks, Marks
from plainview.base.storage.sealer import Sealer
from plainview.base.storage.segments import Segments, open_cipher
from plainview.base.storage.shelf import Part, Published
from plainview.ledger.chunks import CHUNK, root_of

READ_BACK_EVERY: Final = 32 << 20  # stored bytes that come together before they are synced and read back
_SETTLED: Final = 64 << 10  # what shares a page with bytes yet to be written isn't read back before they are

Piece = tuple[memoryview, int]


class Session(Protocol):
    """What a writer needs of the stream it feeds."""

    def buffer(self) -> memoryview:
        """Waits for an empty buffer."""

    def take(self, buffer: memoryview, length: int) -> None:
        """Takes over a buffer of `buffer`, filled as far as `length`."""

    def settle(self) -> tuple[bytes, Marks, bytes]:
        """Makes everything durable; returns what fills no segment yet, the marks, the mark of the open chunk."""

    def finish(self) -> tuple[bytes, bytes]:
        """Reads all of it back from the disk; returns SHA-256 and chunk root."""

    def stop(self) -> None:
        """Ends the threads. What wasn't settled is lost."""


class Intake:
    """Takes content in buffers of its own. `rolling`: reads back while more arrives, which only a first session can."""

    def __init__(self, part: Part, sealer: Sealer, chunks: Chunks, marks: Marks, *, rolling: bool) -> None:
        self._part, self._sealer, self._chunks, self._marks = part, sealer, chunks, marks
        self._rolling, self._asked, self._ended = rolling, 0, False
        self._digests: list[bytes] = []
        self._segments = Segments(part, sealer.cipher, last=None)
        self._inspection = Inspection(self._segments, self._compare)
        self._buffers = Buffers(lambda: memoryview(bytearray(CHUNK)), 4)
        self._sealing: Lane[Piece] = Lane(self._seal, self._give_back)
        self._syncing: Lane[int] = Lane(self._sync)
        self._reading: Lane[int] = Lane(self._read_back)

    def buffer(self) -> memoryview:
        """Waits for an empty buffer of 1 MiB."""
        return self._buffers.take()

    def take(self, buffer: memoryview, length: int) -> None:
        """Takes over a buffer of `buffer`, filled as far as `length`. Raises what went wrong with earlier ones."""
        try:
            self._chunks.update(buffer[:length])
            self._sealing.hand((buffer, length))
        except BaseException:
            self._buffers.give(buffer)
            raise

    def settle(self) -> tuple[bytes, Marks, bytes]:
        """Makes everything durable; returns what fills no segment yet, the marks, the mark of the open chunk."""
        self._sealing.settle()
        self._part.sync()
        return self._sealer.pending, self._marks, self._marks.of(self._chunks.number, self._chunks.digest())

    def finish(self) -> tuple[bytes, bytes]:
        """Writes the end, makes all durable, reads the rest back; returns SHA-256 and chunk root. Raises Damaged."""
        if self._ended:
            raise StorageError("this writer failed at its end; resume it from its last state")
        self._ended = True
        self._chunks.close()
        self._sealing.settle()
        self._sealer.close()
        self._syncing.settle()
        self._part.sync()
        self._reading.settle()
        self._segments.last = self._sealer.position - 1
        self._inspection.up_to(self._sealer.position)
        sha256 = self._inspection.sha256()
        if len(self._digests) != len(self._marks):
            raise Damaged(f"{len(self._marks)} chunks arrived and the disk gave back {len(self._digests)}")
        return sha256, root_of(self._digests)

    def stop(self) -> None:
        """Ends the threads. What wasn't settled is lost."""
        self._inspection.stopped.set()
        for lane in (self._sealing, self._syncing, self._reading):
            lane.stop()
        self._inspection.stop()

    def _seal(self, piece: Piece) -> None:
        buffer, length = piece
        self._sealer.take(buffer[:length])
        if self._rolling and self._part.size - self._asked >= READ_BACK_EVERY:
            self._asked = self._part.size
            self._syncing.hand(self._asked)

    def _sync(self, written: int) -> None:
        self._part.sync()
        self._reading.hand(written)

    def _read_back(self, written: int) -> None:
        final = written // _SETTLED * _SETTLED - HEADER
        self._inspection.up_to(final // STANDARD.segment)

    def _compare(self, number: int, digest: bytes) -> None:
        if not self._marks.fits(number, digest):
            first, last = number * CHUNK, (number + 1) * CHUNK - 1
            raise Damaged(f"bytes {first}–{last} came back from the disk other than they arrived; test the disk")
        self._digests.append(digest)

    def _give_back(self, piece: Piece) -> None:
        self._buffers.give(piece[0])


class Finished:
    """An object that got its final name in an earlier session: takes nothing more, is read from end to end again."""

    def __init__(self, source: Published, key: bytes, aad: bytes) -> None:
        self._source, self._key, self._aad = source, key, aad
        self.size = STANDARD.content_size(source.size)

    def buffer(self) -> memoryview:
        """Refuses."""
        raise StorageError("this object is finished and takes nothing more")

    def take(self, buffer: memoryview, length: int) -> None:
        """Refuses."""
        self.buffer()

    def settle(self) -> tuple[bytes, Marks, bytes]:
        """Refuses: it needs no state but the one it was resumed from."""
        raise StorageError("this object is finished; its last state still holds")

    def finish(self) -> tuple[bytes, bytes]:
        """Reads all of it; returns SHA-256 and chunk root. Raises Damaged."""
        cipher = open_cipher(self._source, self._key, self._aad, STANDARD)
        return inspect(self._source, cipher)

    def stop(self) -> None:
        """Lets go of the object."""
        self._source.close()
