"""What the tests of storage make and break."""

from __future__ import annotations

import io
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


def cached(path: Path, offset: int = 0) -> bool | None:
    """Whether the kernel holds this page of a file in memory; None where it can't say."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.preadv(file, [bytearray(1)], offset, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return None
    finally:
        os.close(file)
    return True
