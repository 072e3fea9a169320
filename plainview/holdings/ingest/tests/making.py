"""Small real clips made on the spot, and the shortest way to bring them in."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from typing import BinaryIO

import av
import numpy as np

from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest import names, reception
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.reception import Incoming

SERIAL = "BWC-101"
START = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
CLAIMS = Claims(camera=SERIAL, start=START)


@cache
def clip(shade: int = 0, frames: int = 10) -> bytes:
    """Returns a small real MP4 of a tenth of a second a frame; another shade is another file."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(frames):
            picture = np.full((48, 64, 3), (shade + number) % 256, dtype=np.uint8)
            picture[:, : 1 + number] = (shade // 256) % 256
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def padded(content: bytes, size: int) -> bytes:
    """Returns an MP4 of that many bytes: players skip a `free` box."""
    return content + (size - len(content)).to_bytes(4, "big") + b"free" + bytes(size - len(content) - 8)


def receive(content: bytes | BinaryIO, name: str = "clip.mp4", claims: Claims = CLAIMS) -> Outcome:
    """Brings bytes in through the command door."""
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    return reception.receive(stream, name=name, door="command", actor="system:test", claims=claims)


def incoming(content: bytes, name: str = "clip.mp4", claims: Claims = CLAIMS, changed: str = "") -> Incoming:
    """A file at the command door."""
    return Incoming(
        io.BytesIO(content), names.from_text(name), "command", "system:test", claims, changed=lambda: changed
    )
