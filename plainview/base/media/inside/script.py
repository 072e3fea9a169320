"""Text files, and the kinds of text that a video player would follow to other files."""

from __future__ import annotations

import codecs
import re

_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}
_CONCAT_LINE = re.compile(r"(file|duration|inpoint|outpoint|stream|exact_stream_id|option|file_packet_meta\w*)\s+\S")
_XML_ROOT = re.compile(r"<(?!\?|!)(?:\w+:)?(\w+)")
_ROOTS = {
    "mpd": "dash",
    "gpx": "gpx",
    "svg": "svg",
    "html": "html",
    "asx": "playlist",
    "smil": "playlist",
    "playlist": "playlist",
    "smoothstreamingmedia": "playlist",
}


def decode(data: bytes, *, cut: bool = False) -> str | None:
    """Returns the bytes as text, None where they are none. `cut` says that the last character may be incomplete."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2 : len(data) // 2 * 2].decode(encoding, "replace")
    if not data or any(byte in _CONTROL for byte in data[:4096]) or b"\0" in data:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=not cut)
    except UnicodeDecodeError:
        return data.decode("latin-1") if _mostly_ascii(data) else None


def recognize(head: bytes) -> str | None:
    """Returns the kind of a text that begins so, None where it isn't text."""
    text = decode(head, cut=True)
    if text is None:
        return None
    text = text.lstrip("\ufeff \t\r\n")
    return _followed(text) or _plain(text)


def _followed(text: str) -> str | None:
    """Texts that point at other files: recognized by the words that the demuxers go by."""
    if text.startswith("#EXTM3U") or "#EXT-X-" in text[:4096]:
        return "hls"
    if text.startswith("ffconcat version") or _only_directives(text[:4096]):
        return "concat"
    if text.lower().startswith(("[playlist]", "[reference]", "rtsptext")):
        return "playlist"
    return "sdp" if text.startswith("v=0") and "\nm=" in text else None


def _only_directives(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")][:20]
    return any(line.startswith("file ") for line in lines) and all(map(_CONCAT_LINE.match, lines))


def _plain(text: str) -> str:
    if text.startswith("WEBVTT"):
        return "vtt"
    if text[:1] in ("{", "["):
        return "json"
    if text[:9].lower() == "<!doctype" and "html" in text[:40].lower():
        return "html"
    if text.startswith("<"):
        root = _XML_ROOT.search(text)
        return _ROOTS.get(root.group(1).lower(), "xml") if root else "xml"
    return "text"


def _mostly_ascii(data: bytes) -> bool:
    sample = data[:4096]
    return sum(byte < 128 for byte in sample) > 0.85 * len(sample)
