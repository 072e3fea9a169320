"""Reading runs of segments: one read of the disk, then one decryption a segment. Damage is located."""

from __future__ import annotations

from plainview.base.storage.errors import Damaged, Place
from plainview.base.storage.floe import FRAME, HEADER, BadHeader, BadSegment, Cipher, Parameters
from plainview.base.storage.shelf import Readable

RUN = 16  # segments read at once: about 1 MiB


class Segments:
    """The segments of one object. `last` is the number of the last one, or None while it is still being written."""

    def __init__(self, source: Readable, cipher: Cipher, last: int | None) -> None:
        self._source, self._cipher, self.last = source, cipher, last
        self.parameters = cipher.parameters

    def soon(self, first: int, stop: int) -> None:
        """Says which segments will be read next."""
        starts = self.parameters.starts_at(first)
        self._source.soon(starts, self.parameters.starts_at(stop) - starts)

    def read(self, first: int, stop: int, out: memoryview, scratch: memoryview | None = None) -> int:
        """Decrypts segments from `first` to before `stop` into `out`; returns how many bytes. Raises Damaged.

        `scratch` takes the encrypted bytes, where the caller has a buffer to spare.
        """
        wanted = self.parameters.starts_at(stop) - self.parameters.starts_at(first)
        space = memoryview(bytearray(wanted)) if scratch is None else scratch[:wanted]
        got = self._source.read_into(self.parameters.starts_at(first), space)
        at = filled = 0
        for number in range(first, stop):
            sealed = space[at : min(at + self.parameters.segment, got)]
            filled += self._open(number, sealed, out[filled:])
            at += self.parameters.segment
        return filled

    def _open(self, number: int, sealed: memoryview, out: memoryview) -> int:
        try:
            return self._cipher.open_into(number, sealed, out, last=number == self.last)
        except BadSegment as bad:
            raise Damaged(f"a stored object is damaged ({bad})", (self.place(number),)) from None

    def place(self, number: int) -> Place:
        """Where a segment lies, in the stored file and in the original."""
        starts = self.parameters.starts_at(number)
        length = self.parameters.segment
        if number == self.last:
            length = max(0, min(length, self._source.size - starts))
        content = max(0, length - FRAME)
        return Place(number, starts, length, number * self.parameters.payload, content)


def open_cipher(source: Readable, key: bytes, aad: bytes, parameters: Parameters) -> Cipher:
    """Reads and checks the header. Raises Damaged."""
    header = memoryview(bytearray(HEADER))
    got = source.read_into(0, header)
    try:
        return Cipher.reopen(key, aad, bytes(header[:got]), parameters)
    except BadHeader as bad:
        raise Damaged(f"a stored object is damaged ({bad})", (Place(-1, 0, HEADER, 0, 0),)) from None
