"""PURE what ties the bytes that arrived to the bytes that the disk gives back: one keyed mark a chunk of 1 MiB.

The state of a SHA-256 can't be saved, so an upload that goes on tomorrow could not finish the hash it began today.
Marks can be kept: HMAC over the chunk's number and its RFC 6962 leaf hash, under a key drawn from the object's own.
They say nothing about the content to who doesn't have that key, and nobody else can make one.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from plainview.ledger.chunks import CHUNK

MARK: Final = 32


class Chunks:
    """Cuts a stream into chunks and hashes each as an RFC 6962 leaf; tells `each` the number and hash of every one."""

    def __init__(self, each: Callable[[int, bytes], None], number: int = 0) -> None:
        self._each = each
        self.number = number  # of the chunk that is open
        self._open, self._filled = sha256(b"\0"), 0

    def update(self, data: memoryview) -> None:
        """Adds the next piece of the stream."""
        while data:
            piece = data[: CHUNK - self._filled]
            self._open.update(piece)
            self._filled += len(piece)
            data = data[len(piece) :]
            if self._filled == CHUNK:
                self.close()

    def close(self) -> None:
        """Ends the stream: what is left is the last chunk. Nothing left is no chunk."""
        if self._filled:
            digest = self.digest()
            self._open, self._filled = sha256(b"\0"), 0
            self.number += 1
            self._each(self.number - 1, digest)

    def digest(self) -> bytes:
        """The leaf hash of the open chunk as far as it goes."""
        return self._open.digest()


class Marks:
    """The marks of one object's chunks, in order."""

    def __init__(self, key: bytes, kept: bytes = b"") -> None:
        self._key = key
        self._marks = [kept[at : at + MARK] for at in range(0, len(kept), MARK)]

    def __len__(self) -> int:
        return len(self._marks)

    def of(self, number: int, digest: bytes) -> bytes:
        """Returns the mark of a chunk."""
        return hmac.digest(self._key, number.to_bytes(8, "big") + digest, "sha256")

    def add(self, number: int, digest: bytes) -> None:
        """Notes a chunk that arrived."""
        if number != len(self._marks):
            raise ValueError(f"chunk {number} was noted after {len(self._marks)} chunks")
        self._marks.append(self.of(number, digest))

    def fits(self, number: int, digest: bytes) -> bool:
        """Whether this is the chunk that arrived as `number`."""
        return number < len(self._marks) and hmac.compare_digest(self._marks[number], self.of(number, digest))

    def since(self, number: int) -> bytes:
        """The marks from a number on, to be kept."""
        return b"".join(self._marks[number:])
