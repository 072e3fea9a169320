"""What lies under a path is found in order; links, hidden files and odd things are passed by and said."""

from __future__ import annotations

import os
from pathlib import Path

from plainview.holdings.ingest.sources.walk import Found, Passed, walk


def found(*paths: Path) -> list[str]:
    return [Path(f.path).name for f in walk(map(str, paths)) if isinstance(f, Found)]


def passed(*paths: Path) -> dict[str, str]:
    return {Path(p.path).name: p.why for p in walk(map(str, paths)) if isinstance(p, Passed)}


def test_folders_are_walked_in_order_all_the_way_down(tmp_path: Path) -> None:
    for name in ("b/2.mp4", "b/10.mp4", "a/x.mp4", "c.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path) == ["x.mp4", "10.mp4", "2.mp4", "c.mp4"]


def test_footage_comes_before_what_belongs_to_it(tmp_path: Path) -> None:
    for name in ("1.json", "1.mp4", "1.vtt", "2.json", "2.mp4"):
        (tmp_path / name).touch()
    assert found(tmp_path) == ["1.mp4", "2.mp4", "1.json", "1.vtt", "2.json"]


def test_hidden_files_and_folders_are_passed_by_and_said(tmp_path: Path) -> None:
    (tmp_path / ".Trashes").mkdir()
    (tmp_path / ".Trashes" / "old.mp4").touch()
    (tmp_path / "._clip.mp4").touch()
    assert found(tmp_path) == []
    assert passed(tmp_path) == {".Trashes": "hidden, not taken", "._clip.mp4": "hidden, not taken"}


def test_a_hidden_file_that_is_named_itself_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".clip.mp4").touch()
    assert found(tmp_path / ".clip.mp4") == [".clip.mp4"]


def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.mp4").touch()
    (tmp_path / "in" / "file.mp4").symlink_to(tmp_path / "secret.mp4")
    (tmp_path / "in" / "folder").symlink_to(tmp_path)
    assert found(tmp_path / "in") == []
    assert set(passed(tmp_path / "in")) == {"file.mp4", "folder"}
    assert all("link" in why for why in passed(tmp_path / "in").values())


def test_a_link_that_is_named_itself_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to(tmp_path / "gone")
    assert [p.failed for p in walk([str(tmp_path / "link.mp4")]) if isinstance(p, Passed)] == [True]


def test_pipes_are_passed_by(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert found(tmp_path) == []
    assert passed(tmp_path) == {"pipe.mp4": "not a regular file, not taken"}


def test_our_own_receipts_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "a.mp4.plainview-receipt.json").touch()
    assert found(tmp_path) == []


def test_what_is_not_there_is_a_failure_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    steps = list(walk([str(tmp_path / "gone"), str(tmp_path / "a.mp4")]))
    assert isinstance(steps[0], Passed)
    assert steps[0].failed
    assert "No such file" in steps[0].why
    assert isinstance(steps[1], Found)


def test_names_of_any_bytes_are_found(tmp_path: Path) -> None:
    for raw in (b"bad\xff.mp4", b"new\nline.mp4", "🎥.mp4".encode()):
        os.close(os.open(os.fsencode(tmp_path) + b"/" + raw, os.O_CREAT))
    assert [os.fsencode(n) for n in found(tmp_path)] == sorted([b"bad\xff.mp4", b"new\nline.mp4", "🎥.mp4".encode()])
