"""A package proves what it says, and whoever changes anything in it is found out by the name of the file.

The attacks here write the lists of hashes anew after the change, as anyone can: only the signed log stands in the way.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainview.ledger import event
from plainview.ledger.chunks import ChunkTree
from plainview.ledger.note import Signer
from plainview.verify import reading
from plainview.verify.tests import making
from plainview.verify.tests.making import check, said, wrong

MEDIA = "data/20260304/AXON_1.mp4"
TRAIL = "data/20260304/AXON_1_gps.json"
EVENTS, CHECKPOINT = "proof/events.jsonl", "proof/checkpoint"
POLICY = f"proof/policy/{making.POLICY_HASH.hexdigest()}.toml"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    making.make_package(tmp_path / "package")
    return tmp_path / "package"


def edit(path: Path, change: Callable[[Any], object]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def lines(package: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package / EVENTS).read_text().splitlines()]


def write_lines(package: Path, rows: list[dict[str, Any]]) -> None:
    (package / EVENTS).write_text("".join(json.dumps(row) + "\n" for row in rows))
    making.retag(package)


def test_a_whole_package_holds(package: Path) -> None:
    report = check(package)
    assert report["exit"] == 0
    assert report["kind"] == "a Plainview package, 2 files of media"
    assert wrong(report) == {}
    assert len(report["proves"]) == 4
    assert "The key that came with it was used" in said(report, "notice")
    assert "Not witnessed" in said(report, "notice")


def test_every_part_is_spoken_of(package: Path) -> None:
    sentences = said(check(package), "holds")
    for words in (
        "2 files with 17 bytes, has the hashes that are listed",
        "The other files, 11 of them",
        "has signed that it holds 7 events",
        "The events, 7 of 5 items",
        "SHA-256, chunk root, size and name",
        "recorded in the log when it was built",
        "text of every policy",
        "How long 1 recording is to be kept",
    ):
        assert words in sentences


def test_named_trust_is_used_and_said(package: Path, tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(making.SIGNER.vkey + "\n")
    report = check(package, "--trust", str(tmp_path / "trust"))
    assert report["exit"] == 0
    assert "The key that came with it was used" not in said(report, "notice")


def test_a_package_signed_by_a_key_that_is_not_trusted_is_refused(package: Path, tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(making.STRANGER.vkey + "\n")
    report = check(package, "--trust", str(tmp_path / "trust"))
    assert wrong(report) == {CHECKPOINT: " None of the keys that you trust has signed it."}
    assert report["proves"] == []


def test_a_whole_package_made_with_a_stolen_name_is_found_out_by_trust_only(tmp_path: Path) -> None:
    making.make_package(tmp_path / "forged", signer=making.STRANGER)
    (tmp_path / "trust").write_text(making.SIGNER.vkey + "\n")
    assert check(tmp_path / "forged")["exit"] == 0
    assert check(tmp_path / "forged", "--trust", str(tmp_path / "trust"))["exit"] == 1


@pytest.mark.parametrize("name", [MEDIA, TRAIL])
@pytest.mark.parametrize("data", [b"", b"moving picturez", b"moving pictures and more"])
def test_changed_media_is_named(package: Path, name: str, data: bytes) -> None:
    (package / name).write_bytes(data)
    assert name in wrong(check(package))
    making.retag(package)
    found = wrong(check(package))
    assert "Its sha256 is not the one in event" in found[name]
    assert "not the one that was put into this package" in found["manifest-sha256.txt"]


def test_missing_media_is_named(package: Path) -> None:
    (package / TRAIL).unlink()
    assert "missing" in wrong(check(package))[TRAIL]
    making.retag(package)
    assert "missing" in wrong(check(package))[TRAIL]


def test_extra_media_is_named(package: Path) -> None:
    (package / "data/extra.mp4").write_bytes(b"planted")
    assert "extra" in wrong(check(package))["data/extra.mp4"]
    making.retag(package)
    assert "extra: files.json does not list it" in wrong(check(package))["data/extra.mp4"]


def test_two_files_cannot_change_places(package: Path) -> None:
    (package / MEDIA).rename(package / "data/x")
    (package / TRAIL).rename(package / MEDIA)
    (package / "data/x").rename(package / TRAIL)
    making.retag(package)
    assert {MEDIA, TRAIL} <= wrong(check(package)).keys()


@pytest.mark.parametrize(
    "name", ["note.txt", "proof/extra", "data.txt", ".hidden", "proof/policy/" + "0" * 64 + ".toml"]
)
def test_extra_files_are_named(package: Path, name: str) -> None:
    (package / name).write_bytes(b"planted")
    assert "extra" in wrong(check(package))[name]
    making.retag(package)
    assert name in wrong(check(package))


@pytest.mark.parametrize(
    "name",
    ["bagit.txt", "bag-info.txt", "README.txt", "files.json", "keys.json", "manifest-sha256.txt", EVENTS, CHECKPOINT,
     POLICY, "proof/retention.json", "tagmanifest-sha256.txt"],
)  # fmt: skip
def test_missing_files_are_named(package: Path, name: str) -> None:
    (package / name).unlink()
    assert name in wrong(check(package))
    if name not in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        making.retag(package)
        assert name in wrong(check(package))


@pytest.mark.parametrize("name", ["README.txt", "bag-info.txt", "files.json", "keys.json", "proof/retention.json"])
def test_other_files_cannot_be_exchanged_although_no_event_speaks_of_their_content(package: Path, name: str) -> None:
    with (package / name).open("ab") as file:
        file.write(b"\n")
    making.retag(package)
    assert "not the one that was put into this package" in wrong(check(package))[name]


def test_a_link_is_no_file(package: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"moving pictures")
    (package / MEDIA).unlink()
    (package / MEDIA).symlink_to(tmp_path / "outside")
    assert "link" in said(check(package), "damaged")


def test_a_pipe_does_not_make_it_wait(package: Path) -> None:
    (package / MEDIA).unlink()
    os.mkfifo(package / MEDIA)
    assert MEDIA in wrong(check(package))


def test_a_list_of_files_to_fetch_is_extra(package: Path) -> None:
    (package / "fetch.txt").write_text("https://example.org/x - data/x\n")
    making.retag(package)
    found = said(check(package), "damaged")
    assert "never fetched" in found
    assert "was not in the package when that was built" in found


def test_a_changed_body_does_not_fit_its_leaf(package: Path) -> None:
    rows = lines(package)
    rows[5]["body"] = rows[5]["body"].replace('"routine"', '"rootine"')
    write_lines(package, rows)
    assert "Line 6 is wrong: its body is not the one that the leaf commits to" in said(check(package), "damaged")


def test_a_changed_leaf_is_not_in_the_log(package: Path) -> None:
    rows = lines(package)
    rows[1]["leaf"] = rows[1]["leaf"].replace("05:06:08", "05:06:09")
    write_lines(package, rows)
    assert "Line 2 is wrong: it is not in the log that was signed" in said(check(package), "damaged")


def test_an_event_with_another_proof_or_place_is_refused(package: Path) -> None:
    spoiled = [("proof", []), ("proof", ["00" * 32]), ("proof", "x"), ("proof", ["AB"]), ("index", 99), ("index", True)]
    for field, value in spoiled:
        rows = lines(package)
        rows[2][field] = value
        write_lines(package, rows)
        assert "Line 3 is wrong" in said(check(package), "damaged")


@pytest.mark.parametrize("dropped", range(7))
def test_no_event_can_be_left_out(package: Path, dropped: int) -> None:
    """In the middle of a chain the gap shows, at its end what the package's own event says of the chain's end."""
    rows = lines(package)
    del rows[dropped]
    write_lines(package, rows)
    assert EVENTS in wrong(check(package))


def test_a_whole_item_cannot_be_left_out(package: Path) -> None:
    """The file, its event and its entry vanish together; the recording's history still names it."""
    rows = lines(package)
    del rows[2]
    write_lines(package, rows)
    (package / TRAIL).unlink()
    edit(package / "files.json", lambda stated: stated["files"].pop())
    making.retag(package)
    found = said(check(package), "damaged")
    assert f"The file {making.handle(TRAIL)} is missing" in found


def test_events_cannot_change_places(package: Path) -> None:
    rows = lines(package)
    rows[1], rows[2] = rows[2], rows[1]
    write_lines(package, rows)
    assert "earlier in the log" in wrong(check(package))[EVENTS]


def test_an_event_cannot_stand_twice(package: Path) -> None:
    rows = lines(package)
    write_lines(package, [*rows[:2], *rows[1:]])
    assert "Line 3" in wrong(check(package))[EVENTS]


def test_events_of_another_log_do_not_get_in(package: Path, tmp_path: Path) -> None:
    other = making.make_package(tmp_path / "other")
    (package / EVENTS).write_bytes(other.jsonl())
    making.retag(package)
    assert EVENTS in wrong(check(package))


def test_a_checkpoint_of_another_state_does_not_fit(package: Path, tmp_path: Path) -> None:
    other = making.make_package(tmp_path / "other")
    (package / CHECKPOINT).write_text(other.checkpoint())
    making.retag(package)
    assert EVENTS in wrong(check(package))


def test_a_checkpoint_signed_under_another_name_is_refused(package: Path) -> None:
    stranger = Signer("plainview/other", bytes(32))
    (package / CHECKPOINT).write_text(stranger.sign((package / CHECKPOINT).read_text().split("\n\n")[0] + "\n"))
    edit(package / "keys.json", lambda keys: keys.update(vkey=stranger.vkey))
    making.retag(package)
    assert "No key of the log 'plainview/test' has signed it" in wrong(check(package))[CHECKPOINT]


def test_a_policy_text_cannot_be_exchanged(package: Path) -> None:
    (package / POLICY).write_bytes(making.POLICY.replace(b"180 days", b"18 days"))
    making.retag(package)
    found = wrong(check(package))[POLICY]
    assert "not the one that was put into this package" in found
    assert "does not have the hash that its name says" in found


def test_a_policy_that_events_name_must_be_inside(package: Path) -> None:
    (package / POLICY).unlink()
    making.retag(package)
    report = check(package)
    assert "The policy text is missing: event 1 (evidence.file.stored) was done under it." in said(report, "damaged")


def test_a_withheld_field_leaves_the_rest_verified(package: Path) -> None:
    """What a department may not hand out is replaced by its digest; the event still fits its leaf."""
    rows = lines(package)
    rows[5]["body"] = event.withhold(rows[5]["body"].encode(), ["actor", "reason"]).decode()
    write_lines(package, rows)
    assert check(package)["exit"] == 0


def test_a_withheld_body_of_a_file_leaves_the_file_unproved(package: Path) -> None:
    rows = lines(package)
    rows[1]["body"] = None
    write_lines(package, rows)
    assert "withheld" in wrong(check(package))[MEDIA]


@pytest.mark.parametrize(
    ("lie", "value"),
    [("chunk_root", "00" * 32), ("size", 14), ("sha256", "00" * 32), ("name", "other.mp4"), ("recording", "00" * 16)],
)
def test_a_log_that_states_something_else_of_a_file_is_found_out(tmp_path: Path, lie: str, value: Any) -> None:
    making.make_package(tmp_path / "package", **{lie: value})
    found = wrong(check(tmp_path / "package"))
    assert f"Its {lie.replace('_', ' ')} is not the one in event 1" in found[MEDIA]


@pytest.mark.parametrize(("lie", "value"), [("hash_hmac", "00" * 32), ("hash_salt", "zz"), ("hash_salt", 7)])
def test_the_public_commitment_of_a_file_is_checked(tmp_path: Path, lie: str, value: Any) -> None:
    making.make_package(tmp_path / "package", **{lie: value})
    found = wrong(check(tmp_path / "package"))
    assert "does not commit to its hash" in found[MEDIA]


def test_original_names_may_be_anything(tmp_path: Path) -> None:
    making.make_package(tmp_path / "package", name="../../etc/pass\nwd \u202e 🎥")
    found = said(check(tmp_path / "package"), "damaged")
    assert "Its name is not the one in event" in found  # the list of files says AXON_1.mp4


def test_files_of_many_chunks_are_hashed_on_two_threads_to_the_same_end(tmp_path: Path) -> None:
    sizes = [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 7 << 20, (5 << 20) + 12345]
    contents = {f"data/{size}.mp4": bytes(range(251)) * (size // 251) + b"x" * (size % 251) for size in sizes}
    making.make_package(tmp_path / "package", contents)
    assert check(tmp_path / "package")["exit"] == 0
    with (tmp_path / f"package/data/{7 << 20}.mp4").open("r+b") as file:
        file.seek(5 << 20)
        file.write(b"!")
    making.retag(tmp_path / "package")
    assert f"data/{7 << 20}.mp4" in wrong(check(tmp_path / "package"))


def test_a_slow_second_thread_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A buffer must not be filled again while its chunk is still being hashed."""

    class Slow(ChunkTree):
        def update(self, data: bytes | bytearray | memoryview) -> None:
            time.sleep(0.01)
            super().update(data)

    contents = {f"data/{n}.mp4": b"".join(bytes([n + i]) * (1 << 20) for i in range(12)) for n in range(2)}
    making.make_package(tmp_path / "package", contents)
    monkeypatch.setattr(reading, "ChunkTree", Slow)
    assert wrong(check(tmp_path / "package")) == {}


def test_the_body_of_the_packages_own_event_must_be_there(package: Path) -> None:
    rows = lines(package)
    rows[-1]["body"] = None
    write_lines(package, rows)
    assert "exactly one event of a package's building" in wrong(check(package))[EVENTS]


def test_a_stripped_package_is_called_what_it_then_is(package: Path) -> None:
    """Whoever takes the history away is left with an ordinary bag, and the answer says that nothing is proved."""
    for name in making.listing(package, payload=False):
        if name not in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt"):
            (package / name).unlink()
    (package / "proof/policy").rmdir()
    (package / "proof").rmdir()
    making.retag(package)
    report = check(package)
    assert report["exit"] == 0
    assert report["kind"] == "a bag (BagIt 1.0), not one of Plainview's packages"
    assert "nothing is said about where its files come from" in said(report, "notice")
    assert report["proves"] == ["Nothing in the folder was changed since its lists of hashes were written."]
