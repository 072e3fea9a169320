"""Whether a recording is whole, as far as its own lengths and lists tell, without decoding it."""

from __future__ import annotations

from .feed import Feed
from .movie import Movie
from .tables import reach, sample_count
from .trouble import Malformed

UNFINISHED = "The recording was not finished: there is picture data but no index, as when a camera loses power."
HEADER_ONLY = "The file holds a header but no picture or sound."


def damage_of(feed: Feed, kind: str, movie: Movie | None) -> str | None:
    """Returns in one sentence what is wrong with the file's structure, None where nothing is seen."""
    if movie:
        return _movie(movie)
    return {
        "avi": _riff,
        "wav": _riff,
        "mkv": _matroska,
        "webm": _matroska,
        "asf": _asf,
        "flv": _flv,
        "ts": _transport,
    }.get(kind, lambda _: None)(feed)


def _short(says: int, has: int) -> str:
    return f"The file ends early: by its own word it has {says:,} bytes, and {has:,} are here."


def _movie(movie: Movie) -> str | None:
    size = movie.feed.size
    last = max((box.end for box in movie.top), default=0)
    if movie.broken and not movie.tracks:
        return f"The file is damaged: {movie.broken}."
    if last > size:
        return _short(last, size)
    if movie.moov is None:
        if any(box.kind == b"moof" for box in movie.top):
            return "This is a piece of a streamed video without its header, so it can't be played by itself."
        return UNFINISHED if any(box.kind == b"mdat" for box in movie.top) else HEADER_ONLY
    if any(track.codec in ("encv", "enca") for track in movie.tracks):
        return "Picture or sound are encrypted; whoever holds the key has to open it."
    if movie.broken:
        return f"The file is damaged: {movie.broken}."
    return _samples(movie)


def _samples(movie: Movie) -> str | None:
    shown = [t for t in movie.tracks if t.handler in ("vide", "soun") and t.table]
    try:
        if not movie.fragments and not any(sample_count(movie.walk, t) for t in shown):
            return HEADER_ONLY
        furthest = max((reach(movie.walk, t) for t in shown), default=0)
    except Malformed as error:
        return f"The file is damaged: {error}."
    return _short(furthest, movie.feed.size) if furthest > movie.feed.size else None


def _riff(feed: Feed) -> str | None:
    """A RIFF file is one chunk, a long AVI several in a row."""
    at = 0
    while at + 8 <= feed.size and at < feed.size:
        head = feed.read_at(at, 12)
        if head[:4] not in (b"RIFF", b"RF64"):
            return None
        length = int.from_bytes(head[4:8], "little")
        if length in (0, 0xFFFFFFFF):
            return None if head[:4] == b"RF64" else UNFINISHED
        if at + 8 + length > feed.size + 1:  # the last pad byte is left out by some
            return _short(at + 8 + length, feed.size)
        at += 8 + length + length % 2
    return None


def _matroska(feed: Feed) -> str | None:
    head = feed.read_at(0, 4096)
    at = head.find(b"\x18\x53\x80\x67")
    if at < 0:
        return "The file is damaged: its segment is missing."
    width = 9 - head[at + 4].bit_length() if at + 4 < len(head) and head[at + 4] else 0
    if not width or at + 4 + width > len(head):
        return None
    length = int.from_bytes(head[at + 4 : at + 4 + width], "big") & (1 << 7 * width) - 1
    if length == (1 << 7 * width) - 1:
        return None  # written without going back, as live streams are
    end = at + 4 + width + length
    return _short(end, feed.size) if end > feed.size else None


def _asf(feed: Feed) -> str | None:
    head = feed.read_at(0, 64 << 10)
    at = head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))  # file properties
    says = int.from_bytes(head[at + 40 : at + 48], "little") if at >= 0 else 0
    return _short(says, feed.size) if says > feed.size else None


def _flv(feed: Feed) -> str | None:
    """The last four bytes repeat the length of the last tag."""
    back = int.from_bytes(feed.read_at(feed.size - 4, 4), "big")
    tag = feed.read_at(feed.size - 4 - back, 4) if 11 <= back <= feed.size - 13 else b""
    if tag[:1] not in (b"\x08", b"\x09", b"\x12") or int.from_bytes(tag[1:4], "big") + 11 != back:
        return "The file ends early: its last piece is cut off."
    return None


def _transport(feed: Feed) -> str | None:
    head = feed.read_at(0, 1024)
    packet = next((p for p, f in ((188, 0), (192, 4), (204, 0)) if len(head) > p + f and head[p + f] == 0x47), 188)
    return "The file ends early, in the middle of a packet." if feed.size % packet else None
