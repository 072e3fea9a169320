"""The header of an MP4 or QuickTime file: its times, its tracks, and what its maker wrote into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .boxes import Box, Walk
from .feed import Feed
from .findings import since
from .quicktime import read_metadata
from .trouble import Malformed

MOST_TRACKS = 64


@dataclass(slots=True)
class Track:
    """One track: what handles it, how it is coded, and the box that lists its samples."""

    handler: str = ""  # vide, soun, meta, tmcd, ...
    handler_name: str = ""
    codec: str = ""  # the sample entry: avc1, mp4a, gpmd, ...
    timescale: int = 0
    duration: int = 0
    table: Box | None = None


@dataclass(slots=True)
class Movie:
    """What was found; `broken` says why the walk ended early."""

    feed: Feed
    walk: Walk
    top: list[Box] = field(default_factory=list)
    moov: Box | None = None
    fragments: int = 0
    created: datetime | None = None  # naive, as the header has it
    timescale: int = 0
    duration: int = 0
    tracks: list[Track] = field(default_factory=list)
    atoms: dict[bytes, bytes] = field(default_factory=dict)  # user data by kind: b"\xa9xyz", b"FIRM", b"GPMF"
    keys: dict[str, str] = field(default_factory=dict)  # com.apple.quicktime.creationdate and its kin
    broken: str | None = None

    @property
    def duration_ms(self) -> int | None:
        """The header's own length."""
        return self.duration * 1000 // self.timescale if self.timescale and self.duration else None

    def holding(self, kind: bytes) -> Box | None:
        """Returns a box of that kind, at the top or right inside the header."""
        inside = self.walk.children(self.moov) if self.moov else ()
        try:
            return next((box for box in (*self.top, *inside) if box.kind == kind), None)
        except Malformed:
            return None


def read_movie(feed: Feed) -> Movie:
    """Reads as much of the header as holds together."""
    walk = Walk(feed)
    movie = Movie(feed, walk)
    try:
        for box in walk.top():
            if box.kind == b"moof":
                movie.fragments += 1
            if box.kind == b"moov" and movie.moov is None:
                movie.moov = box
            if len(movie.top) < 1000:
                movie.top.append(box)
        if movie.moov:
            _header(movie, movie.moov)
    except Malformed as error:
        movie.broken = str(error)
    return movie


def _header(movie: Movie, moov: Box) -> None:
    for box in movie.walk.children(moov):
        if box.kind == b"mvhd":
            movie.created, movie.timescale, movie.duration = _times(movie.walk.read(box, 4096))
        elif box.kind == b"trak" and len(movie.tracks) < MOST_TRACKS:
            movie.tracks.append(_track(movie.walk, box))
        elif box.kind in (b"udta", b"meta"):
            read_metadata(movie.walk, box, movie.atoms, movie.keys)


def _times(body: bytes) -> tuple[datetime | None, int, int]:
    """Creation, timescale and duration of an mvhd or mdhd."""
    if body[:1] == b"\x01":
        seconds, scale, length = body[4:12], body[20:24], body[24:32]
    else:
        seconds, scale, length = body[4:8], body[12:16], body[16:20]
    number = int.from_bytes(length, "big")
    unknown = len(length) < 4 or number == (1 << 8 * len(length)) - 1
    created = since(1904, int.from_bytes(seconds, "big")) if seconds else None
    return created, int.from_bytes(scale, "big"), 0 if unknown else number


def _track(walk: Walk, trak: Box) -> Track:
    track = Track()
    media = walk.find(trak, b"mdia")
    for box in walk.children(media) if media else ():
        if box.kind == b"mdhd":
            _, track.timescale, track.duration = _times(walk.read(box, 4096))
        elif box.kind == b"hdlr":
            body = walk.read(box, 4096)
            track.handler = body[8:12].decode("latin-1")
            track.handler_name = body[24:].strip(b"\0").decode("latin-1").strip()[-64:]
        elif box.kind == b"minf":
            track.table = walk.find(box, b"stbl")
    if track.table and (entries := walk.find(track.table, b"stsd")):
        track.codec = walk.feed.read_at(entries.body + 12, 4).decode("latin-1")
    return track
