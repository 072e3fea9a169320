"""The order in which pictures are shown, for containers that only store the order in which they are decoded."""

from __future__ import annotations

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from .feed import Feed
from .opening import only, open_feed, video_of

WITHOUT_TIMES = ("avi",)


def is_lost(opened: InputContainer, stream: VideoStream) -> bool:
    """Whether the container can't say when each picture is shown: AVI, as soon as pictures are reordered."""
    return opened.format.name in WITHOUT_TIMES and bool(stream.codec_context.has_b_frames)


def shown_at(feed: Feed) -> list[int] | None:
    """Returns, for each picture in stored order, its place in the order of showing; None where nothing is lost.

    Only a decoder knows: it is given the stored place of each picture as its time, and hands them back in order.
    """
    with open_feed(feed, as_stored=True) as opened:
        stream = video_of(opened)
        if stream is None or not is_lost(opened, stream):
            return None
        only(opened, stream)
        shown: list[int] = []
        stored = 0
        for packet in opened.demux(stream):
            if packet.size:
                packet.pts = packet.dts = stored
                stored += 1
            try:
                shown += [frame.pts for frame in packet.decode() if frame.pts is not None]
            except (av.FFmpegError, EOFError):
                continue
    places = [-1] * stored
    for place, number in enumerate(shown):
        if 0 <= number < stored:
            places[number] = place
    # Pictures that can't be decoded keep their stored place, so that nothing is left out of the copy.
    return [stored_place if place < 0 else place for stored_place, place in enumerate(places)]
