"""Cutting a stream into segments, encrypting them, appending them to a part."""

from __future__ import annotations

from plainview.base.storage.floe import Cipher
from plainview.base.storage.shelf import Part

_RUN = 17  # a block of 1 MiB and what was pending come to at most this many segments


class Sealer:
    """Takes content in pieces of up to 1 MiB. A full segment waits until more follows: only then is it not the last."""

    def __init__(self, part: Part, cipher: Cipher, position: int = 0, pending: bytes = b"") -> None:
        self.position = position  # segments written so far
        self._part, self.cipher = part, cipher
        self._payload, self._segment = cipher.parameters.payload, cipher.parameters.segment
        self._pending = memoryview(bytearray(self._payload))
        self._waits = len(pending)
        self._pending[: self._waits] = pending
        self._out = memoryview(bytearray(_RUN * self._segment))

    @property
    def pending(self) -> bytes:
        """What isn't written yet: at most one segment."""
        return bytes(self._pending[: self._waits])

    def take(self, piece: memoryview) -> None:
        """Encrypts and appends as many segments as are certain not to be the last."""
        filled = 0
        while self._waits + len(piece) > self._payload:
            if self._waits:
                more = self._payload - self._waits
                self._pending[self._waits :] = piece[:more]
                content, piece, self._waits = self._pending, piece[more:], 0
            else:
                content, piece = piece[: self._payload], piece[self._payload :]
            if filled + self._segment > len(self._out):
                filled = self._write(filled)
            filled += self.cipher.seal_into(self.position, content, self._out[filled:], last=False)
            self.position += 1
        self._pending[self._waits : self._waits + len(piece)] = piece
        self._waits += len(piece)
        self._write(filled)

    def close(self) -> None:
        """Encrypts and appends the last segment."""
        length = self.cipher.seal_into(self.position, self._pending[: self._waits], self._out, last=True)
        self.position += 1
        self._write(length)

    def _write(self, length: int) -> int:
        if length:
            self._part.append(self._out[:length])
        return 0
