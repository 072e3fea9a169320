"""A log is a folder of plain files: other people's logs read, ours grows without ever rewriting what it said."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.ledger import checkpoint, merkle, note, tiles
from plainview.ledger.note import Verifier
from plainview.ledger.tiles import TileError, TileLog, bundle, tile_path, unbundle

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TESSERA_ENTRIES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()


def entry(number: int) -> bytes:
    return b"entry %d" % number


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(entry(i)) for i in range(count)]


def grown(folder: Path, *sizes: int) -> TileLog:
    log = TileLog(folder)
    for size in sizes:
        log.append([entry(i) for i in range(log.size, size)])
    return log


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067"), (10**9, "x001/x000/x000/000")],
)
def test_paths_of_the_specification(index: int, path: str) -> None:
    assert tile_path(0, index) == f"tile/0/{path}"
    assert tile_path("entries", index, 17) == f"tile/entries/{path}.p/17"


def test_a_log_of_70_000_has_the_tiles_that_the_specification_names(tmp_path: Path) -> None:
    log = grown(tmp_path, 70_000)
    level = {name: sorted((tmp_path / "tile" / name).rglob("*")) for name in ("0", "1", "2", "entries")}
    assert sum(p.is_file() for p in level["0"]) == sum(p.is_file() for p in level["entries"]) == 274
    for name, width in [("0/273.p/112", 112), ("1/000", 256), ("1/001.p/17", 17), ("2/000.p/1", 1)]:
        assert (tmp_path / "tile" / name).stat().st_size == 32 * width
    assert log.size == 70_000
    assert log.root() == merkle.root(hashes(70_000))


def test_the_log_that_tessera_made(shared: Path) -> None:
    folder = shared / "vectors/tessera-log/testdata/log"
    log = TileLog(folder)
    assert log.size == 15
    assert list(log.entries(0, 15)) == TESSERA_ENTRIES
    checkpoints = sorted(folder.glob("checkpoint*"))
    assert len(checkpoints) == 17
    for path in checkpoints:
        stated = checkpoint.parse(note.open_note(path.read_text(), [Verifier(TESSERA_KEY)]).text)
        assert log.root(stated.size) == stated.root
        for index in range(stated.size):
            proof = log.inclusion(index, stated.size)
            merkle.verify_inclusion(merkle.leaf_hash(TESSERA_ENTRIES[index]), index, stated.size, proof, stated.root)
        if stated.size:
            merkle.verify_consistency(stated.size, 15, stated.root, log.root(), log.consistency(stated.size, 15))


def test_the_same_entries_give_the_files_of_tessera(shared: Path, tmp_path: Path) -> None:
    log = TileLog(tmp_path)
    for each in TESSERA_ENTRIES:
        log.append([each])
    theirs = files(shared / "vectors/tessera-log/testdata/log")
    assert files(tmp_path) == {name: data for name, data in theirs.items() if name.startswith("tile/")}


def test_the_sunlight_mirror(shared: Path, tmp_path: Path) -> None:
    mirror = shared / "vectors/sunlight-mirror/witness/mirror"
    (folder,) = (path.parent for path in mirror.glob("*/checkpoint"))
    log = TileLog(folder)
    stated = checkpoint.parse(note.split_note(log.checkpoint() or "")[0])
    assert (log.size, log.root()) == (300, stated.root)
    ours = TileLog(tmp_path)
    ours.append([b"record %d" % i for i in range(300)])
    theirs = files(folder)
    assert {name: data for name, data in files(tmp_path).items() if "entries" not in name} == {
        name: data for name, data in theirs.items() if name != "checkpoint"
    }


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_however_it_grew_it_is_the_same_log(tmp_path_factory: pytest.TempPathFactory, steps: list[int]) -> None:
    sizes = [sum(steps[: i + 1]) for i in range(len(steps))]
    log = grown(tmp_path_factory.mktemp("log"), *sizes)
    tree = merkle.Tree(hashes(sizes[-1]))
    assert log.size == tree.size
    assert list(log.entries(0, tree.size)) == [entry(i) for i in range(tree.size)]
    for size in sizes:
        assert log.root(size) == tree.root(size)
        assert log.inclusion(size - 1, tree.size) == tree.inclusion(size - 1, tree.size)
        assert log.consistency(size, tree.size) == tree.consistency(size, tree.size)
        assert log.leaf_hash(size - 1) == tree.node(0, size - 1)


def test_a_reader_of_an_earlier_size_is_still_served(tmp_path: Path) -> None:
    log = grown(tmp_path, 10, 300, 70_000)
    then = merkle.Tree(hashes(300))
    assert log.root(10) == then.root(10)
    assert log.inclusion(9, 10) == then.inclusion(9, 10)
    assert log.root(300) == then.root()
    assert list(log.entries(298, 300)) == [entry(298), entry(299)]


def test_full_tiles_are_never_written_again_and_their_partials_go(tmp_path: Path) -> None:
    log = grown(tmp_path, 100, 256)
    assert not (tmp_path / "tile/0/000.p").exists()
    assert not (tmp_path / "tile/entries/000.p").exists()
    before = (tmp_path / "tile/0/000").stat()
    log.append([entry(i) for i in range(256, 600)])
    after = (tmp_path / "tile/0/000").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(p.name for p in (tmp_path / "tile/1/000.p").iterdir()) == ["1", "2"]


def test_a_second_reader_sees_growth(tmp_path: Path) -> None:
    writer, reader = TileLog(tmp_path), TileLog(tmp_path)
    for size in (3, 256, 257, 1000):
        writer.append([entry(i) for i in range(writer.size, size)])
        assert reader.size == size
        assert reader.root() == merkle.root(hashes(size))


def test_a_reader_notices_that_an_older_folder_was_put_in_place(tmp_path: Path) -> None:
    log = grown(tmp_path / "log", 2000)
    assert log.size == 2000
    grown(tmp_path / "old", 300)
    (tmp_path / "log").rename(tmp_path / "gone")
    (tmp_path / "old").rename(tmp_path / "log")
    assert log.size == 300


def test_an_empty_log(tmp_path: Path) -> None:
    log = TileLog(tmp_path / "not there yet")
    assert log.size == 0
    assert log.root() == merkle.EMPTY_ROOT
    assert log.checkpoint() is None
    log.append([])
    assert not log.folder.exists()


def test_an_entry_too_long_for_a_log_leaves_it_as_it_was(tmp_path: Path) -> None:
    log = grown(tmp_path, 5)
    with pytest.raises(ValueError, match="65536 bytes"):
        log.append([b"fine", bytes(65_536)])
    assert log.size == 5
    log.append([bytes(65_535), b""])
    assert list(log.entries(5, 7)) == [bytes(65_535), b""]


@pytest.mark.parametrize("survive", range(0, 14))
def test_cut_off_at_any_write_it_holds_a_beginning_and_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survive: int
) -> None:
    """The files of one append reach the disk in order; whichever is the last to, the log is whole."""
    log = grown(tmp_path, 200)
    replace, done = Path.replace, 0

    def cut_off(self: Path, target: Path) -> Path:
        nonlocal done
        if done == survive:
            raise OSError("power is gone")
        done += 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut_off)
    with contextlib.suppress(OSError):
        log.append([entry(i) for i in range(200, 900)])
    monkeypatch.undo()
    again = TileLog(tmp_path)
    assert again.size in (200, 256, 512, 768, 900)
    assert list(again.entries(0, again.size)) == [entry(i) for i in range(again.size)]
    assert again.root() == merkle.root(hashes(again.size))
    again.append([entry(i) for i in range(again.size, 1000)])
    assert again.root() == merkle.root(hashes(1000))


def test_what_was_cut_off_may_be_followed_by_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leftovers of an append that did not count must not leak into the one that does."""
    log = grown(tmp_path, 250)
    with monkeypatch.context() as patched:
        refuse_level_0(patched)
        with pytest.raises(OSError, match="gone"):
            log.append([b"lost %d" % i for i in range(600)])
    log.append([b"kept %d" % i for i in range(10)])
    expected = [*(entry(i) for i in range(250)), *(b"kept %d" % i for i in range(10))]
    for reader in (log, TileLog(tmp_path)):
        assert list(reader.entries(0, 260)) == expected
        assert list(reader.entries(254, 258)) == expected[254:258]
        assert reader.root(258) == merkle.root([merkle.leaf_hash(each) for each in expected[:258]])
    assert log.root() == merkle.root([merkle.leaf_hash(each) for each in expected])


def refuse_level_0(patched: pytest.MonkeyPatch) -> None:
    replace: Callable[[Path, Path], Path] = Path.replace

    def cut_off(self: Path, target: Path) -> Path:
        if "/tile/0/" in str(target):
            raise OSError("power is gone")
        return replace(self, target)

    patched.setattr(Path, "replace", cut_off)


def test_each_folder_is_durable_before_the_next_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Level 0 makes entries count, so everything else must have reached the disk before."""
    log, order = grown(tmp_path, 200), []
    fsync, opened = os.fsync, os.readlink

    def noted(handle: int) -> None:
        order.append(Path(opened(f"/proc/self/fd/{handle}")).relative_to(tmp_path))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    log.append([entry(i) for i in range(200, 300)])
    names = [str(each) for each in order]
    assert names.index("tile/entries") < names.index("tile/1/000.p") < names.index("tile/0/.000.new")
    assert names[-1] == "tile/0/001.p"


def test_missing_and_damaged_tiles_are_named(tmp_path: Path) -> None:
    log = grown(tmp_path, 600)
    (tmp_path / "tile/entries/001").write_bytes(b"\x00\x05abc")
    with pytest.raises(TileError, match="cut off"):
        list(log.entries(0, 600))
    (tmp_path / "tile/entries/001").write_bytes(bundle([b"one"]))
    with pytest.raises(TileError, match="tile/entries/001 holds 1 entries, not 256"):
        list(log.entries(256, 600))
    (tmp_path / "tile/entries/000").unlink()
    with pytest.raises(TileError, match=r"tile/entries/000\.p/10 is missing"):
        list(log.entries(0, 10))
    (tmp_path / "tile/0/002.p/88").write_bytes(bytes(33))
    with pytest.raises(TileError, match="tile/0/002 has a wrong length"):
        TileLog(tmp_path).root(600)


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_bundles_read_back(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries)) == entries


@given(st.binary(max_size=40))
def test_bundles_that_read_have_one_spelling(data: bytes) -> None:
    try:
        found = unbundle(data)
    except TileError:
        return
    assert bundle(found) == data


def test_a_checkpoint_is_kept_as_it_was_signed(tmp_path: Path) -> None:
    log = grown(tmp_path, 3)
    for text in ("first — one\n", "second\n"):
        log.write_checkpoint(text)
        assert log.checkpoint() == text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint", "tile"]


def test_widths_are_those_of_the_specification() -> None:
    assert (tiles.WIDTH, tiles.ENTRY_LIMIT) == (256, 65_535)
