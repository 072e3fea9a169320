"""The RFC 6962 root over 1 MiB chunks of a stream: lets anyone check a part of a file, and hash it on many cores."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from plainview.ledger import merkle

CHUNK = 1 << 20


class ChunkTree:
    """Takes a stream in pieces of any size; keeps one hash a chunk."""

    def __init__(self) -> None:
        self._done: list[bytes] = []
        self._open = sha256(b"\0")
        self._filled = 0

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Adds the next piece of the stream."""
        rest = memoryview(data).cast("B")
        while rest:
            piece = rest[: CHUNK - self._filled]
            self._open.update(piece)
            self._filled += len(piece)
            rest = rest[len(piece) :]
            if self._filled == CHUNK:
                self._done.append(self._open.digest())
                self._open, self._filled = sha256(b"\0"), 0

    @property
    def hashes(self) -> list[bytes]:
        """The leaf hash of every chunk so far, the unfinished last one included. An empty stream has none."""
        return [*self._done, self._open.digest()] if self._filled else list(self._done)

    def root(self) -> bytes:
        """Returns the root over the chunks so far."""
        return root_of(self.hashes)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Returns the root over chunk hashes."""
    return merkle.root(hashes)
