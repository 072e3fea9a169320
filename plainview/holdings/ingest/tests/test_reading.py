"""A source is read without trusting it, and a change while reading is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plainview.holdings.ingest.sources.reading import SourceError, SourceFile


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x" * 10_000)
    return path


def test_a_file_that_stays_as_it_is_has_not_changed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        assert source.read(4) == b"xxxx"
        assert len(source.readall() or b"") == 9_996
        assert source.changed() == ""


def test_reading_only_a_part_is_noticed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(100)
        assert "100 were read" in source.changed()


def test_growing_is_noticed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(10_000)
        with clip.open("ab") as out:
            out.write(b"more")
        assert "10000 bytes at first, 10004 at the end" in source.changed()


def test_shrinking_is_noticed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        os.truncate(clip, 10)
        while source.read(4096):
            pass
        assert "10 at the end, and 10 were read" in source.changed()


def test_writing_in_place_is_noticed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(10_000)
        os.utime(clip, ns=(1, source.identity["mtime_ns"] + 1))
        assert source.changed() == "it was written to while it was read"


def test_being_replaced_is_noticed(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(10_000)
        other = clip.with_name("other")
        other.write_bytes(b"y" * 10_000)
        other.rename(clip)
        assert "another file was put in its place" in source.changed()


def test_being_taken_away_after_the_last_byte_is_no_change(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(10_000)
        clip.unlink()
        assert source.changed() == ""


def test_a_link_in_place_of_a_file_is_not_followed(clip: Path) -> None:
    link = clip.with_name("link.mp4")
    link.symlink_to(clip)
    with pytest.raises(SourceError, match="can't be opened"):
        SourceFile(str(link))


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(SourceError, match="not a regular file"):
        SourceFile(str(tmp_path / "pipe.mp4"))


def test_what_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        SourceFile(str(tmp_path / "gone.mp4"))


def test_a_disk_that_fails_in_the_middle_is_said(clip: Path) -> None:
    with SourceFile(str(clip)) as source:
        source.read(100)
        folder = os.open(clip.parent, os.O_RDONLY)
        os.dup2(folder, source.fileno())  # every further read fails as from a disk that is gone
        os.close(folder)
        with pytest.raises(SourceError, match="can't be read after 100 bytes"):
            source.read(100)
