"""A fragmented MP4 for what is sent while it is made: FFmpeg's own, with the length put into its header."""

from __future__ import annotations

from . import wire
from .faststart import boxes
from .trouble import Refused

OPTIONS = {
    "movflags": "frag_keyframe+delay_moov+default_base_moof+skip_trailer",
    "min_frag_duration": "1000000",
    "fflags": "+bitexact",
}
LARGEST_HEADER = 1 << 20


class Sender:
    """A file that is written in order and sent at once; the header is held until it is whole."""

    name = "viewing copy"

    def __init__(self, line: wire.Line, duration_ms: int | None) -> None:
        self._line, self._duration_ms = line, duration_ms
        self._held = bytearray()
        self._begun = False
        self.sent = 0

    def write(self, data: bytes) -> int:
        """Takes the next bytes."""
        self._held += data
        if not self._begun:
            self._begin()
        elif len(self._held) >= wire.LARGEST_PIECE // 2:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Sends what is held back."""
        for at in range(0, len(self._held), wire.LARGEST_PIECE):
            self._line.send(wire.PIECE, bytes(self._held[at : at + wire.LARGEST_PIECE]))
        self.sent += len(self._held)
        self._held.clear()

    def _begin(self) -> None:
        for kind, start, _, end in boxes(bytes(self._held), len(self._held)):
            if kind == b"moov" and end <= len(self._held):
                self._held[start:end] = with_length(bytes(self._held[start:end]), self._duration_ms)
                self._begun = True
                return
        if len(self._held) > LARGEST_HEADER:
            raise Refused("The viewing copy could not be built.")


def with_length(moov: bytes, duration_ms: int | None) -> bytes:
    """Puts the whole length into a fragmented movie's header (an `mehd` box), in the movie's own timescale."""
    if not duration_ms:
        return moov
    scale = 1000
    for kind, start, body, end in boxes(moov[8:], len(moov) - 8):
        if kind == b"mvhd":
            scale = int.from_bytes(moov[8 + body + (20 if moov[8 + body] else 12) :][:4], "big")
        elif kind == b"mvex":
            box = (20).to_bytes(4, "big") + b"mehd" + b"\1\0\0\0" + (duration_ms * scale // 1000).to_bytes(8, "big")
            inner = (end - start + len(box)).to_bytes(4, "big") + b"mvex" + box
            whole = (len(moov) + len(box)).to_bytes(4, "big") + b"moov"
            return whole + moov[8 : 8 + start] + inner + moov[8 + body :]
    return moov
