"""How the packets of one stream get into a viewing copy: as they are, timed so that every player takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import OutputContainer
from av.video.stream import VideoStream

from .sound import Coded, Made, ToAac

KEPT_SOUND = ("aac", "mp3", "opus", "flac")  # what browsers play inside MP4; everything else becomes AAC


class Route:
    """One stream's way into the copy: as it is, or its sound made into AAC."""

    def __init__(self, stream: VideoStream | AudioStream, begin: int, copy: OutputContainer, made: Made) -> None:
        # The copy begins at 0: a transport stream's clock begins anywhere.
        self._shift = round(Fraction(begin, 1_000_000) / stream.time_base) if stream.time_base else 0
        self._waiting: list[Coded] = []
        self._last: int | None = None
        self._aac: ToAac | None = None
        if isinstance(stream, AudioStream) and stream.codec_context.codec.canonical_name not in KEPT_SOUND:
            self._aac = ToAac(stream, copy, made)
            self.out: VideoStream | AudioStream = self._aac.out
        else:
            self.out = copy.add_stream_from_template(stream, opaque=True)
        self._stream = stream
        self._bare: BitStreamFilterContext | None = None
        self._heads: bool | None = None
        self._places: Iterator[tuple[int, int]] | None = None

    def reorder(self, places: list[int]) -> None:
        """Gives each packet the time of its place in the order of showing."""
        delay = max(stored - place for stored, place in enumerate(places))
        self._places = iter([(stored - delay, place) for stored, place in enumerate(places)])

    def packets(self, packet: Coded) -> Sequence[Coded]:
        """Returns what goes into the copy for a packet of the file; the last one is empty."""
        if self._shift:
            packet.pts = packet.pts - self._shift if packet.pts is not None else None
            packet.dts = packet.dts - self._shift if packet.dts is not None else None
        if self._aac:
            return list(self._aac.packets(packet))
        if packet.size and self._places:
            step = max(1, packet.duration or 1)
            stored, shown = next(self._places, (0, 0))
            packet.dts, packet.pts = stored * step, shown * step
        if packet.dts is None and packet.size:
            self._waiting.append(packet)
            return ()
        ready = (*self._counted_back(packet.dts), packet) if self._waiting else (packet,)
        return [made for one in ready if one.size for made in self._timed(one)]

    def _counted_back(self, known: int | None) -> list[Coded]:
        """Matroska leaves the first decoding times out where pictures are reordered: they are counted back."""
        waited, self._waiting = self._waiting, []
        for place, packet in enumerate(waited):
            step = max(1, packet.duration or 1)
            packet.dts = packet.pts if known is None else known - (len(waited) - place) * step
        return [packet for packet in waited if packet.dts is not None]

    def _timed(self, packet: Coded) -> Sequence[Coded]:
        """Decoding times rise, and nothing is shown before it is decoded: anything else stops the muxer."""
        dts = packet.dts or 0
        if self._last is not None and dts <= self._last:
            dts = packet.dts = self._last + 1
        if packet.pts is None or packet.pts < dts:
            packet.pts = dts
        self._last = dts
        made = self._without_heads(packet)
        for one in made:
            one.stream = self.out
        return made

    def _without_heads(self, packet: Coded) -> Sequence[Coded]:
        """AAC of a broadcast stream carries a head on every frame, which MP4 keeps once for all."""
        if self._heads is None:
            first = bytes(memoryview(packet)[:2])
            aac = self._stream.codec_context.codec.canonical_name == "aac"
            self._heads = aac and len(first) == 2 and first[0] == 0xFF and first[1] & 0xF6 == 0xF0
            if self._heads:
                self._bare = BitStreamFilterContext("aac_adtstoasc", self._stream)
        return self._bare.filter(packet) if self._bare else (packet,)
