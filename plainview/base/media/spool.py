"""A file on the way, too large for memory: on the disk in cipher only, its key in memory only, and gone with us."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import IO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 1 << 20
_TAG = 16


class Spool:
    """Written once in order, then a Source. Chunks of 1 MiB, AES-256-GCM under a key that is never stored."""

    def __init__(self, folder: Path | None = None) -> None:
        # It has no name, so nobody else can open it, and it is gone with this process.
        self._file = cast(IO[bytes], tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._held = bytearray()
        self._chunks = 0
        self._last: tuple[int, bytes] = (-1, b"")
        self.size = 0

    def write(self, data: bytes) -> None:
        """Adds bytes at the end."""
        self._held += data
        self.size += len(data)
        while len(self._held) >= CHUNK:
            self._put(bytes(self._held[:CHUNK]))
            del self._held[:CHUNK]

    def seal(self) -> None:
        """Ends the writing; from here on it can be read."""
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()

    def read_at(self, offset: int, length: int) -> bytes:
        """Returns up to `length` bytes from `offset`; fewer only at the end."""
        end = min(offset + length, self.size)
        parts = []
        while offset < end:
            number, inside = divmod(offset, CHUNK)
            part = self._get(number)[inside : inside + end - offset]
            parts.append(part)
            offset += len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Forgets it."""
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, chunk: bytes) -> None:
        self._file.write(self._cipher.encrypt(self._chunks.to_bytes(12, "big"), chunk, None))
        self._chunks += 1

    def _get(self, number: int) -> bytes:
        if self._last[0] != number:
            self._file.seek(number * (CHUNK + _TAG))
            sealed = self._file.read(CHUNK + _TAG)
            self._last = number, self._cipher.decrypt(number.to_bytes(12, "big"), sealed, None)
        return self._last[1]
