"""The receipt beside a file in a watched folder: a copy of ours. Nothing else is ever written there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from plainview.holdings.ingest import names


def place_of(path: str) -> str:
    """Returns where the receipt of a file lies beside it."""
    return path + names.RECEIPT


def put_beside(path: str, receipt: Path) -> str:
    """Puts a copy of the receipt beside the file, whole or not at all, unless the same is there. Returns its path.

    Raises OSError where the folder can't be written to: read-only, full, unplugged, or the name gets too long.
    """
    content, there = receipt.read_bytes(), place_of(path)
    if _holds(there, content):
        return there
    # Hidden and unguessable: on a disk from outside, a link with a known name could lead us astray.
    temporary = Path(path).parent / f".{secrets.token_hex(8)}{names.RECEIPT}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(there)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return there


def _holds(path: str, content: bytes) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    with os.fdopen(handle, "rb") as there:
        return there.read(len(content) + 1) == content
