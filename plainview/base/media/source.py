"""Where the bytes of one file come from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol


class Source(Protocol):
    """Random access to the bytes of one file; a storage Reader fits."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read_at(self, offset: int, length: int, /) -> bytes:
        """Returns up to `length` bytes from `offset`; fewer only at the end."""
        ...


class FileSource:
    """A file on the disk, for tests, benchmarks and commands."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._fd).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Returns up to `length` bytes from `offset`; fewer only at the end."""
        return os.pread(self._fd, length, offset)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._fd)

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BytesSource:
    """Bytes in memory, for small files and tests."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Returns up to `length` bytes from `offset`; fewer only at the end."""
        return self._data[offset : offset + length]
