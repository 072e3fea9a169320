"""The one file that the sandbox can read: bytes come over the socket, with a little read-ahead."""

from __future__ import annotations

import io
from collections import deque
from typing import Protocol

FIRST = 64 << 10  # what a read from a new place fetches: one segment of the store
MOST = 1 << 20  # what a steady reader fetches at once
KEPT = 8  # places remembered: picture and sound of a badly interleaved file are two


class Asks(Protocol):
    """Fetches bytes of the file."""

    def want(self, offset: int, length: int, /) -> bytes | bytearray:
        """Returns the bytes there; fewer only at the end."""
        ...


class Feed:
    """A read-only file object over the socket, with random access."""

    name = "evidence"

    def __init__(self, line: Asks, size: int) -> None:
        self._line = line
        self.size = size
        self._at = 0
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT)

    def read_at(self, offset: int, length: int) -> bytes:
        """Returns up to `length` bytes from `offset`; fewer only at the end."""
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        part = self._part(offset, length)
        if len(part) == length:
            return part
        parts = [part]
        while (missing := length - sum(map(len, parts))) > 0:
            part = self._part(offset + length - missing, missing)
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def _part(self, offset: int, length: int) -> bytes:
        ahead = FIRST
        for start, data in self._kept:
            inside = offset - start
            if 0 <= inside < len(data):
                return data[inside : inside + length]
            if inside == len(data):
                ahead = min(2 * max(len(data), FIRST), MOST)
        data = bytes(self._line.want(offset, min(max(length, ahead), MOST, self.size - offset)))
        self._kept.appendleft((offset, data))
        return data[:length]

    def read(self, count: int = -1) -> bytes:
        """Returns the next bytes, as a file does."""
        data = self.read_at(self._at, self.size - self._at if count < 0 else count)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to a place, as a file does."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Returns the place of the next read."""
        return self._at

    def readable(self) -> bool:
        """A file that can be read,"""
        return True

    def seekable(self) -> bool:
        """and read anywhere,"""
        return True

    def writable(self) -> bool:
        """and never written."""
        return False
