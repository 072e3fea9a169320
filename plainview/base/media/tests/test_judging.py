"""Name and content together: what role a file has, and whether a person must look at it."""

from __future__ import annotations

from typing import Any

import pytest

from plainview.base.media.judging import judge, unseen

VIDEO: dict[str, Any] = {
    "duration_ms": 1000,
    "streams": [{"kind": "video", "codec": "h264", "pixels": "yuv420p", "width": 10, "height": 10}],
}


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("a.mp4", "mp4", "footage"),
        ("a.wav", "wav", "footage"),
        ("a.jpg", "jpeg", "other"),
        ("a.pdf", "pdf", "other"),
        ("a.txt", "text", "other"),
        ("GH010123.THM", "jpeg", "sidecar"),
        ("GH010123.MP4", "mp4", "footage"),
        ("broken.mp4", None, "footage"),
        ("mystery.bin", None, "other"),
        ("mystery", None, "other"),
    ],
)
def test_roles(name: str, kind: str | None, role: str) -> None:
    assert judge({"kind": kind, **VIDEO}, name).role == role


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("clip.mp4", "jpeg", "The name ends in .mp4, but the content is a JPEG picture."),
        ("clip.mp4", "text", "The name ends in .mp4, but the content is a plain text."),
        ("clip.mp4", "zip", "The name ends in .mp4, but the content is a ZIP archive."),
        ("picture.jpg", "mp4", "The name ends in .jpg, but the content is an MP4 video."),
        ("report.pdf", "mkv", "The name ends in .pdf, but the content is a Matroska video."),
        (
            "clip.mp4",
            "hls",
            "The name ends in .mp4, but the content is an HLS playlist. It points at other files and was not opened.",
        ),
        (
            "notes.txt",
            "concat",
            "The name ends in .txt, but the content is an FFmpeg script. It points at other files and was not opened.",
        ),
    ],
)
def test_disguises_are_named(name: str, kind: str, says: str) -> None:
    facts = judge({"kind": kind, **VIDEO}, name)
    assert facts.problem == says


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", "mp4"),
        ("a.MP4", "mp4"),
        ("a.avi", "mp4"),
        ("a.mp4", "mov"),
        ("a.m4a", "mp4"),
        ("noending", "mp4"),
        ("a.unheardof", "mp4"),
        ("a.jpg", "png"),
        ("a.docx", "zip"),
        ("a.doc", "zip"),
        ("a.txt", "json"),
        ("a.csv", "text"),
        ("a.m3u8", "hls"),
        ("a.xml", "gpx"),
    ],
)
def test_near_misses_are_no_problem(name: str, kind: str) -> None:
    assert judge({"kind": kind, **VIDEO}, name).problem is None


def test_another_container_than_the_name_says_is_noted() -> None:
    assert judge({"kind": "mp4", **VIDEO}, "a.avi").notes == ["The name ends in .avi; the content is an MP4 video."]
    assert judge({"kind": "mp4", **VIDEO}, "a.mp4").notes == []
    assert judge({"kind": "mp4", **VIDEO}, "a").notes == []


def test_what_the_worker_says_comes_before_the_name() -> None:
    facts = judge({"kind": "text", "problem": "The GPS trail is damaged."}, "clip.mp4")
    assert facts.problem == "The GPS trail is damaged."


def test_name_and_content_both_speak() -> None:
    answer = {
        **VIDEO,
        "kind": "mp4",
        "serial": "C3221324545448",
        "device": "GoPro HERO7 Black",
        "tags": {"firmware": "HD7"},
        "said": [{"source": "container", "value": "2024-06-01T12:00:00", "moment": "start", "zone": None}],
    }
    facts = judge(answer, "GH010123.MP4")
    assert (facts.serial, facts.device, facts.press, facts.sequence) == (
        "C3221324545448",
        "GoPro HERO7 Black",
        "gopro:0123",
        1,
    )
    named = judge(answer, "76936@20140224123907.mpg")
    assert named.serial == "76936"
    assert [s.source for s in named.said] == ["name", "container"]
    assert named.tags == {"unit": "7693", "camera": "6", "firmware": "HD7"}


def test_a_cameras_key_file_may_hold_anything() -> None:
    folder = "u_ACCC8E123456_20220823T114736Z"
    facts = judge(
        {"kind": None, "problem": "The content is not a known kind of file."}, f"{folder}/20220823_114706_9F.key"
    )
    assert facts.problem is None
    assert facts.role == "sidecar"


def test_an_encrypted_clip_is_a_problem_even_so() -> None:
    folder = "u_ACCC8E123456_20220823T114736Z"
    facts = judge({"kind": None, "problem": "It looks encrypted."}, f"{folder}/20220823_114706_9F.mkv")
    assert facts.problem == "It looks encrypted."
    assert facts.role == "footage"


def test_a_file_that_was_not_opened_keeps_what_its_name_says() -> None:
    facts = unseen("VID_20191220_170832.mp4", "The file was not opened.")
    assert facts.problem == "The file was not opened."
    assert facts.role == "footage"
    assert facts.said[0].value == "2019-12-20T17:08:32"
    assert unseen("a.pdf", "x").role == "other"
