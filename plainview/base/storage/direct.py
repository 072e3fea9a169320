"""Reading past the kernel's memory, so that it is the disk that answers (O_DIRECT)."""

from __future__ import annotations

import mmap
import os
from typing import Final

from plainview.base.storage import files

_BLOCK: Final = 4096
_AHEAD: Final = 4 << 20
SLACK: Final = 2 * _BLOCK  # what a buffer must have beyond the bytes asked for


def aligned(size: int) -> memoryview:
    """Returns a buffer that the kernel can fill directly, for reads of up to `size` bytes."""
    return memoryview(mmap.mmap(-1, size + SLACK))


class DirectReader:
    """Reads an open file from the disk. Several threads may read at once, each into its own buffer.

    Where the filesystem has no O_DIRECT, the kernel is told to forget the bytes before they are read; what it keeps
    nevertheless, and what a disk keeps in memory of its own, can't be reached from here.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        try:
            self._direct = os.open(f"/proc/self/fd/{file}", os.O_RDONLY | os.O_DIRECT | os.O_CLOEXEC)
        except OSError:
            self._direct = -1

    def read(self, offset: int, length: int, buffer: memoryview) -> memoryview:
        """Returns a view of `length` bytes from `offset` on, fewer only at the end. `buffer` is one of `aligned`."""
        if self._direct >= 0:
            try:
                return self._read_blocks(offset, length, buffer)
            except OSError:
                self.close()
        os.posix_fadvise(self._file, offset, length, os.POSIX_FADV_DONTNEED)
        os.posix_fadvise(self._file, offset, length + _AHEAD, os.POSIX_FADV_WILLNEED)
        return buffer[: files.read_into(self._file, offset, buffer[:length])]

    def _read_blocks(self, offset: int, length: int, buffer: memoryview) -> memoryview:
        first = offset - offset % _BLOCK
        wanted = -(-(offset + length - first) // _BLOCK) * _BLOCK
        filled = 0
        while filled < wanted:
            got = os.preadv(self._direct, [buffer[filled:wanted]], first + filled)
            filled += got
            if got % _BLOCK or not got:  # the end of the file
                break
        return buffer[offset - first : min(filled, offset - first + length)]

    def close(self) -> None:
        """Goes on without O_DIRECT. Safe to call twice."""
        direct, self._direct = self._direct, -1
        if direct >= 0:
            os.close(direct)
