"""The table itself, in a folder of its own: written, forced to disk, read back, and only then a row of the database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

MOST = 8 << 30  # bytes
BLOCK = 1 << 20


class TooLarge(ValueError):
    """More than a table may have."""


class NotWhole(OSError):
    """What lies on the disk is not what came."""


def folder() -> Path:
    """Returns the folder of tables that were handed in; private, as they hold names and places."""
    found = Path(settings.DATA) / "handed-in"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def path_of(handle: str) -> Path:
    """Returns where the table of a handle lies."""
    return folder() / f"{handle}.csv"


def keep(handle: str, blocks: Iterable[bytes], most: int = MOST) -> tuple[bytes, int]:
    """Writes a table durably and reads it back; returns (SHA-256, size). Leaves nothing where it fails.

    Raises TooLarge, NotWhole, OSError.
    """
    path, digest, size = path_of(handle), hashlib.sha256(), 0
    coming = path.with_suffix(".coming")
    try:
        with coming.open("xb") as out:
            for block in blocks:
                size += len(block)
                if size > most:
                    raise TooLarge(f"a table may have {most:,} bytes at most")
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if hash_of(coming) != digest.digest():
            raise NotWhole(f"{path.name} was not read back as it came")
        coming.replace(path)
        _sync(path.parent)
    except BaseException:
        coming.unlink(missing_ok=True)
        raise
    return digest.digest(), size


def hash_of(path: Path) -> bytes:
    """Returns the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.digest()


def _sync(where: Path) -> None:
    handle = os.open(where, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
