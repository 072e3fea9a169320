"""Broken files: each is answered with a plain sentence, in time, and nothing is raised."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainview.base.media.tests.damage import damage, outcome_of, whole_files
from plainview.base.media.tests.here import probe_here as look

Clip = Callable[..., Path]


def test_an_empty_file() -> None:
    facts = look(b"", "clip.mp4")
    assert facts.problem == "The file is empty."
    assert facts.role == "footage"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp4", {}),
        ("fast.mp4", {"muxer": {"movflags": "faststart"}}),
        ("a.mkv", {}),
        ("a.avi", {"video": "mpeg4", "audio": "mp3"}),
        ("a.wav", {"video": None, "audio": "pcm_s16le"}),
        ("a.flv", {"video": "flv", "audio": None}),
    ],
)
def test_a_file_cut_off_anywhere_is_said_to_be(clip: Clip, name: str, how: dict[str, Any]) -> None:
    whole = clip(name, seconds=2, **how).read_bytes()
    for sixteenth in range(1, 16):
        facts = look(whole[: len(whole) * sixteenth // 16], name)
        assert facts.problem, f"{sixteenth}/16 of {name} passed for whole"
        assert facts.role == "footage"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.ts", {"container": "mpegts"}),
        ("a.mpg", {"video": "mpeg2video", "audio": "mp2"}),
        ("a.mp3", {"video": None, "audio": "mp3"}),
        ("live.mkv", {"muxer": {"live": "1"}}),
        ("pieces.mp4", {"muxer": {"movflags": "frag_keyframe+empty_moov"}}),
    ],
)
def test_streams_made_to_be_cut_are_taken_as_far_as_they_go(clip: Clip, name: str, how: dict[str, Any]) -> None:
    whole = clip(name, seconds=2, **how).read_bytes()
    for sixteenth in (3, 8, 15):
        facts = look(whole[: len(whole) * sixteenth // 16], name)
        assert facts.streams or facts.problem


def test_a_recording_that_lost_power_is_named_as_such(clip: Clip) -> None:
    whole = clip("power.mp4", seconds=2).read_bytes()
    unfinished = whole[: whole.index(b"moov") - 4]
    at = unfinished.index(b"mdat") - 4
    unclosed = unfinished[:at] + bytes(4) + unfinished[at + 4 :]
    for data in (unfinished, unclosed):
        assert (look(data, "power.mp4").problem or "").startswith("The recording was not finished")


def test_a_file_cut_inside_its_media_names_both_lengths(clip: Clip) -> None:
    whole = clip("fast.mp4", seconds=2, muxer={"movflags": "faststart"}).read_bytes()
    facts = look(whole[:-1000], "fast.mp4")
    assert facts.problem == (
        f"The file ends early: by its own word it has {len(whole):,} bytes, and {len(whole) - 1000:,} are here."
    )
    assert facts.plays == "direct"
    assert 1990 <= (facts.duration_ms or 0) <= 2010


@pytest.mark.parametrize("data", [bytes(100_000), bytes(8), b"\xff" * 5000])
def test_nothing_but_one_byte(data: bytes) -> None:
    facts = look(data, "clip.mp4")
    assert facts.problem is not None
    assert facts.container is None


def test_zeros_are_named() -> None:
    assert look(bytes(100_000), "clip.mp4").problem == "The file holds nothing but zeros."


def test_what_looks_encrypted_is_named() -> None:
    noise = b"\x17\x03" + random.Random(3).randbytes(100_000)
    assert "looks encrypted" in (look(noise, "clip.mkv").problem or "")


def test_an_encrypted_track_is_named(clip: Clip) -> None:
    whole = clip("plain.mp4", seconds=1).read_bytes()
    assert "encrypted" in (look(whole.replace(b"avc1\0\0\0\0", b"encv\0\0\0\0"), "a.mp4").problem or "")


def test_a_header_without_media_is_named(clip: Clip) -> None:
    from plainview.base.media.tests.test_boxes import box, header

    empty = box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", header(0))
    assert look(empty, "a.mp4").problem == "The file holds a header but no picture or sound."


def test_a_length_of_years_is_not_believed(clip: Clip) -> None:
    data = bytearray(clip("long.mp4", seconds=1, audio=None).read_bytes())
    for box in (b"mvhd", b"mdhd"):
        at = data.index(box) + 4
        data[at + 12 : at + 16] = (1).to_bytes(4, "big")
        data[at + 16 : at + 20] = (2**31).to_bytes(4, "big")
    facts = look(bytes(data), "long.mp4")
    assert facts.duration_ms is None or facts.duration_ms < 7 * 86_400_000


def test_a_picture_that_can_not_be_decoded_is_named(clip: Clip) -> None:
    data = bytearray(clip("noise.mp4", seconds=1, audio=None).read_bytes())
    at = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[at:end] = random.Random(4).randbytes(end - at)
    assert look(bytes(data), "noise.mp4").problem == "No picture could be decoded from it."


def test_flipped_bits_all_over_are_answered_in_time(tmp_path: Path) -> None:
    """Some dozens here; `python -m bench.media --fuzz 2000` does it as long as one likes."""
    dice = random.Random(20240601)
    files = sorted(whole_files(tmp_path).items())
    outcomes = []
    for turn in range(2 * len(files)):
        name, data = files[turn % len(files)]
        began = time.monotonic()
        outcomes.append(outcome_of(damage(data, dice), name))
        assert time.monotonic() - began < 60
    assert [o for o in outcomes if o.startswith("UNEXPECTED")] == []
    assert "a problem said" in outcomes


def test_what_is_made_for_damage_is_whole_to_begin_with(tmp_path: Path) -> None:
    for name, data in whole_files(tmp_path).items():
        assert look(data, name).problem is None, name


def test_renamed_footage_is_understood_and_noted(clip: Clip) -> None:
    data = clip("a.mp4").read_bytes()
    facts = look(data, "clip.avi")
    assert facts.problem is None
    assert facts.notes == ["The name ends in .avi; the content is an MP4 video."]
    assert look(data, "clip").problem is None
    assert look(data, "holiday.jpg").problem == "The name ends in .jpg, but the content is an MP4 video."
