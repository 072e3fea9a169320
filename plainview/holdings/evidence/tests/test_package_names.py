"""Names in a package suit every computer; what they were is kept elsewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence.package.names import LONGEST, Names, safe_name
from plainview.holdings.evidence.package.readme import Row, printable, readme


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("AXON_Body_3_X60A.mp4", "AXON_Body_3_X60A.mp4"),
        ("clip (final).MP4", "clip_final.MP4"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\Users\\x.mov", "C_Users_x.mov"),
        ("two\nlines.mp4", "two_lines.mp4"),
        ("🎥.mp4", "mp4"),
        ("Zoë Müller.mp4", "Zoe_Muller.mp4"),
        ("50% off.mp4", "50_off.mp4"),
        ("-rf .mp4", "rf.mp4"),
        (".hidden", "hidden"),
        ("name.", "name"),
        ("CON", "_CON"),
        ("nul.mp4", "_nul.mp4"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("", "file"),
        ("...", "file"),
        ("視頻", "file"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_disk_and_checker_takes(name: str) -> None:
    safe = safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", safe)
    assert len(safe) <= LONGEST + 1
    assert not safe.endswith(".")
    assert safe_name(safe).removeprefix("_") == safe.removeprefix("_")


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_name("x" * 400 + ".mp4") == "x" * (LONGEST - 4) + ".mp4"


def test_no_two_files_share_a_path_also_where_capitals_do_not_count() -> None:
    names = Names()
    paths = [names.path("data/a", each) for each in ("clip.mp4", "CLIP.MP4", "clip?.mp4", "clip.mp4", "clip", "clip")]
    assert paths == [
        "data/a/clip.mp4", "data/a/CLIP-2.MP4", "data/a/clip-3.mp4", "data/a/clip-4.mp4",
        "data/a/clip", "data/a/clip-2",
    ]  # fmt: skip
    assert names.path("data/b", "clip.mp4") == "data/b/clip.mp4"


@given(st.lists(st.text(max_size=4), max_size=30))
def test_as_many_paths_as_names(wanted: list[str]) -> None:
    names = Names()
    assert len({names.path("data", each).lower() for each in wanted}) == len(wanted)


def test_the_page_shows_any_name_on_one_line() -> None:
    assert printable("a\nb\x1b[2J\u202e🎥") == "a\\nb\\x1b[2J\\u202e🎥"
    text = readme(
        "Package x", "Testville", [Row("data/a/b.mp4", "evil\n\nname.mp4", 5, "00"), Row("data/c", "c", 1, "1")]
    )
    assert "came as  evil\\n\\nname.mp4" in text.decode()
    assert text.decode().count("came as") == 1
    assert "2 files of media from Testville" in text.decode()
