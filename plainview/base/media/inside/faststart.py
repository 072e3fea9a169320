"""An MP4 with its index in front, without ever holding the file: muxed twice, measured first, then sent.

FFmpeg writes the index (`moov`) last, since only then it knows every sample's size. The first pass throws the media
away and keeps the index; the second throws the index away and sends the media behind the one from the first, with its
offsets moved. Browsers then know the length and every place to seek to from the first bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from . import wire
from .trouble import Refused

OPTIONS = {"fflags": "+bitexact"}
LARGEST_INDEX = 256 << 20
_HEAD = 256  # bytes from the beginning that are kept: file type and the head of the media box
_NESTED = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


class Sink:
    """Looks like a file that can be written anywhere. What is written in order is media; what comes last, the index."""

    name = "viewing copy"

    def __init__(self) -> None:
        self.head = bytearray()
        self.index = bytearray()
        self.media = 0  # bytes written in order
        self._at = 0
        self._closing: int | None = None  # where the index begins, once FFmpeg has gone back to note the length

    def write(self, data: bytes) -> int:
        """Takes the next bytes."""
        if self._at < _HEAD:
            part = data[: _HEAD - self._at]
            self.head[self._at : self._at + len(part)] = part
        if self._closing is not None and self._at >= self._closing:
            place = self._at - self._closing
            self.index[place : place + len(data)] = data
            if len(self.index) > LARGEST_INDEX:
                raise Refused("The viewing copy's index would be too large.")
        elif self._closing is None:
            self.take(data)
            self.media += len(data)
        self._at += len(data)
        return len(data)

    def take(self, data: bytes) -> None:
        """Is given what is written in order; here it goes nowhere."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves; the first move back means that the media is complete."""
        target = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.media}[whence]
        if target < self.media and self._closing is None:
            self._closing = self.media
        self._at = target
        return target

    def tell(self) -> int:
        """Returns the place of the next write."""
        return self._at

    def seekable(self) -> bool:
        """A file that can be written anywhere."""
        return True


class Sender(Sink):
    """The second pass: sends the head, the moved index, and the media as it is made."""

    def __init__(self, line: wire.Line, measured: Sink) -> None:
        super().__init__()
        self._line, self._measured = line, measured
        first, second = front(measured)
        self._skip = len(first) + len(second)  # of this pass's own head, which knows no length yet
        self._held = bytearray(first + moved(bytes(measured.index)) + second)
        self.sent = 0

    def take(self, data: bytes) -> None:
        """Sends media bytes."""
        if self._skip:
            cut = min(self._skip, len(data))
            self._skip -= cut
            data = data[cut:]
        self._held += data
        if len(self._held) >= wire.LARGEST_PIECE:
            self._flush()

    def _flush(self) -> None:
        """Sends what is held back."""
        for at in range(0, len(self._held), wire.LARGEST_PIECE):
            self._line.send(wire.PIECE, memoryview(self._held)[at : at + wire.LARGEST_PIECE])
        self.sent += len(self._held)
        self._held = bytearray()

    def finish(self) -> int:
        """Sends the rest and returns how many bytes there were.

        Raises:
            Refused: the two passes made different files.
        """
        self._flush()
        if self.media != self._measured.media or self.index != self._measured.index:
            raise Refused("The viewing copy came out differently the second time.")
        return self.sent


def front(sink: Sink) -> tuple[bytes, bytes]:
    """Returns what comes before the index and what comes after it, up to the first byte of media."""
    head = bytes(sink.head)
    for kind, start, body, _ in boxes(head, len(head)):
        if kind == b"mdat":
            # A media box of more than 4 GiB begins 8 bytes earlier, over an empty box kept free for it.
            return head[: _type_end(head)], head[_type_end(head) : body if body > start + 8 else start + 8]
    raise Refused("The viewing copy could not be built.")


def _type_end(head: bytes) -> int:
    return int.from_bytes(head[:4], "big")


def moved(index: bytes) -> bytes:
    """Returns the index with its offsets moved by its own length; with wide offsets where they no longer fit.

    Raises:
        Refused: it is not an index.
    """
    if index[4:8] != b"moov":
        raise Refused("The viewing copy could not be built.")
    made = _rebuilt(index, len(index), wide=False)
    if made is None:
        length = len(_rebuilt(index, 0, wide=True) or b"")
        made = _rebuilt(index, length, wide=True)
    return made or b""


def _rebuilt(index: bytes, by: int, *, wide: bool) -> bytes | None:
    """The same boxes with chunk offsets moved; None where one doesn't fit."""
    made = bytearray()
    for kind, start, body, end in boxes(index, len(index)):
        if kind in _NESTED:
            inner = _rebuilt(index[body:end], by, wide=wide)
            if inner is None:
                return None
            made += (len(inner) + 8).to_bytes(4, "big") + kind + inner
        elif kind in (b"stco", b"co64"):
            table = _offsets(index[body:end], kind, by, wide=wide)
            if table is None:
                return None
            made += table
        else:
            made += index[start:end]
    return bytes(made)


def _offsets(body: bytes, kind: bytes, by: int, *, wide: bool) -> bytes | None:
    width = 8 if kind == b"co64" else 4
    to = 8 if wide else width
    found = [int.from_bytes(body[at : at + width], "big") + by for at in range(8, len(body), width)]
    if found and max(found) >= 1 << 8 * to:
        return None
    table = body[:8] + b"".join(n.to_bytes(to, "big") for n in found)
    return (len(table) + 8).to_bytes(4, "big") + (b"co64" if to == 8 else b"stco") + table


def boxes(data: bytes, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yields kind, start, body and end of boxes that FFmpeg itself wrote."""
    at = 0
    while at + 8 <= end:
        size, body = int.from_bytes(data[at : at + 4], "big"), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        if size < 8:
            return
        yield data[at + 4 : at + 8], at, body, at + size
        at += size
