"""A converted copy for codecs that browsers don't play: H.264 and AAC, at most 720 lines, as it is made."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from . import wire
from .feed import Feed
from .fragments import OPTIONS, Sender
from .opening import THREADS, only, open_feed, video_of
from .order import is_lost
from .pictures import Fitter, shown_size, within
from .sound import Coded, ToAac
from .trouble import Refused

WIDTH, HEIGHT = 1280, 720
KEY_SECONDS = 2
QUALITY = "23"
_BASE = Fraction(1, 90_000)


def proxy(feed: Feed, line: wire.Line, duration_ms: int | None) -> dict[str, Any]:
    """Sends the copy in pieces, as it is made.

    Raises:
        Refused: neither picture nor sound can be decoded.
    """
    send = Sender(line, duration_ms)
    with open_feed(feed) as opened:
        video = video_of(opened)
        audio = next((s for s in opened.streams.audio if s.codec_context is not None), None)
        shown = [s for s in (video, audio) if s is not None]
        if not shown:
            raise Refused("The file holds neither picture nor sound.")
        only(opened, *shown)
        options = OPTIONS if video else {**OPTIONS, "frag_duration": "2000000"}
        with av.open(send, "w", format="mp4", options=options) as copy:
            picture = _Picture(video, copy, opened.start_time or 0) if video else None
            sound = ToAac(audio, copy, [], begin=opened.start_time or 0) if audio else None
            _pump(opened, copy, picture, sound)
    send.flush()
    return {"bytes": send.sent}


class _Picture:
    """Decodes, makes upright and small, and encodes one stream."""

    def __init__(self, stream: VideoStream, copy: OutputContainer, begin: int) -> None:
        self._begin = Fraction(begin, 1_000_000)
        self._stream = stream
        self._copy = copy
        self._out: VideoStream | None = None
        self._fitter: Fitter | None = None
        self._last: int | None = None
        self._counted = is_lost(stream.container, stream)  # type: ignore[arg-type]

    @property
    def ready(self) -> bool:
        """Whether the encoder stands."""
        return self._out is not None

    def packets(self, packet: Coded) -> Iterator[Coded]:
        """Yields encoded packets for one of the file; a damaged one gives none."""
        try:
            frames = packet.decode()
        except (av.FFmpegError, EOFError):
            frames = []
        for frame in frames:
            if isinstance(frame, VideoFrame):
                yield from self._encode(frame)
        if not packet.size and self._fitter and self._out:
            for fitted in self._fitter.rest():
                yield from self._timed(fitted)
            yield from self._out.encode(None)

    def _encode(self, frame: VideoFrame) -> Iterator[Coded]:
        if self._fitter is None:
            size = within(shown_size(frame, self._stream.sample_aspect_ratio), WIDTH, HEIGHT)
            self._fitter = Fitter(frame, size, film=bool(frame.interlaced_frame))
            self._out = self._encoder(size)
        for fitted in self._fitter.fit(frame, "yuv420p"):
            yield from self._timed(fitted)

    def _encoder(self, size: tuple[int, int]) -> VideoStream:
        rate = self._stream.average_rate or self._stream.guessed_rate or Fraction(25)
        out = self._copy.add_stream("libx264", rate=min(max(Fraction(1), Fraction(rate)), Fraction(60)))
        out.width, out.height = size
        out.pix_fmt = "yuv420p"
        out.time_base = out.codec_context.time_base = _BASE
        out.codec_context.thread_count = THREADS
        out.codec_context.gop_size = max(1, round(float(rate) * KEY_SECONDS))
        out.options = {"preset": "veryfast", "crf": QUALITY, "profile": "high"}
        return out

    def _timed(self, frame: VideoFrame) -> Iterator[Coded]:
        """Time stamps rise, whatever the file says; where it says nothing, frames follow at its rate."""
        step = round(1 / Fraction(self._stream.average_rate or 25) / _BASE)
        at = 0 if self._last is None else self._last + step
        if frame.pts is not None and frame.time_base and not self._counted:
            at = max(0, round((frame.pts * frame.time_base - self._begin) / _BASE))
        if self._out is None or (self._last is not None and at <= self._last):
            return
        self._last, frame.pts, frame.time_base = at, at, _BASE
        frame.pict_type = 0
        yield from self._out.encode(frame)


def _pump(opened: InputContainer, copy: OutputContainer, picture: _Picture | None, sound: ToAac | None) -> None:
    done = 0
    held: list[Coded] = []
    ways = [(way, name) for way, name in ((picture, "video"), (sound, "audio")) if way]
    try:
        for packet in opened.demux([s for s in opened.streams if s.discard.name != "all"]):
            way = next(way for way, name in ways if name == packet.stream.type)
            held += way.packets(packet)
            # The header names every stream: nothing is written before the picture's encoder stands.
            if picture is None or picture.ready:
                for made in held:
                    copy.mux(made)
                done += len(held)
                held.clear()
    except av.FFmpegError as error:
        if not done:
            raise Refused(f"It could not be converted ({error.strerror}).") from None
    if not done:
        raise Refused("No picture could be decoded from it.")
