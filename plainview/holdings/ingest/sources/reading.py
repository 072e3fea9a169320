"""Reads a file that belongs to somebody else: never through a link, never blocking, and notices when it changes."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any

from plainview.holdings.ingest import names

Identity = dict[str, int]


class SourceError(Exception):
    """The source can't be read (any more); the message says why. What came of it is not kept."""


def identity_of(found: os.stat_result) -> Identity:
    """Returns what tells a file from another, or from itself at another time."""
    return {
        "size": found.st_size,
        "mtime_ns": found.st_mtime_ns,
        "ctime_ns": found.st_ctime_ns,
        "device": found.st_dev,
        "inode": found.st_ino,
    }


class SourceFile(io.FileIO):
    """A regular file, opened for reading, that knows what it was when it was opened.

    Raises:
        SourceError: it can't be opened, is no regular file, or a read fails (a disk was pulled out).
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        # NONBLOCK: a pipe in place of a file must not hang us; regular files don't know it.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        try:
            handle = os.open(path, flags)
        except (OSError, ValueError) as problem:
            raise SourceError(f"can't be opened: {_plain(problem)}") from problem
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise SourceError("is not a regular file")
        super().__init__(handle, "rb", closefd=True)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        self.identity = identity_of(found)

    @property
    def size(self) -> int:
        """Bytes when it was opened."""
        return self.identity["size"]

    def readinto(self, buffer: Any, /) -> int:
        """Reads into the buffer; 0 at the end."""
        try:
            got = super().readinto(buffer)
        except OSError as problem:
            raise SourceError(f"can't be read after {self.count} bytes: {_plain(problem)}") from problem
        self.count += got
        return got

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads at most so many bytes; empty at the end."""
        try:
            data = super().read(-1 if size is None else size)
        except OSError as problem:
            raise SourceError(f"can't be read after {self.count} bytes: {_plain(problem)}") from problem
        self.count += len(data)
        return data

    def readall(self) -> bytes:
        """Reads everything that is left."""
        return self.read(-1)

    def changed(self) -> str:
        """Returns how the file differs from what was opened, in words; empty where it doesn't. Ask after reading."""
        now = os.fstat(self.fileno())
        if self.count != self.size or now.st_size != self.size:
            return f"it had {self.size} bytes at first, {now.st_size} at the end, and {self.count} were read"
        if now.st_mtime_ns != self.identity["mtime_ns"]:
            return "it was written to while it was read"
        try:
            there = os.lstat(self.path)
        except OSError:
            return ""  # taken away or unplugged after its last byte: all of it was read
        if (there.st_dev, there.st_ino) != (now.st_dev, now.st_ino):
            return "another file was put in its place while it was read"
        return ""


def name_of(path: str) -> names.Name:
    """Returns the last part of a path as a name."""
    return names.from_text(Path(path).name)


def _plain(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem)
