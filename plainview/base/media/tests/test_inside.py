"""Pieces that run inside the sandbox, tried one by one on what a test has made itself."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from plainview.base.media.inside import serve, streams, trouble, wire
from plainview.base.media.inside.documents import read as read_document
from plainview.base.media.inside.findings import Findings, iso, since, unix_ms
from plainview.base.media.inside.opening import open_feed
from plainview.base.media.inside.order import shown_at
from plainview.base.media.inside.pictures import within
from plainview.base.media.inside.quicktime import text_of
from plainview.base.media.inside.script import decode
from plainview.base.media.tests.here import feed, probe_here
from plainview.base.media.tests.test_boxes import box, header

Clip = Callable[..., Path]


class TestServing:
    @pytest.fixture
    def line(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[wire.Line]:
        """The other end of a worker's loop that runs in a thread, without walls."""
        ours, theirs = socket.socketpair()
        served = wire.Line(theirs)

        def loop() -> None:
            with contextlib.suppress(wire.WireError):
                while True:
                    serve._answer(served)

        thread = threading.Thread(target=loop)
        thread.start()
        yield wire.Line(ours)
        ours.close()
        thread.join()
        theirs.close()

    @staticmethod
    def ask(line: wire.Line, data: bytes, verb: str, **args: Any) -> tuple[bytes, Any]:
        line.send_json(wire.QUESTION, {"verb": verb, "size": len(data), "args": args})
        while True:
            kind, payload = line.receive()
            if kind != wire.WANT:
                return kind, json.loads(payload)
            at, length = wire.span(payload)
            line.send(wire.BYTES, data[at : at + length])

    def test_questions_are_answered_one_after_the_other(self, line: wire.Line) -> None:
        kind, answer = self.ask(line, b"some text\n", "look")
        assert (kind, answer["kind"]) == (wire.ANSWER, "text")
        kind, answer = self.ask(line, b"%PDF-1.4\n", "look")
        assert (kind, answer["kind"]) == (wire.ANSWER, "pdf")

    def test_failures_are_sentences_and_the_loop_goes_on(self, line: wire.Line) -> None:
        for verb, args, says in (
            ("nonsense", {}, "There is no work called nonsense."),
            ("poster", {"duration_ms": 1}, "The content is a plain text, not video or sound."),
            ("poster", {"what": 1}, "The file could not be read:"),
        ):
            kind, answer = self.ask(line, b"some text\n", verb, **args)
            assert kind == wire.FAILED
            assert answer["why"].startswith(says)
        assert self.ask(line, b"x\n", "look")[0] == wire.ANSWER


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (trouble.Refused("No."), "No."),
        (trouble.Malformed("its moov box claims 7 bytes"), "The file is damaged: its moov box claims 7 bytes."),
        (MemoryError(), "It needs more memory than a file may use."),
        (EOFError(), "The file ends where more was expected."),
        (ValueError("odd"), "The file could not be read: odd."),
        (ValueError(), "The file could not be read: ValueError."),
        (ValueError("x" * 1000), f"The file could not be read: {'x' * 200}."),
    ],
)
def test_every_failure_has_a_sentence(error: BaseException, sentence: str) -> None:
    assert trouble.plain(error) == sentence


class TestFindings:
    def test_the_first_problem_is_kept(self) -> None:
        found = Findings()
        found.trouble("First.")
        found.trouble("Second.")
        assert found.problem == "First."

    def test_positions_are_thinned_evenly_where_there_are_too_many(self) -> None:
        found = Findings()
        found.place(((n, 1 + n / 1e6, 1.0, None) for n in range(25_000)), "x")
        assert len(found.points) == 8334
        assert [p[0] for p in found.points[:3]] == [0, 3, 6]

    def test_impossible_positions_are_left_out(self) -> None:
        found = Findings()
        nowhere = [(0, 0.0, 0.0, None), (1, 91.0, 0.0, None), (2, 0.0, -181.0, None), (3, float("nan"), 1.0, None)]
        found.place([*nowhere, (4, 1.0, 0.0, None)], "x")
        assert [p[0] for p in found.points] == [4]

    def test_a_second_source_does_not_replace_the_first(self) -> None:
        found = Findings()
        found.place([(0, 1.0, 1.0, None)], "first")
        found.place([(0, 2.0, 2.0, None)], "second")
        assert (found.track_source, found.points[0][1]) == ("first", 1_000_000)

    def test_no_positions_are_no_source(self) -> None:
        found = Findings()
        found.place([], "x")
        assert found.track_source is None

    def test_stated_times_are_counted(self) -> None:
        found = Findings()
        for _ in range(100):
            found.say("container", "2024-06-01T12:00:00")
        assert len(found.said) == 40

    def test_times_of_an_epoch(self) -> None:
        assert since(1904, 0) is not None
        assert since(1904, 1e30) is None
        moment = since(1904, 3_800_000_000)
        assert moment is not None
        assert iso(moment) == "2024-05-31T11:33:20"
        assert unix_ms(moment) == 1_717_155_200_000


class TestTimesOfContainers:
    @pytest.mark.parametrize(
        ("kind", "said", "expected"),
        [
            ("mkv", "2024-06-01T12:00:00.000000Z", ("written", "2024-06-01T12:00:00", "UTC")),
            ("mkv", "2024-06-01T12:00:00+02:00", ("written", "2024-06-01T10:00:00", "UTC")),
            ("asf", "2024-06-01T12:00:00.500000Z", ("written", "2024-06-01T12:00:00.500", "UTC")),
            ("avi", "2024-06-01 12:00:00", ("container", "2024-06-01T12:00:00", None)),
            ("avi", "Sat Jun 01 12:00:00 2024", ("container", "2024-06-01T12:00:00", None)),
            ("avi", "2024:06:01 12:00:00", ("container", "2024-06-01T12:00:00", None)),
            ("avi", "2024/06/01 12:00:00", ("container", "2024-06-01T12:00:00", None)),
            ("mp4", "2024-06-01T12:00:00-0500", ("container", "2024-06-01T12:00:00", "-05:00")),
            ("wav", "2024-06-01T12:00:00", ("container", "2024-06-01T12:00:00", None)),
        ],
    )
    def test_their_forms_are_read(self, kind: str, said: str, expected: tuple[str, str, str | None]) -> None:
        found = Findings(kind=kind)
        streams._say(said, found)
        assert [(s["source"], s["value"], s["zone"]) for s in found.said] == [expected]

    @pytest.mark.parametrize("said", ["2024", "2024-06-01", "yesterday", ""])
    def test_what_is_no_time_is_kept_as_a_word(self, said: str) -> None:
        found = Findings(kind="avi")
        streams._say(said, found)
        assert found.said == []
        assert found.tags == ({"date": said} if said else {})


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(30000, 1001), "29.97"),
        (Fraction(25), "25"),
        (Fraction(15, 2), "7.5"),
        (None, ""),
        (Fraction(90000), ""),
    ],
)
def test_rates_are_decimals(rate: Fraction | None, text: str) -> None:
    assert streams._rate(rate) == text


@pytest.mark.parametrize(
    ("size", "fits"),
    [
        ((1920, 1080), (1280, 720)),
        ((640, 480), (640, 480)),
        ((1081, 1921), (404, 720)),
        ((1, 1), (2, 2)),
        ((9000, 10), (1280, 2)),
    ],
)
def test_pictures_are_made_to_fit_and_even(size: tuple[int, int], fits: tuple[int, int]) -> None:
    assert within(size, 1280, 720) == fits


@pytest.mark.parametrize(
    ("atom", "text"),
    [
        (struct.pack(">HH", 5, 0x15C7) + b"hello", "hello"),
        (b"hello\0\0", "hello"),
        (b"", None),
        (None, None),
        (b"\xff\xfe\x00\x01", None),
        (b"\0\0\0\0", None),
    ],
)
def test_texts_of_user_data(atom: bytes | None, text: str | None) -> None:
    assert text_of(atom) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("naïve".encode(), "naïve"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        ("wide".encode("utf-16"), "wide"),
        (b"\xfe\xff\0w\0i", "wi"),
        (b"caf\xe9 and many more plain letters", "café and many more plain letters"),
        (b"\xff\xff\xff\xff", None),
        (b"nul\0inside", None),
        (b"", None),
    ],
)
def test_texts_are_decoded(data: bytes, text: str | None) -> None:
    assert decode(data) == text


class TestOrder:
    def test_an_avi_without_reordering_needs_nothing(self, clip: Clip) -> None:
        assert shown_at(feed(clip("plain.avi", video="mjpeg", audio=None).read_bytes())) is None

    def test_other_containers_keep_their_own_times(self, clip: Clip) -> None:
        data = clip("b.mkv", options={"bf": "3", "preset": "veryfast"}).read_bytes()
        assert shown_at(feed(data)) is None

    def test_the_order_of_showing_is_a_permutation_that_jumps(self, clip: Clip) -> None:
        places = shown_at(feed(clip("b.avi", options={"bf": "2", "preset": "veryfast"}).read_bytes()))
        assert places is not None
        assert sorted(places) == list(range(75))
        assert places != sorted(places)
        assert max(abs(place - stored) for stored, place in enumerate(places)) <= 4


class TestOpening:
    def test_another_demuxer_is_never_tried(self) -> None:
        with pytest.raises(trouble.Refused, match="an HLS playlist"):
            open_feed(feed(b"#EXTM3U\nfile:///etc/passwd\n"))
        with pytest.raises((av.FFmpegError, EOFError)):
            open_feed(feed(box(b"ftyp", b"isom\0\0\0\0") + b"#EXTM3U\n"))

    def test_a_cover_is_no_picture(self, workshop: Path) -> None:
        path = workshop / "cover.mp3"
        with av.open(str(path), "w") as out:
            sound: Any = out.add_stream("mp3", rate=48_000)
            cover: Any = out.add_stream("mjpeg", rate=1)
            cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
            cover.disposition = 0x400
            for packet in (*cover.encode(av.VideoFrame(32, 32, "yuvj420p")), *cover.encode(None)):
                out.mux(packet)
            for n in range(60):
                frame = av.AudioFrame(format="s16", layout="mono", samples=1152)
                frame.planes[0].update(bytes(2304))
                frame.sample_rate, frame.pts = 48_000, n * 1152
                out.mux(sound.encode(frame))
            out.mux(sound.encode(None))
        facts = probe_here(path.read_bytes(), "song.mp3")
        assert [s["kind"] for s in facts.streams] == ["audio", "cover"]
        assert facts.plays == "direct"
        assert facts.problem is None


class TestDocuments:
    def test_a_picture_without_an_end_is_a_problem(self) -> None:
        found = Findings(kind="jpeg")
        read_document(feed(b"\xff\xd8\xff\xe0\x00\x04ab"), found)
        assert found.problem == "The picture ends early: its end mark is missing."

    def test_a_picture_of_nothing_but_segments_ends(self) -> None:
        found = Findings(kind="jpeg")
        read_document(feed(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 10_000 + b"\xff\xd9"), found)
        assert found.problem is None

    def test_a_segment_that_claims_everything_is_passed_over(self) -> None:
        found = Findings(kind="jpeg")
        read_document(feed(b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0" + b"\xff" * 50 + b"\xff\xd9"), found)
        assert found.said == []


class TestDamageOfOtherContainers:
    def test_a_long_avi_of_several_parts_is_whole(self) -> None:
        part = b"RIFF" + (1000).to_bytes(4, "little") + b"AVIX" + bytes(996)
        first = b"RIFF" + (100).to_bytes(4, "little") + b"AVI " + bytes(96)
        assert "ends early" not in (probe_here(first + part, "a.avi").problem or "")
        assert "ends early" in (probe_here(first + part[:-500], "a.avi").problem or "")

    def test_an_avi_that_was_never_closed_is_unfinished(self) -> None:
        facts = probe_here(b"RIFF" + bytes(4) + b"AVI " + bytes(500), "a.avi")
        assert (facts.problem or "").startswith("The recording was not finished")

    def test_a_windows_file_knows_its_length(self) -> None:
        properties = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365") + bytes(24) + (10**9).to_bytes(8, "little")
        head = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(14) + properties
        assert "1,000,000,000 bytes" in (probe_here(head + bytes(500), "a.wmv").problem or "")

    def test_a_transport_stream_ends_with_a_whole_packet(self, clip: Clip) -> None:
        data = clip("whole.ts", seconds=1, container="mpegts").read_bytes()
        assert probe_here(data, "whole.ts").problem is None
        assert "middle of a packet" in (probe_here(data[:-50], "whole.ts").problem or "")

    def test_a_movie_without_a_single_track_is_only_a_header(self) -> None:
        facts = probe_here(box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", header(0)) + box(b"mdat", bytes(100)), "a.mp4")
        assert facts.problem == "The file holds a header but no picture or sound."
