"""How loud the sound is over time: the highest sample of each step, exactly, whatever the codec."""

from __future__ import annotations

from array import array
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame

from .feed import Feed
from .opening import only, open_feed
from .sound import Coded
from .trouble import Refused

MOST_PEAKS = 4_000
CLOSEST_MS = 20
SILENT = 2  # of 255: quieter than any room
_FULL = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "s64": 9.2e18}


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
        end, heard = 0.0, False
        try:
            for packet in opened.demux(stream):
                for frame in _decoded(packet):
                    end, heard = _add(frame, end, every, peaks), True
        except av.FFmpegError as error:
            if not heard:
                raise Refused(f"The sound could not be read ({error.strerror}).") from None
    if not heard:
        raise Refused("No sound could be decoded from it.")
    levels = [min(255, round(peak * 255)) for peak in peaks]
    return {"every_ms": every, "peaks": levels, "silent": max(levels) <= SILENT}


def _decoded(packet: Coded) -> list[AudioFrame]:
    """The frames of a packet; none where it is damaged."""
    try:
        return cast("list[AudioFrame]", packet.decode())
    except (av.FFmpegError, EOFError):
        return []


def _add(frame: AudioFrame, end: float, every: int, peaks: array[float]) -> float:
    """Adds a frame at its time stamp, or after the last where it has none; returns its end in ms."""
    at = end if frame.time is None else max(0.0, frame.time * 1000)
    end = at + frame.samples * 1000 / frame.sample_rate
    loud = _loudness(frame)
    first, last = int(at // every), min(int(end // every), len(peaks) - 1)
    # A frame is mostly far shorter than a step: then its highest sample stands for all of it.
    parts = [loud] if last <= first or end - at < every / 2 else np.array_split(loud, last - first + 1, axis=-1)
    for number, part in enumerate(parts, first):
        if number < len(peaks) and part.size:
            peaks[number] = max(peaks[number], min(1.0, float(max(part.max(), -part.min()))))
    return end


def _loudness(frame: AudioFrame) -> Any:
    """The samples from -1 to 1; channels side by side where they are stored so."""
    samples, kind = frame.to_ndarray(), frame.format.name.removesuffix("p")
    if kind in ("flt", "dbl"):
        return samples if np.isfinite(samples).all() else np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return (samples.astype(np.float32) - (128 if kind == "u8" else 0)) / np.float32(_FULL.get(kind, 1.0))
