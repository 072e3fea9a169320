"""One picture that stands for the recording."""

from __future__ import annotations

from typing import Any

from av.video.frame import VideoFrame

from . import wire
from .feed import Feed
from .opening import only, open_feed, video_of
from .pictures import Fitter, jpeg, key_frames, shown_size, within
from .trouble import Refused

WIDTH, HEIGHT = 960, 720
# A second into it, then further in: the first frames are often black or a hand before the lens.
TRIED_AT = (0.0, 0.1, 0.3, 0.5)
DARK, FLAT = 24, 6  # mean and spread of brightness (0 to 255) below which another frame is tried


def poster(feed: Feed, line: wire.Line, duration_ms: int | None) -> dict[str, Any]:
    """Sends a JPEG of an early frame that shows something.

    Raises:
        Refused: there is no picture, or none can be decoded.
    """
    best: tuple[float, VideoFrame] | None = None
    with open_feed(feed) as opened:
        stream = video_of(opened)
        if stream is None:
            raise Refused("The file has no picture.")
        only(opened, stream)
        for part in TRIED_AT:
            frame = next(
                key_frames(opened, stream, min(1000, duration_ms or 0) + round(part * (duration_ms or 0))), None
            )
            if frame is None:
                continue
            mean, spread = brightness(frame)
            if best is None or spread > best[0]:
                best = spread, frame
            if mean > DARK and spread > FLAT:
                break
        if best is None:
            raise Refused("No picture could be decoded from it.")
        frame = best[1]
        size = within(shown_size(frame, stream.sample_aspect_ratio), WIDTH, HEIGHT)
        made = jpeg(next(Fitter(frame, size).fit(frame)))
    line.send(wire.PIECE, made)
    return {"width": size[0], "height": size[1]}


def brightness(frame: VideoFrame) -> tuple[float, float]:
    """Returns the mean brightness of a frame and how far its parts lie from it, both 0 to 255."""
    small = frame.reformat(16, 16, "gray")
    plane = small.planes[0]
    rows = memoryview(plane)
    values = [rows[y * plane.line_size + x] for y in range(16) for x in range(16)]
    mean = sum(values) / len(values)
    return mean, sum(abs(v - mean) for v in values) / len(values)
