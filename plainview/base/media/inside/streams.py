"""What a decoder sees: streams, length, the first picture, and the times of containers without boxes."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .feed import Feed
from .findings import Findings, iso
from .movie import Movie
from .opening import MAX_PIXELS, is_picture, only, open_as, video_of
from .trouble import Refused

LONGEST_MS = 7 * 24 * 3600 * 1000
SCANNED = 64 << 20  # bytes of a file whose length has to be found by reading all of it
TRIED_PACKETS = 300  # until the first picture; a stream may begin between two key frames
TRIED_SECONDS = 10
TOO_LARGE = (
    f"Its picture claims no size, or one of more than {MAX_PIXELS // 1_000_000} million pixels, which is not decoded."
)
_FORMS = ("%Y:%m:%d %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})$")


def describe(feed: Feed, found: Findings, movie: Movie | None) -> None:
    """Adds streams, length and tags; what the decoders can't take is a problem, not a failure."""
    try:
        opened = open_as(feed, found.kind)
    except Refused as error:
        found.trouble(str(error))
        return
    except (av.FFmpegError, EOFError, ValueError, MemoryError) as error:
        found.trouble(_gave_up(error))
        return
    with opened:
        _streams(opened, found)
        _length(opened, feed, found, movie)
        _tags(opened, found, movie)
        _first_picture(opened, found)


def _gave_up(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "The header claims more than a file of this kind can hold."
    if isinstance(error, EOFError):
        return "The file ends before any picture or sound begins."
    said = getattr(error, "strerror", None) or str(error)
    return f"The file could not be opened as what it seems to be ({said[:100]})."


def _streams(opened: InputContainer, found: Findings) -> None:
    for stream in list(opened.streams)[:64]:
        context = stream.codec_context
        made: dict[str, Any] = {"kind": stream.type}
        if stream.type == "video" and stream.disposition & 0x400:
            made["kind"] = "cover"
        if context is not None:
            made["codec"] = context.codec.canonical_name
            if context.profile:
                made["profile"] = context.profile
            if context.bit_rate:
                made["bit_rate"] = context.bit_rate
        if stream.language:
            made["language"] = stream.language
        if isinstance(stream, VideoStream) and context is not None:
            picture = stream.codec_context
            made |= {"width": picture.width, "height": picture.height, "pixels": picture.pix_fmt or ""}
            made |= {"fps": _rate(stream.average_rate or stream.guessed_rate), "frames": stream.frames}
        elif isinstance(stream, AudioStream) and context is not None:
            made |= {"sample_rate": stream.codec_context.sample_rate, "channels": stream.codec_context.channels}
        found.streams.append(made)
    kinds = {s["kind"] for s in found.streams}
    if not kinds & {"video", "audio"}:
        found.trouble("The file holds neither picture nor sound.")


def _rate(rate: Fraction | None) -> str:
    return f"{float(rate):.3f}".rstrip("0").rstrip(".") if rate and rate < 10_000 else ""


def _length(opened: InputContainer, feed: Feed, found: Findings, movie: Movie | None) -> None:
    length = opened.duration // 1000 if opened.duration and opened.duration > 0 else None
    if length is None and movie:
        length = movie.duration_ms
    if length is None and feed.size <= SCANNED:
        length = _scan(opened)
    if length is not None and length > LONGEST_MS:
        found.trouble(f"The header claims a length of {length // 86_400_000:,} days.")
        length = None
    found.duration_ms = length


def _scan(opened: InputContainer) -> int | None:
    """The last time stamp, for streams that were written without going back to note their length."""
    last, until = Fraction(0), time.monotonic() + TRIED_SECONDS
    try:
        for packet in opened.demux():
            if packet.pts is not None and packet.time_base:
                last = max(last, (packet.pts + (packet.duration or 0)) * packet.time_base)
            if time.monotonic() > until:
                break
        opened.seek(0)
    except (av.FFmpegError, EOFError, ValueError):
        return None
    return int(last * 1000) or None


def _tags(opened: InputContainer, found: Findings, movie: Movie | None) -> None:
    words = {key.lower(): value for key, value in opened.metadata.items()}
    for key in ("encoder", "software", "firmware", "title", "comment", "description", "artist"):
        found.tag(key, words.get(key))
    model = " ".join(words[key] for key in ("make", "model") if words.get(key))
    found.device = found.device or model or None
    said = words.get("date") if movie else words.get("creation_time") or words.get("date")
    if said:
        _say(said, found)


def _say(said: str, found: Findings) -> None:
    """Matroska and ASF are in UTC by their own rules; the time is that of writing. Others don't say."""
    zone, source = ("UTC", "written") if found.kind in ("mkv", "webm", "asf") else (None, "container")
    by = {"mkv": "the Matroska header", "webm": "the WebM header", "asf": "the Windows Media header"}
    when = _parse(said)
    if when is None:
        found.tag("date", said)
        return
    if when.tzinfo is not None and zone is None and (offset := _OFFSET.search(said)):
        zone = f"{offset[1]}{offset[2]}:{offset[3]}"
    elif when.tzinfo is not None:
        when = when.astimezone(UTC)
    found.say(source, iso(when.replace(tzinfo=None)), zone=zone, by=by.get(found.kind or "", "the file's header"))


def _parse(said: str) -> datetime | None:
    said = said.strip()
    for form in ("", *_FORMS):
        try:
            if form:
                return datetime.strptime(said, form)
            if len(said) >= 16:  # a bare day or year is no time
                return datetime.fromisoformat(said)
        except ValueError:
            continue
    return None


def _first_picture(opened: InputContainer, found: Findings) -> None:
    """Proves that the decoder can work with it, and learns how the picture is turned."""
    stream = video_of(opened)
    if stream is None:
        return
    frame = _decode_one(opened, stream)
    if frame is None:
        # FFmpeg itself takes the size away where it is over the limit.
        found.blind = True
        found.trouble(TOO_LARGE if not stream.codec_context.width else "No picture could be decoded from it.")
        return
    for made in found.streams:
        if made["kind"] == "video":
            made["rotation"] = -round(frame.rotation) % 360
            made["pixels"] = frame.format.name
            made["interlaced"] = bool(frame.interlaced_frame)
            break


def _decode_one(opened: InputContainer, stream: VideoStream) -> VideoFrame | None:
    if not is_picture(stream):
        return None
    only(opened, stream)
    until = time.monotonic() + TRIED_SECONDS
    try:
        for tried, packet in enumerate(opened.demux(stream)):
            try:
                for frame in packet.decode():
                    return frame
            except (av.FFmpegError, EOFError):
                pass  # a damaged packet; the next key frame may be whole
            if tried >= TRIED_PACKETS or time.monotonic() > until:
                break
    except (av.FFmpegError, EOFError):
        pass
    return None
