"""What browsers play as it is, what they play after a move into MP4, and what has to be converted."""

from __future__ import annotations

from typing import Any

import pytest

from plainview.base.media.plays import plays


def video(codec: str, **more: Any) -> dict[str, Any]:
    return {"kind": "video", "codec": codec, "pixels": "yuv420p", **more}


def audio(codec: str) -> dict[str, Any]:
    return {"kind": "audio", "codec": codec}


@pytest.mark.parametrize(
    ("container", "streams", "expected"),
    [
        ("mp4", [video("h264"), audio("aac")], "direct"),
        ("mp4", [video("h264")], "direct"),
        ("mp4", [video("h264"), audio("aac"), {"kind": "data"}], "direct"),
        ("mp4", [video("av1"), audio("opus")], "direct"),
        ("mp4", [video("h264", pixels="yuvj420p"), audio("mp3")], "direct"),
        ("mp4", [video("h264"), audio("pcm_s16be")], "remux"),
        ("mov", [video("h264"), audio("aac")], "remux"),
        ("mkv", [video("h264"), audio("aac")], "remux"),
        ("mkv", [video("h264"), audio("vorbis")], "remux"),
        ("ts", [video("h264"), audio("mp2")], "remux"),
        ("avi", [video("h264"), audio("pcm_s16le")], "remux"),
        ("h264", [video("h264")], "remux"),
        ("mp4", [video("h264", pixels="yuv422p10le")], "proxy"),
        ("mp4", [video("hevc"), audio("aac")], "proxy"),
        ("mp4", [video("mpeg4"), audio("aac")], "proxy"),
        ("avi", [video("mjpeg")], "proxy"),
        ("ps", [video("mpeg2video"), audio("mp2")], "proxy"),
        ("asf", [video("wmv3"), audio("wmav2")], "proxy"),
        ("webm", [video("vp9"), audio("opus")], "direct"),
        ("webm", [video("vp8"), audio("vorbis")], "direct"),
        ("mkv", [video("vp9"), audio("opus")], "proxy"),
        ("wav", [audio("pcm_s16le")], "direct"),
        ("wav", [audio("pcm_mulaw")], "remux"),
        ("mp3", [audio("mp3")], "direct"),
        ("mp3", [{"kind": "cover", "codec": "mjpeg"}, audio("mp3")], "direct"),
        ("amr", [audio("amr_nb")], "remux"),
        ("flac", [audio("flac")], "direct"),
        ("mp4", [{"kind": "data"}], "no"),
        ("mp4", [{"kind": "video"}], "no"),
        ("mp4", [], "no"),
        (None, [], "no"),
    ],
)
def test_the_table(container: str | None, streams: list[Any], expected: str) -> None:
    assert plays(container, streams) == expected
