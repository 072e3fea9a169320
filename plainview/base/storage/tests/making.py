"""What the tests of storage make and break."""

from __future__ import annotations

import ctypes
import io
import mmap
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from plainview.base.storage import actions as storage
from plainview.base.storage.floe import STANDARD
from plainview.base.storage.layout import Layout
from plainview.base.storage.models import StoredObject
from plainview.ledger.chunks import CHUNK

SEGMENT = STANDARD.segment
PAYLOAD = STANDARD.payload
# Where something begins or ends: nothing, one byte, around a segment, around a chunk, around several of both.
SIZES = [
    *(0, 1, 2),
    *(PAYLOAD - 1, PAYLOAD, PAYLOAD + 1),
    *(CHUNK - 1, CHUNK, CHUNK + 1),
    *(16 * PAYLOAD, 17 * PAYLOAD + 1, 3 * CHUNK, 3 * CHUNK + 7),
]


def layout() -> Layout:
    """Returns the names on the shelf of this test."""
    return Layout(Path(settings.DATA) / "objects")


def handle() -> str:
    """Returns a handle nobody has yet."""
    return secrets.token_hex(16)


def content(size: int, seed: int = 1) -> bytes:
    """Returns bytes that don't repeat; the same ones for the same seed."""
    return random.Random(seed).randbytes(size)


def put(data: bytes, **more: Any) -> storage.Stored:
    """Stores bytes for a fresh handle."""
    return storage.put(io.BytesIO(data), **{"handle": handle(), "agency": "home"} | more)


def keep(data: bytes) -> StoredObject:
    """Stores and registers bytes."""
    stored = put(data)
    with transaction.atomic():
        return storage.register(stored)


def begin(**more: Any) -> storage.Writer:
    """Begins an upload for a fresh handle."""
    return storage.Writer.begin(**{"handle": handle(), "agency": "home"} | more)


def path_of(obj: StoredObject | storage.Stored) -> Path:
    """Where the object lies."""
    return layout().final(obj.id)


def part_of(object_id: UUID) -> Path:
    """Where it lies while it is written."""
    return layout().part(object_id)


def files() -> list[Path]:
    """Every file on the shelf."""
    return sorted(p for p in layout().folder.rglob("*") if p.is_file())


def read(obj: StoredObject | storage.Stored) -> bytes:
    """Reads the whole object."""
    with storage.open_object(obj) as reader:
        return reader.read_at(0, reader.size)


@contextmanager
def tampering(path: Path) -> Iterator[bytearray]:
    """Gives the bytes of a file to be changed, whatever its mode says."""
    data = bytearray(path.read_bytes())
    yield data
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode & 0o777)


def flip(path: Path, offset: int) -> None:
    """Changes one bit of a file."""
    with tampering(path) as data:
        data[offset] ^= 1


def in_memory(path: Path) -> int:
    """How many pages of a file the kernel holds in memory (mincore: asking changes nothing)."""
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), size, mmap.MAP_PRIVATE, mmap.PROT_READ | 2) as area:
        start = ctypes.addressof(ctypes.c_char.from_buffer(area))
        pages = (ctypes.c_ubyte * -(-size // mmap.PAGESIZE))()
        if ctypes.CDLL(None, use_errno=True).mincore(ctypes.c_void_p(start), ctypes.c_size_t(size), pages):
            raise OSError(ctypes.get_errno(), "mincore")
    return sum(page & 1 for page in pages)


def forget(path: Path) -> None:
    """Has the kernel write a file to the disk and drop it from memory."""
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)
