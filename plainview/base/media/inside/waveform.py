"""How loud the sound is over time: the highest sample of each step, exactly, whatever the codec."""

from __future__ import annotations

from array import array
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

from .feed import Feed
from .opening import only, open_feed
from .trouble import Refused

MOST_PEAKS = 4_000
CLOSEST_MS = 20
SILENT = 2  # of 255: quieter than any room
_FULL = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "flt": 1.0, "dbl": 1.0, "s64": 9.2e18}


def waveform(feed: Feed, duration_ms: int | None) -> dict[str, Any]:
    """Returns peaks from 0 to 255, one each `every_ms`.

    Raises:
        Refused: there is no sound, or none can be decoded.
    """
    with open_feed(feed) as opened:
        stream = next((s for s in opened.streams.audio if s.codec_context is not None), None)
        if stream is None:
            raise Refused("The file has no sound.")
        only(opened, stream)
        length = duration_ms or (opened.duration or 0) // 1000
        every = max(CLOSEST_MS, -(-length // MOST_PEAKS))
        peaks = array("f", [0.0]) * max(1, min(MOST_PEAKS, -(-length // every)))
        at, heard = 0.0, False
        try:
            for packet in opened.demux(stream):
                try:
                    frames = packet.decode()
                except (av.FFmpegError, EOFError):
                    continue
                for frame in frames:
                    heard = True
                    at = _add(frame, at, every, peaks)
        except av.FFmpegError as error:
            if not heard:
                raise Refused(f"The sound could not be read ({error.strerror}).") from None
    if not heard:
        raise Refused("No sound could be decoded from it.")
    levels = [min(255, round(peak * 255)) for peak in peaks]
    return {"every_ms": every, "peaks": levels, "silent": max(levels) <= SILENT}


def _add(frame: AudioFrame, at: float, every: int, peaks: array[float]) -> float:
    """Adds a frame's samples at their time stamp, or after the last where it has none; returns the end in ms."""
    if frame.pts is not None and frame.time_base:
        at = max(0.0, float(frame.pts * frame.time_base) * 1000)
    kind = frame.format.name.removesuffix("p")
    samples = frame.to_ndarray()
    loud = np.abs(samples.astype(np.float32) - (128 if kind == "u8" else 0)) / np.float32(_FULL.get(kind, 1.0))
    loud = np.nan_to_num(loud, nan=0.0, posinf=1.0)
    if frame.format.is_planar:
        loud = loud.max(axis=0)
    else:
        loud = loud.reshape(-1, max(1, frame.layout.nb_channels)).max(axis=1)
    per_ms = frame.sample_rate / 1000
    first = int(at // every)
    cut = max(1, round(((first + 1) * every - at) * per_ms))
    step = max(1, round(every * per_ms))
    for number, start in enumerate(range(cut - step, len(loud), step)):
        part = loud[max(0, start) : start + step]
        if part.size and first + number < len(peaks):
            peaks[first + number] = max(peaks[first + number], float(part.max()))
    return at + frame.samples / per_ms
