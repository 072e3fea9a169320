"""Whether today's browsers play a file as it is. Pure: a table and its reading."""

from __future__ import annotations

from collections.abc import Sequence

from .facts import Plays, Stream

# Container -> codecs that Chrome, Edge, Firefox and Safari all take inside it.
_DIRECT: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "mp4": (frozenset({"h264", "av1", "vp9"}), frozenset({"aac", "mp3", "opus", "flac"})),
    "webm": (frozenset({"vp8", "vp9", "av1"}), frozenset({"opus", "vorbis"})),
    "m4a": (frozenset(), frozenset({"aac"})),
    "mp3": (frozenset(), frozenset({"mp3"})),
    "wav": (frozenset(), frozenset({"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"})),
    "flac": (frozenset(), frozenset({"flac"})),
    "aac": (frozenset(), frozenset({"aac"})),
    "ogg": (frozenset(), frozenset({"opus", "vorbis", "flac"})),
}
# Pictures that an MP4 may carry to a browser unchanged, whatever container they came in.
_MOVED = frozenset({"h264", "av1"})
# H.264 beyond 8 bits of 4:2:0 is not decoded by browsers.
_PLAIN_PIXELS = frozenset({"", "yuv420p", "yuvj420p"})


def plays(container: str | None, streams: Sequence[Stream]) -> Plays:
    """Returns how a browser gets to play it: `direct`, `remux`, `proxy`, or `no`."""
    videos = [s for s in streams if s.get("kind") == "video"]
    sounds = [s for s in streams if s.get("kind") == "audio"]
    if not videos and not sounds:
        return "no"
    if any(not s.get("codec") for s in (*videos[:1], *sounds[:1])):
        return "no"
    picture = videos[0].get("codec", "") if videos else ""
    if picture in ("h264",) and videos[0].get("pixels", "") not in _PLAIN_PIXELS:
        return "proxy"
    if _direct(container or "", videos, sounds):
        return "direct"
    if not videos:
        return "remux"  # sound alone moves into MP4, as AAC where it has to
    return "remux" if picture in _MOVED else "proxy"


def _direct(container: str, videos: Sequence[Stream], sounds: Sequence[Stream]) -> bool:
    if container not in _DIRECT:
        return False
    pictures, voices = _DIRECT[container]
    return all(v.get("codec") in pictures for v in videos) and all(s.get("codec") in voices for s in sounds)
