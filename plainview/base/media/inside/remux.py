"""A viewing copy: the same picture and sound, byte for byte, in a container that browsers play."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from . import wire
from .faststart import OPTIONS, Sender, Sink
from .feed import Feed
from .opening import only, open_feed, video_of
from .order import shown_at
from .sound import Coded, Made, ToAac
from .trouble import Refused

KEPT_SOUND = ("aac", "mp3", "opus", "flac")  # what browsers play inside MP4; everything else becomes AAC


def remux(feed: Feed, line: wire.Line) -> dict[str, Any]:
    """Sends the copy in pieces.

    Raises:
        Refused: there is nothing to copy, or it can't be.
    """
    sounds: dict[int, Made] = {}
    places = shown_at(feed)
    measured = Sink()
    _copy(feed, measured, sounds, places)
    sender = Sender(line, measured)
    _copy(feed, sender, sounds, places)
    return {"bytes": sender.finish()}


def _copy(feed: Feed, sink: Sink, sounds: dict[int, Made], places: list[int] | None) -> None:
    with open_feed(feed, as_stored=True) as opened:
        found = (video_of(opened), *opened.streams.audio)
        shown = [s for s in found if s is not None and s.codec_context is not None]
        if not shown:
            raise Refused("The file holds neither picture nor sound.")
        only(opened, *shown)
        with av.open(sink, "w", format="mp4", options=OPTIONS) as copy:
            begin = opened.start_time or 0
            routes = {s.index: _Route(s, begin, copy, sounds.setdefault(s.index, [])) for s in shown}
            if places and shown[0].type == "video":
                routes[shown[0].index].reorder(places)
            _pump(opened, copy, routes)


class _Route:
    """One stream's way into the copy: as it is, or its sound made into AAC."""

    def __init__(self, stream: VideoStream | AudioStream, begin: int, copy: OutputContainer, made: Made) -> None:
        self._begin = Fraction(begin, 1_000_000)
        self._waiting: list[Coded] = []
        self._last: int | None = None
        self._aac: ToAac | None = None
        if isinstance(stream, AudioStream) and stream.codec_context.codec.canonical_name not in KEPT_SOUND:
            self._aac = ToAac(stream, copy, made)
        else:
            self._out = copy.add_stream_from_template(stream, opaque=True)
        self._stream = stream
        self._bare: BitStreamFilterContext | None = None
        self._heads: bool | None = None
        self._places: Iterator[tuple[int, int]] | None = None

    def reorder(self, places: list[int]) -> None:
        """Gives each packet the time of its place in the order of showing."""
        delay = max(stored - place for stored, place in enumerate(places))
        self._places = iter([(stored - delay, place) for stored, place in enumerate(places)])

    def packets(self, packet: Coded) -> Iterator[Coded]:
        """Yields what goes into the copy for a packet of the file; the last one is empty."""
        self._shift(packet)
        if self._places and packet.size:
            step = max(1, packet.duration or 1)
            stored, shown = next(self._places, (0, 0))
            packet.dts, packet.pts = stored * step, shown * step
        if self._aac:
            yield from self._aac.packets(packet)
            return
        if packet.size:
            self._waiting.append(packet)
        if packet.dts is not None or not packet.size:
            yield from self._timed()

    def _timed(self) -> Iterator[Coded]:
        """Matroska and AVI leave decoding times out where pictures are reordered: the first ones are counted back."""
        known = next((p.dts for p in self._waiting if p.dts is not None), None)
        for place, packet in enumerate(self._waiting):
            if packet.dts is None:
                step = max(1, packet.duration or 1)
                packet.dts = (known - (len(self._waiting) - 1 - place) * step) if known is not None else packet.pts
            if packet.dts is None:
                continue  # a sample without any time can't be shown at one
            if self._last is not None and packet.dts <= self._last:
                packet.dts = self._last + 1
            if packet.pts is None or packet.pts < packet.dts:
                packet.pts = packet.dts
            self._last = packet.dts
            for made in self._without_heads(packet):
                made.stream = self._out
                yield made
        self._waiting.clear()

    def _without_heads(self, packet: Coded) -> list[Coded]:
        """AAC of a broadcast stream carries a head on every frame, which MP4 keeps once for all."""
        if self._heads is None:
            first = bytes(memoryview(packet)[:2])
            aac = self._stream.codec_context.codec.canonical_name == "aac"
            self._heads = aac and len(first) == 2 and first[0] == 0xFF and first[1] & 0xF6 == 0xF0
            if self._heads:
                self._bare = BitStreamFilterContext("aac_adtstoasc", self._stream)
        return self._bare.filter(packet) if self._bare else [packet]

    def _shift(self, packet: Coded) -> None:
        """Lets the copy begin at 0: a transport stream's clock begins anywhere."""
        if not self._begin or not packet.time_base:
            return
        shift = round(self._begin / packet.time_base)
        packet.pts = packet.pts - shift if packet.pts is not None else None
        packet.dts = packet.dts - shift if packet.dts is not None else None


def _pump(opened: InputContainer, copy: OutputContainer, routes: dict[int, _Route]) -> None:
    streams = [opened.streams[index] for index in routes]
    done = 0
    try:
        for packet in opened.demux(streams):
            for made in routes[packet.stream.index].packets(packet):
                copy.mux(made)
                done += 1
    except av.FFmpegError as error:
        if not done:
            raise Refused(f"It could not be copied ({error.strerror}).") from None
    if not done:
        raise Refused("No picture or sound could be copied from it.")
