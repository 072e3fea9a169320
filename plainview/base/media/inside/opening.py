"""Opens the one file with the one demuxer that its first bytes call for; whatever it points at stays shut."""

from __future__ import annotations

from typing import Any, NoReturn

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from .feed import Feed
from .kinds import kind_of
from .magic import LOOKED_AT, recognize
from .trouble import Refused

MAX_PIXELS = 40_000_000
THREADS = 2
BUFFER = 64 << 10


def open_feed(feed: Feed, *, as_stored: bool = False) -> InputContainer:
    """Returns the opened file; `as_stored` gives every sample once, whatever cuts an edit list makes.

    Raises:
        Refused: it is no video or sound file, or its picture is too large.
        av.FFmpegError: the demuxer gave up.
    """
    return open_as(feed, recognize(feed.read_at(0, LOOKED_AT)), as_stored=as_stored)


def open_as(feed: Feed, name: str | None, *, as_stored: bool = False) -> InputContainer:
    """Returns the file opened as that kind; see `open_feed`."""
    kind = kind_of(name)
    if kind.demuxer is None:
        raise Refused(f"The content is {kind.label}, not video or sound.")
    feed.seek(0)
    more = {"advanced_editlist": "0"} if as_stored and kind.demuxer == "mov" else {}
    opened = av.open(
        feed,
        "r",
        format=kind.demuxer,
        options={
            "format_whitelist": _whitelist(kind.demuxer),
            "protocol_whitelist": "",
            "max_pixels": str(MAX_PIXELS),
            "max_streams": "64",
            "threads": str(THREADS),
            **more,
        },
        metadata_errors="replace",
        buffer_size=BUFFER,
        io_open=_refuse,
    )
    _check_size(opened)
    return opened


def video_of(opened: InputContainer) -> VideoStream | None:
    """Returns the picture stream that is shown: the first that isn't a cover; its decoder kept within bounds."""
    for stream in opened.streams.video:
        if is_picture(stream):
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            stream.codec_context.thread_count = THREADS
            return stream
    return None


def is_picture(stream: VideoStream) -> bool:
    """Whether the stream moves and can be decoded."""
    return stream.codec_context is not None and not stream.disposition & 0x400  # attached picture: an album's cover


def only(opened: InputContainer, *streams: Any) -> None:
    """Tells the demuxer to skip every other stream, so that their bytes aren't even fetched."""
    from av.stream import Discard

    wanted = {stream.index for stream in streams}
    for stream in opened.streams:
        if stream.index not in wanted:
            stream.discard = Discard.all


def _whitelist(demuxer: str) -> str:
    return {"mov": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm"}.get(demuxer, demuxer)


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError("A media file may not open another one.")


def _check_size(opened: InputContainer) -> None:
    for stream in opened.streams.video:
        context = stream.codec_context
        if context is not None and context.width * context.height > MAX_PIXELS:
            opened.close()
            raise Refused(
                f"The picture claims {context.width} × {context.height} pixels, more than the "
                f"{MAX_PIXELS // 1_000_000} million that are decoded here."
            )
