"""One object in a folder, complete or being written."""

from __future__ import annotations

import errno
import os
from uuid import UUID

from plainview.base.storage import files
from plainview.base.storage.direct import DirectReader
from plainview.base.storage.errors import Missing, StorageError
from plainview.base.storage.layout import Layout

_PAGE = 64 * 1024  # no page is larger
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK}


class _File:
    """An open file that closes with its last reference."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._direct: DirectReader | None = None
        self.size = os.fstat(file).st_size

    def soon(self, offset: int, length: int) -> None:
        """Has the disk begin with what will be read next."""
        os.posix_fadvise(self._file, offset, length, os.POSIX_FADV_WILLNEED)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fills the buffer from `offset`; returns how many bytes, fewer only at the end."""
        return files.read_into(self._file, offset, buffer)

    def from_disk(self, offset: int, length: int, buffer: memoryview) -> memoryview:
        """Returns what the disk itself has there, fewer bytes only at the end. `buffer` is one of `direct.aligned`."""
        if self._direct is None:
            self._direct = DirectReader(self._file)
        return self._direct.read(offset, length, buffer)

    def close(self) -> None:
        """Closes the file, and with it drops the lock. Safe to call twice."""
        file, self._file = self._file, -1
        if self._direct is not None:
            self._direct.close()
        if file >= 0:
            os.close(file)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self.close()


class PosixObject(_File):
    """A complete object."""


class PosixPart(_File):
    """An object that is being written; its file is locked until it is closed."""

    def __init__(self, layout: Layout, object_id: UUID, file: int) -> None:
        super().__init__(file)
        self._layout, self._id = layout, object_id
        self._named = False  # whether the name of the part itself is durable
        self._dropped = 0  # how far the kernel was told to forget

    def append(self, data: memoryview) -> None:
        """Writes at the end. Raises NoRoom."""
        with files.room_on(self._layout.folder):
            files.write_at(self._file, data, self.size)
        self.size += len(data)

    def sync(self) -> None:
        """Makes everything so far durable and has the kernel forget it, as nobody will ask for it soon."""
        start, end = self._dropped, self.size
        with files.room_on(self._layout.folder):
            os.fsync(self._file)
        os.posix_fadvise(self._file, start, end - start, os.POSIX_FADV_DONTNEED)
        self._dropped = end - end % _PAGE  # the last page will be written again

    def in_memory(self) -> bool:
        """Whether a read would be answered without the disk."""
        return files.in_memory(self._file)

    def keep_marks(self, marks: bytes, at: int) -> None:
        """Durably keeps bytes beside the part, from byte `at` on."""
        path = self._layout.marks(self._id)
        with files.room_on(self._layout.folder):
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                files.write_at(file, marks, at)
                os.fsync(file)
            finally:
                os.close(file)
            if not self._named:
                files.sync_folder(path.parent)
                self._named = True

    def marks(self, length: int) -> bytes:
        """Returns the first bytes of what `keep_marks` kept, and forgets the rest."""
        path = self._layout.marks(self._id)
        try:
            os.truncate(path, min(length, path.stat().st_size))
            return path.read_bytes()
        except FileNotFoundError:
            return b""

    def truncate(self, size: int) -> None:
        """Forgets everything past `size`."""
        os.ftruncate(self._file, size)
        self.size = size

    def publish(self) -> None:
        """Gives it its final name, durably. Never replaces anything."""
        final = self._layout.final(self._id)
        with files.room_on(self._layout.folder):
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._link(final)
            os.fchmod(self._file, 0o400)
            self._layout.sync_names(self._id)
        self._unname()

    def discard(self) -> None:
        """Removes it and lets go of it."""
        self._unname()
        self.close()

    def _link(self, final: os.PathLike[str]) -> None:
        try:
            os.link(self._layout.part(self._id), final)
        except FileExistsError:
            raise StorageError(f"{final} is there already; nothing was replaced") from None
        except FileNotFoundError:
            raise Missing(f"the unfinished object {self._id} was removed while it was written; send again") from None
        except OSError as problem:
            if problem.errno in _NO_LINKS:
                told = f"{self._layout.folder} lies on a filesystem without hard links; use another"
                raise StorageError(told) from problem
            raise

    def _unname(self) -> None:
        for path in (self._layout.part(self._id), self._layout.marks(self._id)):
            path.unlink(missing_ok=True)
