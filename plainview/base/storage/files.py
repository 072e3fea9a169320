"""The kernel's file calls as storage needs them: whole reads and writes, durable names, locks, a full disk told."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plainview.base.storage.errors import NoRoom

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def room_on(folder: Path) -> Iterator[None]:
    """Turns the kernel's ways of saying "full" into NoRoom."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        told = f"no room under {folder}: {problem.strerror}. Nothing was acknowledged; free room, then send again"
        raise NoRoom(told) from problem


def need_room(folder: Path, size: int) -> None:
    """Raises NoRoom where `size` bytes can't fit."""
    facts = os.statvfs(folder)
    free = facts.f_bavail * facts.f_frsize
    if size > free:
        told = f"no room under {folder}: {size:,} bytes needed, {free:,} free"
        raise NoRoom(f"{told}. Nothing was acknowledged; free room, then send again")


def read_into(file: int, offset: int, buffer: memoryview) -> int:
    """Fills the buffer from `offset`; returns how many bytes, fewer only at the end of the file."""
    filled = 0
    while filled < len(buffer):
        got = os.preadv(file, [buffer[filled:]], offset + filled)
        if not got:
            break
        filled += got
    return filled


def write_at(file: int, data: bytes | memoryview, offset: int) -> None:
    """Writes all of it, however often the kernel takes less."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(file, rest, offset)
        offset, rest = offset + written, rest[written:]


def write_durably(path: Path, text: str) -> None:
    """Puts a small file in place, whole or not at all, durable when it returns."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write_at(file, text.encode(), 0)
        os.fsync(file)
    finally:
        os.close(file)
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def lock(file: int) -> bool:
    """Takes the lock on an open file unless another has it. The kernel drops it with the process."""
    for attempt in range(4):
        if attempt:
            time.sleep(0.02)  # a sweep looks at the lock for a moment, see is_locked
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock on a file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def is_only_name(path: Path, file: int) -> bool:
    """Whether an open file has one name and this is it."""
    facts = os.fstat(file)
    try:
        return facts.st_nlink == 1 and os.path.samestat(path.lstat(), facts)
    except FileNotFoundError:
        return False


def in_memory(file: int) -> bool:
    """Whether the kernel would answer a read of the first page from memory, without asking the disk."""
    try:
        os.preadv(file, [bytearray(512)], 0, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    except OSError:
        pass  # this filesystem can't say, so nothing may be promised of it
    return True
