"""Looking into whole files of the kinds that cameras, phones and offices make."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainview.base.media import BytesSource, Facts, believe, probe

Clip = Callable[..., Path]
Look = Callable[..., Facts]


@pytest.mark.parametrize(
    ("name", "how", "container", "codecs", "plays"),
    [
        ("a.mp4", {}, "mp4", ["h264", "aac"], "direct"),
        ("a.mov", {"audio": "pcm_s16le"}, "mov", ["h264", "pcm_s16le"], "remux"),
        ("a.mkv", {}, "mkv", ["h264", "aac"], "remux"),
        ("a.webm", {"video": "libvpx", "audio": "libopus"}, "webm", ["vp8", "opus"], "direct"),
        ("a.ts", {"container": "mpegts"}, "ts", ["h264", "aac"], "remux"),
        ("a.avi", {"video": "mpeg4", "audio": "mp3"}, "avi", ["mpeg4", "mp3"], "proxy"),
        ("a.mpg", {"video": "mpeg2video", "audio": "mp2"}, "ps", ["mpeg2video", "mp2"], "proxy"),
        ("a.flv", {"video": "flv", "audio": None}, "flv", ["flv1"], "proxy"),
        ("m.avi", {"video": "mjpeg", "audio": None}, "avi", ["mjpeg"], "proxy"),
        ("h.mp4", {"video": "libx265", "audio": None}, "mp4", ["hevc"], "proxy"),
        ("a.wav", {"video": None, "audio": "pcm_s16le"}, "wav", ["pcm_s16le"], "direct"),
        ("a.mp3", {"video": None, "audio": "mp3"}, "mp3", ["mp3"], "direct"),
        ("a.flac", {"video": None, "audio": "flac"}, "flac", ["flac"], "direct"),
        ("a.m4a", {"video": None, "container": "ipod"}, "m4a", ["aac"], "direct"),
        ("a.aac", {"video": None, "container": "adts"}, "aac", ["aac"], "direct"),
    ],
)
def test_kinds_of_footage(
    clip: Clip, look: Look, name: str, how: dict[str, Any], container: str, codecs: list[str], plays: str
) -> None:
    facts = look(clip(name, **how))
    assert facts.problem is None
    assert facts.container == container
    assert [s["codec"] for s in facts.streams] == codecs
    assert facts.plays == plays
    assert facts.role == "footage"
    assert facts.duration_ms is not None
    assert 2800 <= facts.duration_ms <= 3300


def test_the_picture_is_described(clip: Clip, look: Look) -> None:
    facts = look(clip("a.mp4"))
    assert facts.video is not None
    assert facts.audio is not None
    wanted = {
        "kind": "video",
        "width": 320,
        "height": 180,
        "fps": "25",
        "frames": 75,
        "pixels": "yuv420p",
        "rotation": 0,
    }
    assert facts.video.items() >= wanted.items()
    assert facts.audio.items() >= {"sample_rate": 48000, "channels": 1}.items()
    assert facts.mime == "video/mp4"


def test_a_turned_picture_says_so(clip: Clip, look: Look) -> None:
    data = bytearray(clip("turned.mp4", seconds=1, audio=None).read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    one = (1 << 16).to_bytes(4, "big")
    minus = (-(1 << 16) & 0xFFFFFFFF).to_bytes(4, "big")
    data[at : at + 36] = bytes(4) + one + bytes(4) + minus + bytes(4 * 4) + (1 << 30).to_bytes(4, "big")
    facts = probe(BytesSource(bytes(data)), "turned.mp4")
    assert facts.video is not None
    assert facts.video["rotation"] == 90


def test_an_interrupted_stream_without_a_length_gets_one(clip: Clip, look: Look) -> None:
    live = clip("live.mkv", muxer={"live": "1"})
    facts = look(live)
    assert facts.duration_ms is not None
    assert 2800 <= facts.duration_ms <= 3300


class TestTimesInContainers:
    def test_a_header_of_unknown_habit_is_kept_and_not_believed(self, clip: Clip, look: Look) -> None:
        facts = look(clip("t.mp4", seconds=1, metadata={"creation_time": "2024-06-01T12:00:00Z"}))
        assert [(s.source, s.value, s.zone, s.habit) for s in facts.said] == [
            ("container", "2024-06-01T12:00:00", None, None)
        ]
        assert believe(facts.said).start is None

    def test_a_name_in_a_named_zone_bears_it_out(self, clip: Clip, look: Look) -> None:
        path = clip("t.mp4", seconds=1, metadata={"creation_time": "2024-06-01T12:00:00Z"})
        facts = look(path, "cam_2024-06-01_07-00-01.mp4")
        belief = believe(facts.said, "America/Chicago")
        assert belief.basis == "confirmed"
        assert belief.start is not None
        assert belief.start.isoformat() == "2024-06-01T12:00:01+00:00"

    def test_matroska_is_in_utc_by_its_own_rules(self, clip: Clip, look: Look) -> None:
        facts = look(clip("t.mkv", seconds=1, metadata={"creation_time": "2024-06-01T12:00:00Z"}))
        assert [(s.source, s.value, s.zone) for s in facts.said] == [("written", "2024-06-01T12:00:00", "UTC")]

    def test_a_riff_date_is_local_to_somewhere(self, clip: Clip, look: Look) -> None:
        facts = look(clip("t.avi", seconds=1, video="mpeg4", audio=None, metadata={"date": "2024-06-01 12:00:00"}))
        assert [(s.value, s.zone) for s in facts.said] == [("2024-06-01T12:00:00", None)]

    def test_a_clock_that_was_never_set_is_kept_and_not_believed(self, clip: Clip, look: Look) -> None:
        facts = look(clip("never.mp4", seconds=1))
        assert facts.said[0].value == "1904-01-01T00:00:00"
        belief = believe(facts.said, "UTC")
        assert belief.start is None
        assert "never set" in belief.doubts[0]


class TestOtherEvidence:
    @pytest.mark.parametrize(
        ("name", "data", "container"),
        [
            ("note.txt", "A note on the scene, naïve.\n".encode(), "text"),
            ("data.json", b'{"a": 1}', "json"),
            ("table.csv", b"a,b\n1,2\n", "text"),
            ("report.pdf", b"%PDF-1.7\n%%EOF\n", "pdf"),
            ("report.docx", b"PK\x03\x04\x14\0\0\0\x08\0", "zip"),
            ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ole"),
            ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(30), "png"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "svg"),
            ("page.html", b"<!doctype html><script>alert(1)</script>", "html"),
            ("captions.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", "vtt"),
        ],
    )
    def test_it_is_kept_not_played_and_no_problem(self, name: str, data: bytes, container: str) -> None:
        facts = probe(BytesSource(data), name)
        assert (facts.role, facts.plays, facts.problem, facts.container) == ("other", "no", None, container)

    def test_locked_documents_are_noted(self) -> None:
        locked = probe(BytesSource(b"%PDF-1.7\n1 0 obj\ntrailer << /Encrypt 5 0 R >>\n%%EOF"), "a.pdf")
        assert locked.notes == ["The PDF is locked with a password."]
        assert locked.problem is None
        zipped = probe(BytesSource(b"PK\x03\x04\x14\0\x01\0\x08\0" + bytes(20)), "a.zip")
        assert zipped.notes == ["The archive is locked with a password."]

    def test_an_honest_playlist_is_kept_with_a_note(self) -> None:
        facts = probe(BytesSource(b"#EXTM3U\nsegment1.ts\n"), "list.m3u8")
        assert facts.problem is None
        assert facts.role == "other"
        assert "only points at other files" in facts.notes[0]


class TestRealFiles:
    @pytest.mark.parametrize(
        ("path", "container", "plays", "duration_ms"),
        [
            ("video-opencv-samples/vtest.avi", "avi", "proxy", 79_500),
            ("video-intel-asl-faces/again.mkv", "mkv", "remux", 2600),
            ("video-intel-people-cars/car-detection.mp4", "mp4", "direct", 30_160),
            ("video-intel-people-cars/one-by-one-person-detection.mp4", "mp4", "direct", 139_400),
            ("video-pymediainfo/sample.mp4", "mp4", "direct", 1042),
            ("video-pymediainfo/issue55.flv", "flv", "remux", 1075),
            ("video-pymediainfo/vbr_requires_parsespeed_1.mp4", "mp4", "remux", 1014),
            ("c2pa-python-fixtures/video1.mp4", "mp4", "direct", 2000),
            ("c2pa-python-fixtures/test.avi", "avi", "remux", 30_613),
            ("c2pa-python-fixtures/sample1_signed.wav", "wav", "direct", 33_529),
            ("audio-jfk/jfk.wav", "wav", "direct", 11_000),
        ],
    )
    def test_they_are_understood(
        self, shared: Path, look: Look, path: str, container: str, plays: str, duration_ms: int
    ) -> None:
        facts = look(shared / "data" / path)
        assert (facts.problem, facts.container, facts.plays, facts.duration_ms) == (None, container, plays, duration_ms)

    @pytest.mark.parametrize(
        ("path", "says"),
        [
            ("video-pymediainfo/mpeg4.mp4", "holds a header but no picture or sound"),
            ("c2pa-python-fixtures/dashinit.mp4", "holds a header but no picture or sound"),
            ("c2pa-python-fixtures/dash1.m4s", "without its header"),
            ("video-pymediainfo/sample.mkv", "ends before any picture or sound begins"),
            ("video-pymediainfo/mp3.mp3", "could not be opened"),
            ("gps-70mai-dashcam/NO20191130-123656-000156.MP4", "the content is a plain text"),
        ],
    )
    def test_they_are_problems_by_name(self, shared: Path, look: Look, path: str, says: str) -> None:
        assert says in (look(shared / "data" / path).problem or "")

    @pytest.mark.parametrize("name", ["CA_ct.jpg", "pdf-file.pdf", "LICENSE-MIT", "file_with_wrong_extension.xyz.jpg"])
    def test_they_are_other_evidence(self, shared: Path, look: Look, name: str) -> None:
        facts = look(shared / "data/c2pa-python-fixtures" / name)
        assert (facts.role, facts.problem, facts.plays) == ("other", None, "no")

    def test_a_picture_called_a_video_is_a_problem(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/c2pa-python-fixtures/CA_ct.jpg", "evidence.mp4")
        assert facts.problem == "The name ends in .mp4, but the content is a JPEG picture."

    def test_looking_changes_nothing(self, shared: Path, look: Look) -> None:
        path = shared / "data/c2pa-python-fixtures/video1.mp4"
        before = hashlib.sha256(path.read_bytes()).digest()
        look(path)
        assert hashlib.sha256(path.read_bytes()).digest() == before
