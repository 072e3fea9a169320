"""Small files are put in place whole, durably and privately, whoever else writes at the same time."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from plainview.base.custody import keys, place
from plainview.base.custody.keys import KeyProblem
from plainview.ledger.note import Signer, Verifier, open_note


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    place.write_durably(path, "one")
    place.write_durably(path, "two\nlines\r\n")
    assert path.read_bytes() == b"two\nlines\r\n"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_it_has_the_mode_that_was_asked_for_from_its_first_byte(tmp_path: Path, mode: int) -> None:
    place.write_durably(tmp_path / "file", "text", mode)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    place.write_durably(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        place.write_durably(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_threads_that_write_the_same_file_leave_one_of_theirs(tmp_path: Path) -> None:
    path, texts = tmp_path / "file", [str(i) * 5000 for i in range(8)]
    threads = [threading.Thread(target=place.write_durably, args=(path, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_the_key_is_made_once_whoever_comes_first() -> None:
    place.root()
    found: list[str] = []
    barrier = threading.Barrier(6)

    def create() -> None:
        barrier.wait(10)
        found.append(keys.create().vkey)

    threads = [threading.Thread(target=create) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert (place.log_folder() / "vkey").read_text().strip() == found[0]


def test_the_key_is_private_and_signs_what_the_published_key_checks() -> None:
    signer = keys.create()
    path = place.key_folder() / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.from_text(path.read_text().strip()).vkey == signer.vkey
    vkey = (place.log_folder() / "vkey").read_text().strip()
    assert open_note(signer.sign("text\n"), [Verifier(vkey)]).text == "text\n"


def test_a_key_that_was_made_a_moment_before_a_crash_is_used() -> None:
    """The key was written, its public half was not."""
    signer = keys.create()
    (place.log_folder() / "vkey").unlink()
    (place.log_folder() / "origin").unlink()
    assert keys.create().vkey == signer.vkey
    assert (place.log_folder() / "vkey").read_text().strip() == signer.vkey


def test_a_note_of_another_log_by_our_key_is_no_checkpoint_of_ours() -> None:
    signer = keys.create()
    other = "other.example/log\n5\n" + "A" * 43 + "=\n"
    with pytest.raises(KeyProblem, match="a checkpoint of another log: other"):
        keys.open_checkpoint(signer.sign(other))


@pytest.mark.parametrize("text", ["not a checkpoint\n", "a\nb\nc\n", "a\n-1\nAAAA\n"])
def test_what_our_key_signed_is_not_always_a_checkpoint(text: str) -> None:
    with pytest.raises(KeyProblem, match="not a checkpoint"):
        keys.open_checkpoint(keys.create().sign(text))
