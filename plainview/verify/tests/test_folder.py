"""A log's folder: whatever is changed, dropped, added or put between is found and named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from plainview.ledger import event
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.tiles import TileLog, unbundle
from plainview.verify import folder, parts, reading
from plainview.verify.tests import making
from plainview.verify.tests.making import check, said, wrong

TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx\n"
SIZE = 700


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "log"
    making.make_log(made, SIZE)
    return made


@pytest.fixture
def log(made: Path, tmp_path: Path) -> Path:
    return making.copy(made, tmp_path / "log")


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_a_whole_log_holds(log: Path) -> None:
    report = check(log)
    assert report["exit"] == 0
    assert report["kind"] == "a log"
    assert "All 700 entries, and every tile over them, give the root stated" in said(report, "holds")
    assert "The events, 700 of 7 items, follow one another without a gap" in said(report, "holds")


def test_row_13_a_log_that_stands_still_is_called_frozen(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a notice: an old copy is what others compare with, and nothing in it is wrong."""
    bundles = [path for path in (log / "tile/entries").rglob("*") if path.is_file()]
    newest = max(event.read_leaf(each).logged_at for path in bundles for each in unbundle(path.read_bytes()))
    for after, stale in ((timedelta(minutes=50), False), (timedelta(hours=5), True)):
        monkeypatch.setattr(folder, "now", lambda moment=newest + after: moment)
        report = check(log)
        assert report["exit"] == 0
        assert ("it is frozen" in said(report, "notice")) is stale


def test_every_file_of_a_log_is_hashed(log: Path) -> None:
    """One flipped bit at the beginning, in the middle and at the end of each."""
    names = [p.relative_to(log).as_posix() for p in sorted(log.rglob("*")) if p.is_file() and p.name != "vkey"]
    assert len(names) == 9
    for name in names:
        size = (log / name).stat().st_size
        for position in (0, 1, size // 2, size - 1):
            flip(log / name, position)
            assert name in str(wrong(check(log))), (name, position)
            flip(log / name, position)
    assert check(log)["exit"] == 0


def test_missing_tiles_and_bundles_are_named(log: Path) -> None:
    for name in ("tile/0/001", "tile/entries/001", "tile/1/000.p/2", "tile/0/002.p/188", "tile/entries/002.p/188"):
        data = (log / name).read_bytes()
        (log / name).unlink()
        assert name in wrong(check(log)), name
        (log / name).write_bytes(data)


def test_without_entries_and_tile_nothing_can_be_followed(log: Path) -> None:
    (log / "tile/0/001").unlink()
    (log / "tile/entries/001").unlink()
    report = check(log)
    assert report["exit"] == 1
    assert "the rest was not checked" in said(report, "damaged")


def test_a_file_cut_short_or_made_longer_is_named(log: Path) -> None:
    for name in ("tile/0/001", "tile/entries/001"):
        data = (log / name).read_bytes()
        for changed in (data[:-1], data + b"\0", b"", data[:32]):
            (log / name).write_bytes(changed)
            assert name in str(wrong(check(log))), (name, len(changed))
        (log / name).write_bytes(data)


@pytest.mark.parametrize("name", ["tile/0/999", "tile/0/abc", "tile/x", "tile/0/002.p/200", "tile/entries/000.p/7"])
def test_extra_files_do_not_pass_unseen(log: Path, name: str) -> None:
    making.write(log, name, b"planted")
    report = check(log)
    assert report["exit"] == 1 or "came after the checkpoint" in said(report, "notice")


def test_a_leftover_of_a_write_that_was_cut_off_is_only_noted(log: Path) -> None:
    making.write(log, "tile/0/002.p/.190.new", b"half")
    report = check(log)
    assert report["exit"] == 0
    assert "leftover" in said(report, "notice")


def test_entries_after_the_checkpoint_are_noted_and_not_called_checked(log: Path) -> None:
    history = making.History()
    history.add("evidence.recording.viewed", making.handle("late"))
    for count in (1, 300):
        TileLog(log).append([history.lines[0].leaf] * count)
        report = check(log)
        assert report["exit"] == 0
        assert "came after the checkpoint" in said(report, "notice")
        assert "All 700 entries" in said(report, "holds")


def test_a_log_that_grows_while_it_is_checked_still_holds(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its partial tiles are dropped once they are full, perhaps between the listing and the reading."""
    read, history = reading.read_small, making.History()
    history.add("evidence.recording.viewed", making.handle("late"))

    def grow_first(path: Path, *limit: int) -> bytes:
        if path.parent.name == "002.p" and TileLog(log).size == SIZE:
            TileLog(log).append([history.lines[0].leaf] * 300)
            assert not path.exists()
        return read(path, *limit)

    monkeypatch.setattr("plainview.verify.folder.read_small", grow_first)
    report = check(log)
    assert wrong(report) == {}
    assert "All 700 entries" in said(report, "holds")
    assert TileLog(log).size == SIZE + 300


def test_earlier_partial_tiles_are_compared_too(tmp_path: Path) -> None:
    history = making.History()
    for _ in range(100):
        history.add("evidence.recording.viewed", making.handle("item"))
    log = TileLog(tmp_path / "log")
    for count in (10, 50, 100):
        log.append([line.leaf for line in history.lines[log.size : count]])
    making.sign_log(log)
    assert check(log.folder)["exit"] == 0
    for name in ("tile/0/000.p/10", "tile/entries/000.p/50"):
        flip(log.folder / name, 9)
        assert name in str(wrong(check(log.folder)))
        flip(log.folder / name, 9)


def test_a_signed_root_that_the_entries_do_not_give(log: Path) -> None:
    found = TileLog(log)
    found.write_checkpoint(making.SIGNER.sign(Checkpoint(making.ORIGIN, SIZE, bytes(32)).text()))
    assert "don't give the root" in wrong(check(log))["tile"]


def test_a_log_that_is_shorter_than_its_checkpoint(log: Path) -> None:
    found = TileLog(log)
    found.write_checkpoint(making.SIGNER.sign(Checkpoint(making.ORIGIN, SIZE + 1000, found.root()).text()))
    assert "missing" in said(check(log), "damaged")


def test_a_wrong_signature_does_not_hide_what_else_is_wrong(log: Path) -> None:
    text = (log / "checkpoint").read_text().split("\n\n")[0] + "\n"
    (log / "checkpoint").write_text(making.STRANGER.sign(text))
    flip(log / "tile/0/001", 5)
    assert {"checkpoint", "tile/0/001"} <= wrong(check(log)).keys()


def test_without_any_key_the_answer_is_not_that_it_holds(log: Path) -> None:
    (log / "vkey").unlink()
    report = check(log)
    assert report["exit"] == 2
    assert "All 700 entries" in said(report, "holds")


def spoiled(tmp_path: Path, change: int) -> dict[str, str]:
    """A log whose signer himself left out or doubled an event of an item."""
    history = making.History()
    for number in range(20):
        history.add("evidence.recording.viewed", making.handle(f"item {number % 3}"))
    leaves = [line.leaf for line in history.lines]
    leaves = [*leaves[:change], *leaves[change + 1 :]] if change < 20 else [*leaves, leaves[change - 20]]
    log = TileLog(tmp_path / "log")
    log.append(leaves)
    making.sign_log(log)
    return wrong(check(log.folder))


def test_an_event_that_the_signer_left_out_shows_in_the_chain(tmp_path: Path) -> None:
    assert "Entry 6 is number 3 of item" in spoiled(tmp_path, 4)["tile/entries"]


def test_an_event_that_the_signer_wrote_twice_shows_in_the_chain(tmp_path: Path) -> None:
    assert "Entry 20 is number 2 of item" in spoiled(tmp_path, 24)["tile/entries"]


def test_a_chain_that_names_another_event_before_shows(tmp_path: Path) -> None:
    one, two = making.History(), making.History()
    for history in (one, two):
        for _ in range(2):
            history.add("evidence.recording.viewed", making.handle("item"))
    log = TileLog(tmp_path / "log")
    log.append([one.lines[0].leaf, two.lines[1].leaf])
    making.sign_log(log)
    assert "does not name the event before it" in wrong(check(log.folder))["tile/entries"]


def test_entries_that_are_no_events_are_named(tmp_path: Path) -> None:
    history = making.History()
    history.add("evidence.recording.viewed", making.handle("item"))
    log = TileLog(tmp_path / "log")
    log.append([history.lines[0].leaf, b"{}", b"\xff"])
    making.sign_log(log)
    assert "2 entries are no events: 1, 2" in wrong(check(log.folder))["tile/entries"]


def test_parts_on_the_disk_give_the_same_answer(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "HELD", 1000)
    assert check(log)["exit"] == 0
    assert "700 of 7 items" in said(check(log), "holds")


def test_faults_are_found_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "HELD", 200)
    assert "Entry 6 is number 3 of item" in spoiled(tmp_path, 4)["tile/entries"]


def test_the_log_that_tessera_made(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(TESSERA_KEY)
    report = check(shared / "vectors/tessera-log/testdata/log", "--trust", str(tmp_path / "trust"))
    assert report["exit"] == 0
    assert "All 15 entries" in said(report, "holds")
    assert "not Plainview's events" in said(report, "notice")


def test_an_empty_log(tmp_path: Path) -> None:
    log = TileLog(tmp_path)
    log.write_checkpoint(making.SIGNER.sign(Checkpoint(making.ORIGIN, 0, log.root()).text()))
    (tmp_path / "vkey").write_text(making.SIGNER.vkey)
    assert check(tmp_path)["exit"] == 0


def test_a_log_without_a_checkpoint(log: Path) -> None:
    (log / "checkpoint").unlink()
    assert "missing" in wrong(check(log))["checkpoint"]
