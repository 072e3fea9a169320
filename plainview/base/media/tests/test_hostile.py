"""Files made to do harm: they are refused by name, within limits, and reach nothing."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from plainview.base.media import BytesSource, Facts, MediaError, Workbench, limits, probe
from plainview.base.media.limits import Limits
from plainview.base.media.tests.test_boxes import box, header
from plainview.base.media.worker import Worker

Clip = Callable[..., Path]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server of this machine, and everyone who called it."""
    callers: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                callers.append(server.accept())
            except OSError:
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    yield server.getsockname()[1], callers
    over.set()
    thread.join()
    server.close()


def black_pictures(path: Path, width: int, height: int) -> bytes:
    """A few hundred kilobytes that unfold into pictures of any size."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mjpeg", rate=5)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        frame = av.VideoFrame(width, height, "yuvj420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    return path.read_bytes()


@pytest.fixture(scope="module")
def huge(workshop: Path) -> bytes:
    return black_pictures(workshop / "huge.avi", 16384, 8192)


def everything(data: bytes, name: str) -> Facts:
    """Looks at a file and tries to make everything of it."""
    with Workbench(BytesSource(data)) as bench:
        facts = bench.probe(name)
        for work in (bench.poster, bench.scrub, bench.waveform, lambda _: list(bench.remux())):
            with pytest.raises(MediaError):
                work(facts)
    return facts


class TestPlaylists:
    @pytest.mark.parametrize(
        ("text", "called"),
        [
            (
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n#EXT-X-ENDLIST\n",
                "HLS playlist",
            ),
            ("\ufeff\n#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n", "HLS playlist"),
            ("ffconcat version 1.0\nfile 'http://127.0.0.1:{port}/x.mp4'\n", "FFmpeg script"),
            ("file '/etc/passwd'\nfile 'http://127.0.0.1:{port}/x.mp4'\n", "FFmpeg script"),
            ("<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>", "DASH playlist"),
            ("[playlist]\nFile1=http://127.0.0.1:{port}/x\n", "playlist"),
            ("v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n", "stream description"),
        ],
    )
    @pytest.mark.parametrize("name", ["evidence.mp4", "evidence.avi", "evidence.jpg"])
    def test_they_are_refused_by_name_and_call_nobody(
        self, listener: tuple[int, list[object]], text: str, called: str, name: str
    ) -> None:
        port, callers = listener
        facts = everything(text.replace("{port}", str(port)).encode(), name)
        assert called in (facts.problem or "")
        assert "was not opened" in (facts.problem or "")
        assert facts.plays == "no"
        assert callers == []

    def test_a_playlist_behind_a_video_s_beginning_is_no_playlist(self) -> None:
        facts = everything(box(b"ftyp", b"isom\0\0\0\0") + b"#EXTM3U\nfile:///etc/passwd\n", "a.mp4")
        assert facts.problem is not None
        assert facts.container == "mp4"

    def test_a_movie_that_keeps_its_media_elsewhere_gets_nothing(self, clip: Clip, tmp_path: Path) -> None:
        """A data reference may name another file; its samples must never come from there."""
        whole = clip("ref.mp4", seconds=1, audio=None).read_bytes()
        assert b"\0\0\0\x0curl \0\0\0\x01" in whole
        outside = whole.replace(b"\0\0\0\x0curl \0\0\0\x01", b"\0\0\0\x0curl \0\0\0\0")
        facts = probe(BytesSource(outside), "ref.mp4")
        assert facts.role == "footage"


class TestSizes:
    @pytest.mark.parametrize("claim", [2**63, 2**64 - 1, 1 << 44])
    def test_a_box_of_unheard_size(self, claim: int) -> None:
        data = box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4sQ", 1, b"mdat", claim) + bytes(1000)
        facts = probe(BytesSource(data), "a.mp4")
        assert "ends early" in (facts.problem or "")

    def test_a_million_tiny_boxes(self) -> None:
        began = time.monotonic()
        facts = probe(BytesSource(box(b"ftyp", b"isom\0\0\0\0") + box(b"free") * 1_000_000), "a.mp4")
        assert facts.problem is not None
        assert time.monotonic() - began < 60

    def test_tables_that_claim_billions_of_samples(self) -> None:
        table = box(
            b"stbl",
            box(b"stsd", struct.pack(">II", 0, 1) + box(b"avc1", bytes(78)))
            + box(b"stsz", struct.pack(">III", 0, 1, 2**32 - 1))
            + box(b"stts", struct.pack(">IIII", 0, 1, 2**32 - 1, 1))
            + box(b"stsc", struct.pack(">5I", 0, 1, 1, 2**32 - 1, 1))
            + box(b"stco", struct.pack(">III", 0, 1, 0)),
        )
        media = box(b"mdhd", struct.pack(">5I", 0, 0, 0, 1000, 2**32 - 2)) + box(
            b"hdlr", bytes(8) + b"vide" + bytes(13)
        )
        moov = box(b"moov", header(0) + box(b"trak", box(b"mdia", media + box(b"minf", table))))
        facts = probe(BytesSource(box(b"ftyp", b"isom\0\0\0\0") + moov), "a.mp4")
        assert facts.problem is not None

    def test_a_source_of_terabytes_is_looked_at_in_small_pieces(self) -> None:
        class Endless:
            size = 1 << 43
            read = 0

            def read_at(self, offset: int, length: int) -> bytes:
                self.read += length
                head = box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4sQ", 1, b"mdat", (1 << 43) - 20)
                return (head + bytes(length))[offset : offset + length] if offset < 100 else bytes(length)

        source = Endless()
        facts = probe(source, "a.mp4")
        assert (facts.problem or "").startswith("The recording was not finished")
        assert source.read < 64 << 20

    def test_a_frame_of_134_million_pixels_is_not_decoded(self, huge: bytes) -> None:
        assert len(huge) < 3 << 20
        facts = everything(huge, "huge.avi")
        assert "more than 40 million pixels" in (facts.problem or "")
        assert facts.plays == "no"

    def test_a_frame_that_hides_its_size_from_the_header_is_not_decoded_either(self, huge: bytes) -> None:
        small = huge.replace(struct.pack("<II", 16384, 8192), struct.pack("<II", 320, 180))
        assert small != huge
        assert everything(small, "huge.avi").problem is not None

    def test_refusing_it_takes_little_memory(self, huge: bytes) -> None:
        """Three planes of it alone are 400 MB; the worker says no within 400 MB of address space, libraries and all."""
        with Worker(BytesSource(huge), memory=400 << 20) as worker:
            assert "40 million pixels" in worker.ask("look", limits.PROBE)["problem"]


class TestLimits:
    def test_memory_is_a_sentence_not_a_crash(self, workshop: Path) -> None:
        large = black_pictures(workshop / "large.avi", 6000, 6000)
        with Worker(BytesSource(large), memory=190 << 20) as worker, pytest.raises(MediaError) as caught:
            list(worker.conversation("scrub", limits.SCRUB, {"duration_ms": 200}))
        assert str(caught.value).endswith(".")

    def test_time_is_a_sentence_not_a_hang(self, clip: Clip) -> None:
        class Slow(BytesSource):
            def read_at(self, offset: int, length: int) -> bytes:
                time.sleep(0.3)
                return super().read_at(offset, length)

        data = clip("slow.mp4", seconds=3).read_bytes()
        began = time.monotonic()
        with Worker(Slow(data)) as worker, pytest.raises(MediaError, match="longer than a file may"):
            list(worker.conversation("scrub", Limits(wall=0.5, output=1 << 20), {"duration_ms": 3000}))
        assert time.monotonic() - began < 10

    def test_processor_time_ends_the_worker_and_says_so(self, clip: Clip) -> None:
        data = clip("busy.avi", seconds=60, size=(640, 480), video="mpeg4", audio=None, fps=30).read_bytes()
        with Worker(BytesSource(data), cpu=1) as worker, pytest.raises(MediaError, match="processor time"):
            list(worker.conversation("proxy", limits.proxy(60_000), {"duration_ms": 60_000}))

    def test_after_a_worker_has_met_its_end_the_next_request_gets_another(self, clip: Clip) -> None:
        with Workbench(BytesSource(clip("a.mp4").read_bytes())) as bench:
            facts = bench.probe("a.mp4")
            bench._process()._process.kill()
            with pytest.raises(MediaError):
                bench.poster(facts)
            assert bench.poster(facts).startswith(b"\xff\xd8")


def test_names_can_do_nothing(clip: Clip) -> None:
    data = clip("a.mp4").read_bytes()
    for name in (
        "../../../etc/passwd",
        "a\nb.mp4",
        "x" * 5000 + ".mp4",
        "😀.mp4",
        "-i.mp4",
        "concat:a|b.mp4",
        "\0.mp4",
    ):
        facts = probe(BytesSource(data), name)
        assert facts.container == "mp4"
        assert facts.plays == "direct"


def test_words_in_the_header_are_cleaned(clip: Clip) -> None:
    path = clip("words.mp4", seconds=1, metadata={"title": "<script>\x1b[2J\u202egnp.exe\n", "comment": "y" * 5000})
    tags = probe(BytesSource(path.read_bytes()), "words.mp4").tags
    assert tags["title"] == "<script> [2J gnp.exe"
    assert len(tags["comment"]) == 300
