"""Pictures, documents, archives and playlists: kept as they are; only what they say on the outside is read."""

from __future__ import annotations

from . import exif
from .feed import Feed
from .findings import Findings

TAIL = 64 << 10


def read(feed: Feed, found: Findings) -> None:
    """Adds what can be said of a file that isn't played."""
    if found.kind == "jpeg":
        _jpeg(feed, found)
    elif found.kind == "tiff":
        exif.read(feed.read_at(0, exif.LARGEST), found)
    elif found.kind == "pdf":
        tail = feed.read_at(max(0, feed.size - TAIL), TAIL)
        if b"/Encrypt" in tail or b"/Encrypt" in feed.read_at(0, TAIL):
            found.notes.append("The PDF is locked with a password.")
    elif found.kind == "zip":
        flags = feed.read_at(6, 1)
        if flags and flags[0] & 1:
            found.notes.append("The archive is locked with a password.")
    elif found.kind in ("hls", "dash", "concat", "playlist", "sdp"):
        found.notes.append("The file only points at other files, which did not come with it and were not opened.")


def _jpeg(feed: Feed, found: Findings) -> None:
    """Walks the segments before the picture itself; a camera's words are in APP1."""
    at = 2
    for _ in range(64):
        head = feed.read_at(at, 10)
        if len(head) < 4 or head[0] != 0xFF or head[1] == 0xDA:
            break
        length = int.from_bytes(head[2:4], "big")
        if head[1] == 0xE1 and head[4:10] == b"Exif\0\0":
            exif.read(feed.read_at(at + 10, length - 8), found)
        at += 2 + length
    if feed.read_at(max(2, feed.size - TAIL), TAIL).rfind(b"\xff\xd9") < 0:
        found.trouble("The picture ends early: its end mark is missing.")
