"""Sound that browsers don't play, made into AAC. What the first pass has made is kept for the second."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

RATE = 48_000
BITS = 128_000
_BASE = Fraction(1, RATE)
Coded: TypeAlias = "Packet[Any]"
Made: TypeAlias = "list[list[Packet[Any]]]"  # what each packet of the file gave, for a second pass


class ToAac:
    """Decodes the packets of one stream and yields AAC packets in the same places on every pass."""

    def __init__(self, stream: AudioStream, copy: OutputContainer, made: Made, begin: int = 0) -> None:
        self._made = made
        self._replay = iter(list(made)) if made else None
        stereo = stream.codec_context.channels > 1
        self.out = copy.add_stream("aac", rate=RATE)
        self.out.bit_rate = BITS if stereo else BITS * 3 // 4
        self.out.layout = "stereo" if stereo else "mono"
        self._resampler = AudioResampler("fltp", "stereo" if stereo else "mono", RATE, frame_size=1024)
        self._begin = round(Fraction(begin, 1_000_000) * RATE)
        self._at: int | None = None

    def packets(self, packet: Coded) -> Iterator[Coded]:
        """Yields the AAC packets that a packet of the file gives; an empty one gives the rest."""
        if self._replay is None:
            self._made.append([_copied(p) for p in self._encode(packet)])
            ready = self._made[-1]
        else:
            ready = next(self._replay, [])
        for kept in ready:
            again = _copied(kept)
            again.stream = self.out
            yield again

    def _encode(self, packet: Coded) -> Iterator[Coded]:
        try:
            frames = packet.decode()
        except (av.FFmpegError, EOFError):
            frames = []
        for frame in frames:
            if isinstance(frame, AudioFrame):
                yield from self._steady(self._resampler.resample(frame))
        if not packet.size:
            yield from self._steady(self._resampler.resample(None))
            yield from self.out.encode(None)

    def _steady(self, frames: list[AudioFrame]) -> Iterator[Coded]:
        """Numbers the samples one after the other: gaps of a damaged file would stop the encoder."""
        for frame in frames:
            if self._at is None:
                self._at = max(0, (frame.pts or 0) - self._begin)
            frame.pts, frame.time_base = self._at, _BASE
            self._at += frame.samples
            yield from self.out.encode(frame)


def _copied(packet: Coded) -> Coded:
    made = Packet(bytes(packet))
    made.pts, made.dts, made.duration, made.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
    made.is_keyframe = True
    return made
