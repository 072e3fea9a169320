"""A viewing copy: the same picture and sound, byte for byte, in a container that browsers play."""

from __future__ import annotations

from typing import Any

import av
from av.container import InputContainer, OutputContainer

from . import wire
from .faststart import OPTIONS, Sender, Sink
from .feed import Feed
from .opening import only, open_feed, video_of
from .order import shown_at
from .routes import Route
from .sound import Coded, Made
from .trouble import Refused

KEPT_BYTES = 256 << 20  # of packets held for the second pass; a longer file is read twice


def remux(feed: Feed, line: wire.Line) -> dict[str, Any]:
    """Sends the copy in pieces.

    Raises:
        Refused: there is nothing to copy, or it can't be.
    """
    passes = _Passes(feed)
    measured = Sink()
    passes.run(measured)
    sender = Sender(line, measured)
    passes.run(sender)
    return {"bytes": sender.finish()}


class _Passes:
    """The two passes over one file, and what the first keeps for the second."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._places = shown_at(feed)
        self._sounds: dict[int, Made] = {}
        self._kept: list[tuple[int, Coded]] | None = []  # None once they are too many
        self._room = KEPT_BYTES
        self._measured = False

    def run(self, sink: Sink) -> None:
        """Writes the copy once."""
        with open_feed(self._feed, as_stored=True) as opened:
            found = (video_of(opened), *opened.streams.audio)
            shown = [s for s in found if s is not None and s.codec_context is not None]
            if not shown:
                raise Refused("The file holds neither picture nor sound.")
            only(opened, *shown)
            with av.open(sink, "w", format="mp4", options=OPTIONS, buffer_size=wire.LARGEST_PIECE) as copy:
                begin = opened.start_time or 0
                routes = {s.index: Route(s, begin, copy, self._sounds.setdefault(s.index, [])) for s in shown}
                if self._places and shown[0].type == "video":
                    routes[shown[0].index].reorder(self._places)
                if self._measured and self._kept is not None:
                    self._replay(copy, routes)
                else:
                    self._pump(opened, copy, routes)
        self._measured = True

    def _pump(self, opened: InputContainer, copy: OutputContainer, routes: dict[int, Route]) -> None:
        done = 0
        try:
            for packet in opened.demux([opened.streams[index] for index in routes]):
                index = packet.stream.index
                for made in routes[index].packets(packet):
                    copy.mux(made)
                    self._keep(index, made)
                    done += 1
        except av.FFmpegError as error:
            if not done:
                raise Refused(f"It could not be copied ({error.strerror}).") from None
        if not done:
            raise Refused("No picture or sound could be copied from it.")

    def _keep(self, index: int, packet: Coded) -> None:
        if self._kept is None or self._measured:
            return
        self._room -= packet.size
        if self._room < 0:
            self._kept = None
        else:
            self._kept.append((index, packet))

    def _replay(self, copy: OutputContainer, routes: dict[int, Route]) -> None:
        for index, packet in self._kept or ():
            packet.stream = routes[index].out
            copy.mux(packet)
