"""An iterator of bytes as a readable file: what is made piece by piece is stored piece by piece. Pure."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from io import BufferedReader, RawIOBase


class _Pieces(RawIOBase):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.left:
            piece = next(self.pieces, None)
            if piece is None:
                return 0
            self.left = memoryview(piece)
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size

    def close(self) -> None:
        if isinstance(self.pieces, Generator):
            self.pieces.close()  # ends the worker that makes them
        super().close()


class Chunks(BufferedReader):
    """Reads an iterator of bytes; an error of the iterator comes out of `read`."""

    def __init__(self, pieces: Iterator[bytes], size: int = 1 << 20) -> None:
        super().__init__(_Pieces(pieces), size)
