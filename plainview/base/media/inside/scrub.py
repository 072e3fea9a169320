"""Small pictures at even times on one sheet, for the time bar: key frames only, and only as many as are shown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from av.video.frame import VideoFrame

from . import wire
from .feed import Feed
from .opening import only, open_feed, video_of
from .pictures import Fitter, jpeg, key_frames, shown_size, within
from .trouble import Refused

TILE = 160
MOST_TILES = 100
COLUMNS = 10
CLOSEST_MS = 1000
SECONDS = 120.0  # after which the rest of the sheet repeats its last picture


def scrub(feed: Feed, line: wire.Line, duration_ms: int | None) -> dict[str, Any]:
    """Sends one JPEG of up to 100 tiles.

    Raises:
        Refused: there is no picture, or none can be decoded.
    """
    with open_feed(feed) as opened:
        stream = video_of(opened)
        if stream is None:
            raise Refused("The file has no picture.")
        only(opened, stream)
        length = max(1, duration_ms or (opened.duration or 0) // 1000)
        every = max(CLOSEST_MS, -(-length // MOST_TILES))
        count = max(1, -(-length // every))
        sheet: _Sheet | None = None
        until = time.monotonic() + SECONDS
        for number in range(count):
            frame = next(key_frames(opened, stream, number * every), None) if time.monotonic() < until else None
            if frame is not None and sheet is None:
                size = within(shown_size(frame, stream.sample_aspect_ratio), TILE, TILE)
                sheet = _Sheet(Fitter(frame, size), count)
            if sheet:
                sheet.put(number, frame)
    if sheet is None:
        raise Refused("No picture could be decoded from it.")
    for piece in sheet.pieces():
        line.send(wire.PIECE, piece)
    return {"columns": sheet.columns, "count": count, "every_ms": every, "width": size[0], "height": size[1]}


class _Sheet:
    """The sheet's three planes, as the encoder wants them: full brightness, color at half size."""

    def __init__(self, fitter: Fitter, count: int) -> None:
        self._fitter = fitter
        self.columns = min(COLUMNS, count)
        width, height = fitter.size
        self._frame = VideoFrame(width * self.columns, height * -(-count // self.columns), "yuvj420p")
        self._planes = [
            bytearray([0 if not n else 128]) * (p.line_size * p.height) for n, p in enumerate(self._frame.planes)
        ]
        self._last: VideoFrame | None = None

    def put(self, number: int, frame: VideoFrame | None) -> None:
        """Copies a picture into its tile; where there is none, the one before it."""
        self._last = next(self._fitter.fit(frame), self._last) if frame else self._last
        if self._last is None:
            return
        row, column = divmod(number, self.columns)
        for n, (plane, target) in enumerate(zip(self._last.planes, self._planes, strict=True)):
            half = 1 if n else 0
            width, height = self._fitter.size[0] >> half, self._fitter.size[1] >> half
            line, pixels = self._frame.planes[n].line_size, memoryview(plane)
            for y in range(height):
                at = (row * height + y) * line + column * width
                target[at : at + width] = pixels[y * plane.line_size : y * plane.line_size + width]

    def pieces(self) -> Iterator[bytes]:
        """Yields the JPEG in pieces that fit a frame."""
        for plane, data in zip(self._frame.planes, self._planes, strict=True):
            plane.update(bytes(data[: plane.buffer_size]))
        made = jpeg(self._frame)
        for at in range(0, len(made), wire.LARGEST_PIECE):
            yield made[at : at + wire.LARGEST_PIECE]
