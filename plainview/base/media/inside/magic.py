"""What a file is by its first bytes; names are not asked."""

from __future__ import annotations

from collections import Counter
from math import log2

from . import script

LOOKED_AT = 64 << 10
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp", b"moof", b"sidx")
_PICTURE_BRANDS = {
    b"heic": "heic",
    b"heix": "heic",
    b"mif1": "heic",
    b"msf1": "heic",
    b"hevc": "heic",
    b"avif": "avif",
    b"avis": "avif",
    b"crx ": "cr3",
}
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x00\x00\x01\xba", "ps"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "asf"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"#!AMR", "amr"),
    (b"caff", "caf"),
    (b"DHAV", "dav"),
    (b"DEVC\x00", "gpmf"),
    (b"\x06\x0e\x2b\x34", "mxf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
)


def recognize(head: bytes) -> str | None:
    """Returns the name of the kind (see kinds.py) of a file that begins so, None where it is unknown."""
    if head[4:8] in _FIRST_BOXES and _sane_box(head):
        return _boxes(head)
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    return _chunks(head) or _steady(head) or script.recognize(head) or _late(head)


def looks_random(data: bytes) -> bool:
    """Whether the bytes are as evenly mixed as encryption leaves them (above 7.9 bits a byte)."""
    if len(data) < 4096:
        return False
    total = len(data)
    return -sum(n / total * log2(n / total) for n in Counter(data).values()) > 7.9


def _sane_box(head: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    return size in (0, 1) or size >= 8


def _boxes(head: bytes) -> str:
    first, brand = head[4:8], head[8:12]
    if first in (b"styp", b"moof", b"sidx"):
        return "m4s"
    if first != b"ftyp":
        return "mov"  # QuickTime from before there were brands
    if brand in _PICTURE_BRANDS:
        return _PICTURE_BRANDS[brand]
    if brand in (b"M4A ", b"M4B "):
        return "m4a"
    if brand.startswith(b"3g"):
        return "3gp"
    return "mov" if brand == b"qt  " else "mp4"


def _chunks(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64"):
        return {b"AVI ": "avi", b"WAVE": "wav", b"WEBP": "webp"}.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm" if b"webm" in head[:96] else "mkv"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "bmp"
    return "pdf" if b"%PDF-" in head[:1024] else None


def _steady(head: bytes) -> str | None:
    """Formats without a beginning of their own, known by what comes back at a steady pace."""
    for packet, first in ((188, 0), (192, 4), (204, 0)):
        if len(head) >= packet and all(head[at] == 0x47 for at in range(first, min(len(head), 5 * packet), packet)):
            return "ts"
    if head[:4] == b"\x00\x00\x00\x01" and len(head) > 4 and head[4] & 0x1F in (7, 9):
        return "h264"
    start = 0
    if head[:3] == b"ID3" and len(head) >= 10:
        start = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
        if start + 4 > len(head):
            return "mp3"
    return _sound_frames(head, start)


def _sound_frames(head: bytes, at: int) -> str | None:
    frame = head[at : at + 7]
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:
        return None
    if frame[1] & 0xF6 == 0xF0:
        length = (frame[3] & 3) << 11 | frame[4] << 3 | frame[5] >> 5 if len(frame) == 7 else 0
        return "aac" if length > 7 and head[at + length : at + length + 1] in (b"\xff", b"") else None
    # Layers III and II only: the first layer's mark is also that of a UTF-16 text.
    sound = frame[1] >> 1 & 3 in (1, 2) and frame[1] >> 3 & 3 != 1 and frame[2] >> 4 not in (0, 15)
    sound = sound and frame[2] >> 2 & 3 != 3
    return "mp3" if sound else None


def _late(head: bytes) -> str | None:
    """A damaged beginning of an MP4: its boxes are still seen further on."""
    first = head[:4096]
    if head[8:12] in (b"isom", b"mp42", b"mp41", b"avc1", b"iso2") or head[4:8].lower() == b"ftyp":
        return "mp4"
    return "mp4" if b"ftyp" in first[:64] or (b"moov" in first and b"mvhd" in first) else None
