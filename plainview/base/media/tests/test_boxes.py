"""The box walker: right on whole files, bounded on hostile ones."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media.inside.boxes import MOST_BOXES, Walk, named
from plainview.base.media.inside.feed import Feed
from plainview.base.media.inside.movie import read_movie
from plainview.base.media.inside.tables import reach, sample_count, samples
from plainview.base.media.inside.trouble import Malformed
from plainview.base.media.tests.here import Bytes, feed


def box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(body) + 8 if size is None else size, kind) + body


def header(created: int, scale: int = 1000, length: int = 5000, *, wide: bool = False) -> bytes:
    if wide:
        return box(b"mvhd", struct.pack(">IQQIQ", 1 << 24, created, created, scale, length) + bytes(80))
    return box(b"mvhd", struct.pack(">5I", 0, created, created, scale, length) + bytes(80))


def test_boxes_are_walked_in_order() -> None:
    walk = Walk(feed(box(b"ftyp", b"isom") + box(b"free") + box(b"mdat", b"x" * 100)))
    assert [(b.kind, b.start, b.end) for b in walk.top()] == [(b"ftyp", 0, 12), (b"free", 12, 20), (b"mdat", 20, 128)]


def test_a_wide_box_and_one_to_the_end() -> None:
    data = struct.pack(">I4sQ", 1, b"mdat", 24) + b"12345678" + box(b"free", b"rest", size=0)
    assert [(b.kind, b.body, b.end) for b in Walk(feed(data)).top()] == [(b"mdat", 16, 24), (b"free", 32, 36)]


def test_a_path_is_found() -> None:
    data = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", b"vide"))))
    walk = Walk(feed(data))
    moov = next(iter(walk.top()))
    found = walk.find(moov, b"trak", b"mdia", b"hdlr")
    assert found is not None
    assert walk.read(found) == b"vide"
    assert walk.find(moov, b"trak", b"nope") is None


@pytest.mark.parametrize("claim", [2**31, 2**32 - 1, 7, 2])
def test_a_child_that_does_not_fit_is_malformed(claim: int) -> None:
    walk = Walk(feed(box(b"moov", struct.pack(">I4s", claim, b"trak") + bytes(20))))
    with pytest.raises(Malformed):
        list(walk.children(next(iter(walk.top()))))


@pytest.mark.parametrize("claim", [2**63, 2**64 - 1, 2**40])
def test_a_box_of_unheard_size_costs_nothing(claim: int) -> None:
    data = box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", claim)
    direct = Bytes(data)
    movie = read_movie(Feed(direct, len(data)))
    assert movie.top[-1].end == 12 + claim
    assert direct.read < 1000


def test_a_file_that_claims_terabytes_is_walked_at_once() -> None:
    data = box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 1 << 44)
    began = time.monotonic()
    assert read_movie(feed(data, size=1 << 45)).top
    assert time.monotonic() - began < 1


def test_a_million_tiny_boxes_are_given_up() -> None:
    movie = read_movie(feed(box(b"free") * 1_000_000))
    assert movie.broken == f"it has more than {MOST_BOXES} boxes"


def test_a_million_tiny_boxes_inside_the_header_are_given_up() -> None:
    movie = read_movie(feed(box(b"moov", box(b"free") * 100_000)))
    assert "more than" in (movie.broken or "")


def test_nesting_deeper_than_any_file_ends() -> None:
    data = b""
    for _ in range(3000):
        data = box(b"moov", data)
    read_movie(feed(data))


def test_a_body_too_large_to_hold_is_refused() -> None:
    walk = Walk(feed(box(b"udta", size=1 << 30), size=1 << 31))
    with pytest.raises(Malformed, match="claims"):
        walk.read(next(iter(walk.top())))


@given(st.binary(max_size=400))
def test_any_bytes_are_walked_without_trouble(data: bytes) -> None:
    read_movie(feed(data))
    read_movie(feed(box(b"ftyp", b"isom") + box(b"moov", data)))
    read_movie(
        feed(box(b"moov", header(5) + box(b"trak", box(b"mdia", data)) + box(b"udta", data) + box(b"meta", data)))
    )


class TestHeader:
    def test_both_widths_are_read(self) -> None:
        seconds = int((datetime(2020, 2, 29, 12) - datetime(1904, 1, 1)).total_seconds())
        for wide in (False, True):
            movie = read_movie(feed(box(b"moov", header(seconds, wide=wide))))
            assert movie.created == datetime(2020, 2, 29, 12)
            assert movie.duration_ms == 5000

    def test_a_time_beyond_all_calendars_is_none(self) -> None:
        assert read_movie(feed(box(b"moov", header(2**63, wide=True)))).created is None

    def test_an_unknown_length_is_none(self) -> None:
        assert read_movie(feed(box(b"moov", header(0, length=2**32 - 1)))).duration_ms is None
        assert read_movie(feed(box(b"moov", header(0, scale=0)))).duration_ms is None

    def test_a_short_header_is_no_header(self) -> None:
        assert read_movie(feed(box(b"moov", box(b"mvhd", b"\0")))).created is None


class TestTables:
    def test_samples_of_a_real_clip_reach_its_media(self, clip: Callable[..., Path]) -> None:
        data = clip("tables.mp4", seconds=2).read_bytes()
        movie = read_movie(feed(data))
        picture = next(t for t in movie.tracks if t.handler == "vide")
        assert sample_count(movie.walk, picture) == 50
        listed = list(samples(movie.walk, picture))
        assert len(listed) == 50
        assert [at for _, _, at, _ in listed][:4] == [0, 40, 80, 120]
        mdat = next(b for b in movie.top if b.kind == b"mdat")
        assert all(mdat.body <= offset and offset + size <= mdat.end for offset, size, _, _ in listed)
        assert max(reach(movie.walk, t) for t in movie.tracks) == mdat.end

    def test_tables_that_claim_more_than_there_is_are_malformed(self) -> None:
        table = box(b"stbl", box(b"stsz", struct.pack(">III", 0, 1000, 2**31)) + box(b"stco", bytes(12)))
        data = box(
            b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12)) + box(b"minf", table)))
        )
        movie = read_movie(feed(data))
        with pytest.raises(Malformed):
            reach(movie.walk, movie.tracks[0])

    def test_tables_that_run_backwards_are_malformed(self) -> None:
        runs = box(b"stsc", struct.pack(">II", 0, 2) + struct.pack(">6I", 5, 1, 1, 2, 1, 1))
        table = box(b"stbl", box(b"stsz", bytes(12) + bytes(8)) + box(b"stco", bytes(8) + bytes(40)) + runs)
        data = box(b"moov", box(b"trak", box(b"mdia", box(b"minf", table))))
        movie = read_movie(feed(data))
        with pytest.raises(Malformed, match="backwards"):
            list(samples(movie.walk, movie.tracks[0]))


def test_box_names_are_readable() -> None:
    assert named(b"moov") == "moov"
    assert named(b"\xa9xyz") == "unnamed"
