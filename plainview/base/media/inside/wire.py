"""How the two sides of the sandbox speak over one socket: a kind letter, a length, and that many bytes."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

QUESTION = b"q"  # out -> in: JSON, what to do
BYTES = b"b"  # out -> in: the bytes that were wanted
WANT = b"w"  # in -> out: offset and length of bytes of the file
PIECE = b"p"  # in -> out: a piece of a made file
ANSWER = b"a"  # in -> out: JSON, the last frame of a question that went well
FAILED = b"f"  # in -> out: JSON {"why"}, the last frame of one that didn't

LARGEST_READ = 4 << 20
LARGEST_PIECE = 1 << 20
LARGEST_JSON = 4 << 20
LARGEST_FRAME = LARGEST_READ
_HEADER = struct.Struct(">cI")
_SPAN = struct.Struct(">QI")


class WireError(Exception):
    """The other side is gone, late, or doesn't keep to the form."""


class Line:
    """One end of the socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._ends_at: float | None = None

    def until(self, deadline: float | None) -> None:
        """Sets when (by `time.monotonic`) waiting turns into WireError; None waits for ever."""
        self._ends_at = deadline

    def send(self, kind: bytes, payload: bytes | memoryview = b"") -> None:
        """Sends one frame.

        Raises:
            WireError: nobody takes it.
        """
        self._set_patience()
        try:
            if len(payload) <= 65536:
                self._end.sendall(_HEADER.pack(kind, len(payload)) + bytes(payload))
            else:
                self._end.sendall(_HEADER.pack(kind, len(payload)))
                self._end.sendall(payload)
        except OSError as error:
            raise WireError(str(error)) from None

    def receive(self) -> tuple[bytes, bytearray]:
        """Returns the next frame's kind and bytes.

        Raises:
            WireError: the end, too late, or too long.
        """
        kind, length = _HEADER.unpack(self._exactly(_HEADER.size))
        if length > LARGEST_FRAME:
            raise WireError("a frame is longer than allowed")
        return kind, self._exactly(length)

    def send_json(self, kind: bytes, value: Any) -> None:
        """Sends a frame of JSON."""
        self.send(kind, json.dumps(value, separators=(",", ":")).encode())

    def want(self, offset: int, length: int) -> bytearray:
        """Asks the other side for bytes of the file."""
        self.send(WANT, _SPAN.pack(offset, length))
        kind, data = self.receive()
        if kind != BYTES or len(data) > length:
            raise WireError("asked for bytes, got something else")
        return data

    def close(self) -> None:
        """Hangs up."""
        self._end.close()

    def _exactly(self, length: int) -> bytearray:
        got = bytearray(length)
        view = memoryview(got)
        while view:
            self._set_patience()
            try:
                count = self._end.recv_into(view)
            except OSError as error:
                raise WireError(str(error)) from None
            if not count:
                raise WireError("the other side hung up")
            view = view[count:]
        return got

    def _set_patience(self) -> None:
        if self._ends_at is None:
            return
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise WireError("timed out")
        self._end.settimeout(left)


def span(payload: bytes | bytearray) -> tuple[int, int]:
    """Returns offset and length of a WANT.

    Raises:
        WireError: not a span, or a longer one than allowed.
    """
    if len(payload) != _SPAN.size:
        raise WireError("a malformed request for bytes")
    offset, length = _SPAN.unpack(payload)
    if length > LARGEST_READ:
        raise WireError("too many bytes wanted at once")
    return offset, length
