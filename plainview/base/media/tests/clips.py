"""Clips made on the spot, so that the tests mean something without anyone's footage."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE = 48_000


def make_clip(
    path: Path,
    *,
    seconds: float = 3,
    size: tuple[int, int] = (320, 180),
    fps: int = 25,
    container: str | None = None,
    video: str | None = "libx264",
    audio: str | None = "aac",
    gop: int = 25,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
    tone: float = 440.0,
) -> Path:
    """Writes a moving pattern with a tone that swells from silence to full and back each second."""
    with av.open(str(path), "w", format=container, options=muxer or {}) as out:
        out.metadata.update(metadata or {})
        picture = _picture_stream(out, video, size, fps, gop, options or {}) if video else None
        sound: Any = out.add_stream(audio, rate=RATE) if audio else None
        if sound:
            sound.layout = "mono"
        heard = 0
        for number in range(math.ceil(seconds * fps)):
            if picture:
                for packet in picture.encode(_picture(number, fps, size, picture.pix_fmt)):
                    out.mux(packet)
            while sound and heard < (number + 1) / fps * RATE:
                out.mux(sound.encode(_tone(heard, tone, sound)))
                heard += sound.codec_context.frame_size or 1024
        for stream in filter(None, (picture, sound)):
            out.mux(stream.encode(None))
    return path


def looped(source: Path, target: Path, seconds: float) -> Path:
    """Writes the packets of a short clip again and again: a long one in no time."""
    with av.open(str(target), "w", format="mp4") as out:
        last: dict[int, int] = {}
        routes: dict[int, Any] = {}
        with av.open(str(source)) as first:
            length = Fraction(first.duration or 0, 1_000_000)
            for stream in first.streams:
                routes[stream.index] = out.add_stream_from_template(stream, opaque=True)
        for turn in range(math.ceil(Fraction(seconds) / length)):
            with av.open(str(source)) as again:
                for packet in again.demux():
                    if packet.dts is None or packet.pts is None or not packet.time_base:
                        continue
                    shift, index = round(turn * length / packet.time_base), packet.stream.index
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    if packet.dts > last.get(index, -(1 << 60)):
                        last[index] = packet.dts
                        packet.stream = routes[index]
                        out.mux(packet)
    return target


def _picture_stream(out: Any, codec: str, size: tuple[int, int], fps: int, gop: int, options: dict[str, str]) -> Any:
    stream = out.add_stream(codec, rate=fps)
    stream.width, stream.height = size
    stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    stream.codec_context.gop_size = gop
    preset = {"preset": "ultrafast"} if codec in ("libx264", "libx265") else {}
    stream.options = {**preset, **options}
    return stream


def _picture(number: int, fps: int, size: tuple[int, int], pixels: str) -> av.VideoFrame:
    width, height = size
    across = np.arange(width, dtype=np.uint16)[None, :] + 4 * number
    down = np.arange(height, dtype=np.uint16)[:, None]
    image = np.empty((height, width, 3), dtype=np.uint8)
    image[..., 0] = across % 256
    image[..., 1] = (across + down) % 256
    image[..., 2] = (down * 2 + number) % 256
    frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=pixels)
    frame.pts, frame.time_base = number, Fraction(1, fps)
    return frame


def _tone(start: int, pitch: float, stream: Any) -> av.AudioFrame:
    count = stream.codec_context.frame_size or 1024
    at = (np.arange(count) + start) / RATE
    wave = np.sin(2 * np.pi * pitch * at) * np.abs(np.sin(np.pi * at))
    frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
    return frame
