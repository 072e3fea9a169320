"""Pictures out of a recording: turned upright, made small, packed as JPEG."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
from av.codec import CodecContext
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .trouble import Refused

JPEG_QUALITY = 4  # the encoder's own scale, 2 is best


def shown_size(frame: VideoFrame, aspect: Fraction | None) -> tuple[int, int]:
    """Returns width and height of the upright picture with square pixels."""
    width, height = frame.width, frame.height
    if aspect and Fraction(1, 4) < aspect < 4:
        width = round(width * aspect)
    return (height, width) if round(frame.rotation) % 180 else (width, height)


def within(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Returns the size made to fit into width × height, never enlarged, even on both sides."""
    scale = min(1.0, width / max(1, size[0]), height / max(1, size[1]))
    return max(2, int(size[0] * scale) // 2 * 2), max(2, int(size[1] * scale) // 2 * 2)


class Fitter:
    """Turns frames of one stream upright and scales them to one size; with `film`, also takes interlacing out."""

    def __init__(self, frame: VideoFrame, size: tuple[int, int], *, film: bool = False) -> None:
        self.size = size
        self._graph: Graph | None = None
        turns = {1: ["transpose=clock"], 2: ["hflip", "vflip"], 3: ["transpose=cclock"]}
        self._steps = ["bwdif=deint=interlaced"] if film else []
        self._steps += turns.get(round(-frame.rotation / 90) % 4, [])
        self._steps.append(f"scale={size[0]}:{size[1]}")
        self._scale_only = len(self._steps) == 1

    def fit(self, frame: VideoFrame, pixels: str = "yuvj420p") -> Iterator[VideoFrame]:
        """Yields the fitted pictures; where interlacing is taken out, each comes a frame late."""
        if self._scale_only:
            yield frame.reformat(self.size[0], self.size[1], pixels, interpolation="AREA")
            return
        if self._graph is None:
            self._graph = self._build(frame, pixels)
        self._graph.push(frame)
        yield from self._ready()

    def rest(self) -> Iterator[VideoFrame]:
        """Yields what is still inside at the end."""
        if self._graph:
            self._graph.push(None)
            yield from self._ready()

    def _ready(self) -> Iterator[VideoFrame]:
        while self._graph:
            try:
                yield cast(VideoFrame, self._graph.pull())
            except (BlockingIOError, EOFError):
                return

    def _build(self, frame: VideoFrame, pixels: str) -> Graph:
        graph = Graph()
        base = frame.time_base or Fraction(1, 90_000)
        last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)
        for step in [*self._steps, f"format={pixels}", "setsar=1"]:
            name, _, arguments = step.partition("=")
            following = graph.add(name, arguments or None)
            last.link_to(following)
            last = following
        last.link_to(graph.add("buffersink"))
        graph.configure()
        return graph


def jpeg(frame: VideoFrame) -> bytes:
    """Returns the frame as a JPEG file."""
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": str(JPEG_QUALITY), "qmax": str(JPEG_QUALITY), "threads": "1"}
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def key_frames(opened: InputContainer, stream: VideoStream, at_ms: int) -> Iterator[VideoFrame]:
    """Yields key frames from the last one before a moment (ms from the beginning) onwards.

    Raises:
        Refused: the stream can't be decoded.
    """
    base = stream.time_base or Fraction(1, 1000)
    stream.codec_context.skip_frame = "NONKEY"
    try:
        opened.seek(round(at_ms / 1000 / base) + (stream.start_time or 0), stream=stream)
    except (av.FFmpegError, OSError):
        opened.seek(0, any_frame=True)
    try:
        for packet in opened.demux(stream):
            if not packet.is_keyframe and packet.size:
                continue
            try:
                yield from packet.decode()
            except (av.FFmpegError, EOFError):
                continue
    except av.FFmpegError as error:
        raise Refused(f"The picture could not be read ({error.strerror}).") from None
