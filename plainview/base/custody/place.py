"""Where the log lies on disk.

log/checkpoint          the latest signed checkpoint           published
log/tile/…              C2SP tlog-tiles                         published
log/origin, log/vkey    the log's name and its verifier key     published
log/refused             why nothing may be written, if so
keys/log.key            the signing key, private
keys/log.head           the sealed head: the latest checkpoint once more, kept apart from what it describes
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from plainview.ledger.tiles import TileLog

LOG, KEYS = "log", "keys"


def root() -> Path:
    """Returns the data folder. The tests give every test one of its own."""
    data: Path = settings.DATA
    return data


def log_folder() -> Path:
    """Returns the folder that is published as it is."""
    return root() / LOG


def key_folder() -> Path:
    """Returns the folder of private keys."""
    return root() / KEYS


def tile_log() -> TileLog:
    """Returns the log's tiles, newly opened: a TileLog remembers hashes and isn't shared between threads."""
    return TileLog(log_folder())


def write_durably(path: Path, text: str, mode: int = 0o644) -> None:
    """Puts a small file in place, whole or not at all, durable when it returns. Threads don't meet each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # a full disk must not leave half a file behind
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
