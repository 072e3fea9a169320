"""Viewing copies: the same streams bit for bit, index in front, playable from the first byte; and converted ones."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av.container import InputContainer

from plainview.base.media import BytesSource, Facts, FileSource, MediaError, Workbench, make_proxy, probe, remux
from plainview.base.media.inside import faststart
from plainview.base.media.inside import remux as inside_remux
from plainview.base.media.inside.fragments import with_length
from plainview.base.media.tests.test_boxes import box
from plainview.base.media.tests.test_probe import Clip, Look


def copy_of(path: Path, look: Look, name: str | None = None) -> bytes:
    with FileSource(path) as source:
        return b"".join(remux(source, look(path, name)))


def opened_copy(made: bytes) -> InputContainer:
    return av.open(io.BytesIO(made), "r")


def packets(source: Any, kind: str, options: dict[str, str] | None = None) -> list[bytes]:
    """The packets of the first stream of that kind, as stored."""
    opened = av.open(source, options=options or {})
    stream = next(s for s in opened.streams if s.type == kind)
    return [bytes(p) for p in opened.demux(stream) if p.size]


def streamhash(found: list[bytes]) -> str:
    return hashlib.sha256(b"".join(found)).hexdigest()


def between_start_codes(packet: bytes) -> list[bytes]:
    """H.264 units of a packet as broadcast streams and AVI hold them, without access unit delimiters."""
    parts = packet.replace(b"\0\0\0\x01", b"\0\0\x01").split(b"\0\0\x01")
    return [part.rstrip(b"\0") for part in parts if part and part[0] & 31 != 9]


def behind_lengths(packet: bytes) -> list[bytes]:
    """H.264 units of a packet as MP4 holds them."""
    made, at = [], 0
    while at + 4 <= len(packet):
        size = int.from_bytes(packet[at : at + 4], "big")
        made.append(packet[at + 4 : at + 4 + size].rstrip(b"\0"))
        at += 4 + size
    return [unit for unit in made if unit[0] & 31 != 9]


def times(source: Any) -> list[Fraction]:
    opened = av.open(source)
    return [Fraction(f.pts or 0) * (f.time_base or 1) for f in opened.decode(video=0)]


class TestCopiedBitForBit:
    @pytest.mark.parametrize(
        ("name", "how"),
        [
            ("c.mkv", {}),
            ("b.mkv", {"options": {"bf": "3", "preset": "veryfast"}}),
            ("c.mov", {}),
            ("c.mp4", {}),
            ("p.mp4", {"muxer": {"movflags": "frag_keyframe+empty_moov"}}),
            ("c.flv", {"container": "flv"}),
        ],
    )
    def test_picture_and_sound_are_the_same_bytes(self, clip: Clip, look: Look, name: str, how: dict[str, Any]) -> None:
        path = clip(name, **how)
        made = copy_of(path, look)
        for kind in ("video", "audio"):
            assert streamhash(packets(io.BytesIO(made), kind)) == streamhash(packets(str(path), kind))

    @pytest.mark.parametrize(
        "name",
        [
            "gps-gopro-gpmf/karma.mp4",
            "video-intel-asl-faces/again.mkv",
            "video-intel-asl-faces/milk.mkv",
            "c2pa-python-fixtures/video1.mp4",
            "video-forensics-samples/VID_20191220_170832.mp4",
        ],
    )
    def test_real_files_too(self, shared: Path, look: Look, name: str) -> None:
        path = shared / "data" / name
        made = copy_of(path, look)
        assert streamhash(packets(io.BytesIO(made), "video")) == streamhash(packets(str(path), "video"))

    def test_an_edit_list_leaves_no_sample_out(self, shared: Path, look: Look) -> None:
        path = shared / "data/c2pa-python-fixtures/C-recorded-as-mov.mov"
        stored = packets(str(path), "video", {"advanced_editlist": "0"})
        assert len(stored) == 313
        assert streamhash(packets(io.BytesIO(copy_of(path, look)), "video")) == streamhash(stored)

    @pytest.mark.parametrize(("name", "container"), [("c.ts", "mpegts"), ("c.avi", "avi")])
    def test_start_codes_become_lengths_and_nothing_else(
        self, clip: Clip, look: Look, name: str, container: str
    ) -> None:
        path = clip(name, container=container)
        ours = [behind_lengths(p) for p in packets(io.BytesIO(copy_of(path, look)), "video")]
        assert ours == [between_start_codes(p) for p in packets(str(path), "video")]

    def test_sound_of_a_transport_stream_loses_its_heads_only(self, clip: Clip, look: Look) -> None:
        path = clip("c.ts", container="mpegts")
        ours, theirs = packets(io.BytesIO(copy_of(path, look)), "audio"), packets(str(path), "audio")
        assert [p[7 if p[1] & 1 else 9 :] for p in theirs] == ours

    def test_frames_are_shown_at_the_same_times(self, clip: Clip, look: Look) -> None:
        for name, how in (("b.mkv", {"options": {"bf": "3", "preset": "veryfast"}}), ("c.ts", {"container": "mpegts"})):
            path = clip(name, **how)
            shown, stored = times(io.BytesIO(copy_of(path, look))), times(str(path))
            assert len(shown) == len(stored) == 75
            assert all(
                abs((a - shown[0]) - (b - stored[0])) < Fraction(1, 500) for a, b in zip(shown, stored, strict=True)
            )
            assert shown[0] < Fraction(1, 5)

    def test_an_avi_that_reorders_pictures_shows_them_in_order(self, clip: Clip, look: Look) -> None:
        path = clip("b.avi", options={"bf": "2", "preset": "veryfast"})
        shown = times(io.BytesIO(copy_of(path, look)))
        assert shown == [Fraction(n, 25) for n in range(75)]

    def test_a_real_avi_that_reorders_pictures_too(self, shared: Path, look: Look) -> None:
        path = shared / "data/c2pa-python-fixtures/test.avi"
        shown = times(io.BytesIO(copy_of(path, look)))
        assert len(shown) == 901
        assert shown == [Fraction(n, 30) for n in range(901)]


class TestSoundThatBrowsersDoNotPlay:
    @pytest.mark.parametrize(
        ("name", "how"),
        [
            ("s.mov", {"audio": "pcm_s16le"}),
            ("s.mkv", {"audio": "ac3"}),
            ("s.avi", {"audio": "pcm_s16le"}),
            ("s.ts", {"audio": "mp2", "container": "mpegts"}),
            ("s.wav", {"video": None, "audio": "pcm_mulaw"}),
        ],
    )
    def test_it_becomes_aac_of_the_same_length(self, clip: Clip, look: Look, name: str, how: dict[str, Any]) -> None:
        made = copy_of(clip(name, **how), look)
        opened = opened_copy(made)
        assert opened.streams.audio[0].codec_context.name == "aac"
        heard = sum(f.samples for f in opened.decode(audio=0)) / 48000
        assert abs(heard - 3) < 0.1

    def test_the_picture_beside_it_stays_as_it_is(self, clip: Clip, look: Look) -> None:
        path = clip("s.mov", audio="pcm_s16le")
        made = copy_of(path, look)
        assert streamhash(packets(io.BytesIO(made), "video")) == streamhash(packets(str(path), "video"))

    @pytest.mark.parametrize("audio", ["mp3", "flac", "libopus"])
    def test_what_browsers_play_is_not_touched(self, clip: Clip, look: Look, audio: str) -> None:
        path = clip(f"{audio}.mkv", audio=audio)
        made = copy_of(path, look)
        assert streamhash(packets(io.BytesIO(made), "audio")) == streamhash(packets(str(path), "audio"))


class TestIndexInFront:
    def test_the_index_comes_before_the_media(self, clip: Clip, look: Look) -> None:
        made = copy_of(clip("c.mkv"), look)
        order = [kind for kind, _, _, _ in faststart.boxes(made, len(made))]
        assert order.index(b"moov") < order.index(b"mdat")
        assert probe(BytesSource(made), "copy.mp4").plays == "direct"

    def test_the_first_picture_needs_the_first_bytes_only(self, clip: Clip, look: Look) -> None:
        made = copy_of(clip("c.mkv", seconds=6, size=(640, 360)), look)
        with opened_copy(made[: len(made) // 4]) as opened:
            assert next(opened.decode(video=0)).width == 640

    def test_length_and_places_to_seek_to_are_known(self, clip: Clip, look: Look) -> None:
        made = copy_of(clip("c.ts", container="mpegts"), look)
        with opened_copy(made) as opened:
            assert abs((opened.duration or 0) - 3_000_000) < 100_000
            opened.seek(2_100_000)
            assert abs(float(next(opened.decode(video=0)).time or 0) - 2) < 0.1

    def test_it_comes_in_pieces_of_at_most_a_mebibyte(self, clip: Clip, look: Look) -> None:
        path = clip("large.mkv", seconds=4, size=(1280, 720), options={"qp": "2"}, audio=None)
        with FileSource(path) as source:
            sizes = [len(piece) for piece in remux(source, look(path))]
        assert max(sizes) <= 1 << 20
        assert len(sizes) > 2

    def test_a_file_too_large_to_keep_is_read_twice_and_comes_out_the_same(
        self, clip: Clip, look: Look, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = {}
        data = clip("c.mov", audio="pcm_s16le").read_bytes()
        for kept in (256 << 20, 1000):
            monkeypatch.setattr(inside_remux, "KEPT_BYTES", kept)
            made[kept] = copied_here(data)
        assert made[1000] == made[256 << 20]

    def test_offsets_that_no_longer_fit_become_wide(self) -> None:
        index = box(
            b"moov",
            box(
                b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stco", bytes(7) + b"\2" + b"\xff" * 7 + b"\0"))))
            ),
        )
        moved = faststart.moved(index)
        assert b"co64" in moved
        at = moved.index(b"co64") + 12
        first = int.from_bytes(moved[at : at + 8], "big")
        assert first == 0xFFFFFFFF + len(moved)
        assert int.from_bytes(moved[:4], "big") == len(moved)

    def test_narrow_offsets_stay_narrow(self) -> None:
        index = box(
            b"moov",
            box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stco", bytes(7) + b"\1" + b"\0\0\0\x30"))))),
        )
        moved = faststart.moved(index)
        assert len(moved) == len(index)
        assert moved.endswith((0x30 + len(index)).to_bytes(4, "big"))

    def test_a_fragmented_header_gets_its_length(self) -> None:
        mvhd = box(b"mvhd", bytes(12) + (600).to_bytes(4, "big") + bytes(84))
        moov = box(b"moov", mvhd + box(b"mvex", box(b"trex", bytes(24))))
        longer = with_length(moov, 2500)
        assert int.from_bytes(longer[:4], "big") == len(longer) == len(moov) + 20
        at = longer.index(b"mehd") + 8
        assert int.from_bytes(longer[at : at + 8], "big") == 1500
        assert with_length(moov, None) == moov


def copied_here(data: bytes) -> bytes:
    """Copies without a sandbox: these bytes are our own, and only here can the limit be lowered."""
    from plainview.base.media.inside.feed import Feed

    class Line:
        def __init__(self) -> None:
            self.sent = bytearray()

        def want(self, offset: int, length: int) -> bytes:
            return data[offset : offset + length]

        def send(self, kind: bytes, payload: Any) -> None:
            self.sent += payload

    line = Line()
    inside_remux.remux(Feed(line, len(data)), line)  # type: ignore[arg-type]
    return bytes(line.sent)


class TestConverted:
    @pytest.mark.parametrize(
        ("name", "how"),
        [
            ("p.avi", {"video": "mpeg4", "audio": "mp3"}),
            ("m.avi", {"video": "mjpeg", "audio": None}),
            ("p.mpg", {"video": "mpeg2video", "audio": "mp2"}),
            ("h.mp4", {"video": "libx265"}),
        ],
    )
    def test_it_is_h264_and_aac_of_the_same_length(
        self, clip: Clip, look: Look, name: str, how: dict[str, Any]
    ) -> None:
        path = clip(name, **how)
        facts = look(path)
        assert facts.plays == "proxy"
        with FileSource(path) as source:
            made = b"".join(make_proxy(source, facts))
        copy = probe(BytesSource(made), "copy.mp4")
        assert copy.plays == "direct"
        assert copy.problem is None
        assert copy.video is not None
        assert copy.video["codec"] == "h264"
        assert (copy.audio is not None) == (facts.audio is not None)
        assert abs((copy.duration_ms or 0) - 3000) < 150
        shown = times(io.BytesIO(made))
        assert len(shown) == 75
        steps = [b - a for a, b in pairwise(shown[1:])]  # FFmpeg's own AVI leaves a gap after its first MPEG-4 picture
        assert max(steps) - min(steps) < Fraction(1, 100)

    def test_it_is_at_most_720_lines(self, clip: Clip, look: Look) -> None:
        path = clip("big.mp4", video="libx265", audio=None, size=(1920, 1080), seconds=0.4)
        with FileSource(path) as source:
            made = b"".join(make_proxy(source, look(path)))
        copy = probe(BytesSource(made), "copy.mp4")
        assert copy.video is not None
        assert (copy.video["width"], copy.video["height"]) == (1280, 720)

    def test_an_mpeg4_avi_that_reorders_pictures_is_in_order(self, clip: Clip, look: Look) -> None:
        path = clip("r.avi", video="mpeg4", audio=None, options={"bf": "2"})
        with FileSource(path) as source:
            shown = times(io.BytesIO(b"".join(make_proxy(source, look(path)))))
        assert shown[0] == 0
        assert shown == sorted(shown)
        assert len(shown) >= 74

    def test_real_footage(self, shared: Path, look: Look) -> None:
        path = shared / "data/gps-70mai-dashcam/box.mp4"
        with FileSource(path) as source:
            made = b"".join(make_proxy(source, look(path)))
        assert probe(BytesSource(made), "copy.mp4").plays == "direct"

    def test_what_is_no_recording_is_refused(self) -> None:
        source = BytesSource(b"hello")
        for work in (remux, make_proxy):
            with pytest.raises(MediaError, match="plain text"):
                list(work(source, Facts(container="text", mime="text/plain")))

    def test_a_consumer_that_stops_leaves_nothing_running(self, clip: Clip, look: Look) -> None:
        path = clip("large.mkv", seconds=4, size=(1280, 720), options={"qp": "2"}, audio=None)
        with FileSource(path) as source, Workbench(source) as bench:
            pieces = bench.remux()
            next(pieces)
            pieces.close()  # type: ignore[attr-defined]
            assert bench.poster(look(path))
