"""Reading runs of segments: one read of the disk, then one decryption a segment. Damage is located."""

from __future__ import annotations

from plainview.base.storage.direct import aligned
from plainview.base.storage.errors import Damaged, Place
from plainview.base.storage.floe import FRAME, HEADER, BadHeader, BadSegment, Cipher, Parameters
from plainview.base.storage.shelf import Readable

_HEADER_PLACE = Place(segment=-1, stored_offset=0, stored_length=HEADER, offset=0, length=0)
RUN = 16  # segments read at once: about 1 MiB


class Segments:
    """The segments of one object. `last` is the number of the last one, or None while it is still being written."""

    def __init__(self, source: Readable, cipher: Cipher, last: int | None) -> None:
        self._source, self._cipher, self.last = source, cipher, last
        self.parameters = cipher.parameters

    def read(self, first: int, stop: int, out: memoryview) -> int:
        """Decrypts segments from `first` to before `stop` into `out`; returns how many bytes. Raises Damaged."""
        starts, length = self._span(first, stop)
        self._source.soon(starts, length)
        sealed = memoryview(bytearray(length))
        return self.open(first, stop, sealed[: self._source.read_into(starts, sealed)], out)

    def fetch(self, first: int, stop: int, buffer: memoryview) -> memoryview:
        """Returns segments as the disk itself has them, in a buffer of `aligned`."""
        return self._source.from_disk(*self._span(first, stop), buffer)

    def check_header(self) -> None:
        """Compares the header that the disk itself has with the one in use. Raises Damaged."""
        if self._source.from_disk(0, HEADER, aligned(HEADER)) != self._cipher.header:
            raise Damaged("a stored object is damaged", (_HEADER_PLACE,))

    def open(self, first: int, stop: int, sealed: memoryview, out: memoryview) -> int:
        """Decrypts what `fetch` returned into `out`; returns how many bytes. Raises Damaged."""
        filled, length = 0, self.parameters.segment
        for number in range(first, stop):
            filled += self._open(number, sealed[:length], out[filled:])
            sealed = sealed[length:]
        return filled

    def _span(self, first: int, stop: int) -> tuple[int, int]:
        starts = self.parameters.starts_at(first)
        return starts, self.parameters.starts_at(stop) - starts

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
        raise Damaged(f"a stored object is damaged ({bad})", (_HEADER_PLACE,)) from None
