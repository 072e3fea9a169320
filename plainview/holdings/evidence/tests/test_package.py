"""A package stands on its own: other people's tools accept it, our verifier proves it, and it is all or nothing."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import bagit
import pytest

from conftest import Department
from plainview.base.custody.models import Event, Item
from plainview.base.media.facts import Facts
from plainview.base.policy.actions import adopt
from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Damaged
from plainview.holdings.evidence.actions import note_play, register, set_classes
from plainview.holdings.evidence.actions.holding import place_hold
from plainview.holdings.evidence.imports.matters import link_recordings
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.package import Built, CannotBuild, build_package, building
from plainview.holdings.evidence.package.bag import BagWriter
from plainview.holdings.evidence.package.tags import write_verifier
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.evidence.tests.making import events, footage, later, video
from plainview.holdings.incidents.actions.matters import open_matter
from plainview.holdings.incidents.rules import Standing

POLICY = b"""[policy]
id = "example"
version = "1"
adopted_by = "Board"
adopted_on = 2026-01-02
effective = 2026-01-02
[[class]]
id = "unclassified"
clause = "1"
keep = "forever"
[[class]]
id = "routine"
clause = "2"
keep = "180 days"
from = "recorded"
"""
STRANGE = "../Zoë\n🎥 100%.mp4"
CONTENT = bytes(range(256)) * 9000  # three chunks


@pytest.fixture
def recordings(department: Department) -> list[Recording]:
    """Two recordings of Alice's: one with two files, one with a name that no disk would take; under a policy."""
    adopt(POLICY, actor="system:test")
    first = footage(department.alice, content=CONTENT, name="AXON_1.mp4", facts=video(press="P", sequence=1)).recording
    part(department, 2)
    second = footage(department.alice, content=b"another", name=STRANGE, start=later(9000)).recording
    set_classes(first.pk, ["routine"], actor=department.alice.actor, reason="a walk")
    first.refresh_from_db()
    assert first.files.count() == 2
    return [first, second]


def part(department: Department, number: int) -> None:
    """A further file of the first recording."""
    facts = video(press="P", sequence=number)
    footage(
        department.alice,
        content=b"part %d" % number,
        name=f"AXON_1_{number}.mp4",
        start=later(10 * number),
        facts=facts,
    )


@pytest.fixture
def built(recordings: list[Recording], tmp_path: Path) -> Built:
    return build_package(recordings, tmp_path / "package", "system:command")


def verify(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-I", "-S", str(folder / "verify.pyz"), str(folder), "--json", *options]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def wrong(report: dict[str, Any]) -> dict[str, str]:
    return {check["where"]: check["sentence"] for check in report["checks"] if check["status"] == "damaged"}


def test_its_own_verifier_proves_it_on_a_bare_python(built: Built, recordings: list[Recording]) -> None:
    code, report = verify(built.folder)
    assert (code, wrong(report)) == (0, {})
    sentences = " ".join(check["sentence"] for check in report["checks"])
    assert f"{built.files} files" in report["kind"]
    assert f"How long {len(recordings)} recordings are to be kept" in sentences
    assert "text of every policy that the events name is inside (1 policy)" in sentences


def test_the_trust_file_of_the_department_holds(built: Built, tmp_path: Path) -> None:
    vkey = json.loads((built.folder / "keys.json").read_text())["vkey"]
    (tmp_path / "trust").write_text(vkey + "\n")
    assert verify(built.folder, "--trust", str(tmp_path / "trust"))[0] == 0


def test_the_library_of_congress_accepts_it(built: Built) -> None:
    bag = bagit.Bag(str(built.folder))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == built.handle
    assert bag.info["Source-Organization"] == "Testville Police Department"
    assert bag.has_oxum()


def test_the_three_commands_of_the_page_accept_it(built: Built) -> None:
    """Taken from the page as a reader would: no program of ours takes part."""
    page = (built.folder / "README.txt").read_text()
    commands = re.findall(r"^   (sha256sum .*|sed .*\\\n(?:   .*\\\n)*   openssl .*)$", page, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(["sh", "-c", command], cwd=built.folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (command, done.stderr)
    assert "Signature Verified Successfully" in done.stdout


def test_the_three_commands_refuse_what_was_changed(built: Built) -> None:
    page = (built.folder / "README.txt").read_text()
    commands = re.findall(r"^   (sha256sum .*|sed .*\\\n(?:   .*\\\n)*   openssl .*)$", page, re.MULTILINE)
    media = next((built.folder / "data").rglob("*.mp4"))
    media.write_bytes(media.read_bytes() + b"!")
    checkpoint = built.folder / "proof/checkpoint"
    checkpoint.write_text(
        re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found[1]) + 1}\n", checkpoint.read_text(), count=1)
    )
    for command in commands:
        assert subprocess.run(["sh", "-c", command], cwd=built.folder, capture_output=True, timeout=60).returncode != 0


SPOIL_EACH = """
import contextlib, io, json, pathlib, sys
sys.path.insert(0, sys.argv[1])
from plainview.verify.command import main
folder, passed = pathlib.Path(sys.argv[2]), []
for path in sorted(path for path in folder.rglob("*") if path.is_file()):
    whole = path.read_bytes()
    for at in (0, len(whole) // 3, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main([str(folder), "--json"])
        named = [c["where"] for c in json.loads(out.getvalue())["checks"] if c["status"] == "damaged"]
        if code != 1 or str(path.relative_to(folder)) not in named:
            passed.append([str(path), at, code, named])
    path.write_bytes(whole)
print(json.dumps([passed, main([str(folder), "--json"])])[-4000:], file=sys.stderr)
"""


def test_a_changed_byte_in_any_file_is_named(built: Built, tmp_path: Path) -> None:
    """First, in the middle and last byte of each, verify.pyz included, by an untouched verifier."""
    shutil.copy(built.folder / "verify.pyz", tmp_path / "good.pyz")
    command = [sys.executable, "-I", "-S", "-c", SPOIL_EACH, str(tmp_path / "good.pyz"), str(built.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert json.loads(done.stderr) == [[], 0]


def test_an_exchanged_verifier_is_named_by_a_good_one(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.folder / "verify.pyz", tmp_path / "good.pyz")
    (built.folder / "verify.pyz").write_text("print('Result: everything inside holds.')\n")
    done = subprocess.run([sys.executable, tmp_path / "good.pyz", built.folder, "--json"], capture_output=True)
    assert "verify.pyz" in wrong(json.loads(done.stdout))


def test_the_media_are_what_was_stored_and_their_names_are_kept_exactly(
    built: Built, recordings: list[Recording]
) -> None:
    stated = json.loads((built.folder / "files.json").read_text())["files"]
    files = {file.handle: file for each in recordings for file in each.files.all()}
    assert {row["handle"] for row in stated} == files.keys()
    for row in stated:
        file = files[row["handle"]]
        assert row["name"] == file.name
        assert re.fullmatch(r"data/[A-Za-z0-9_-]+/[A-Za-z0-9._-]+", row["path"])
        with storage.open_object(file.object) as reader:
            assert (built.folder / row["path"]).read_bytes() == b"".join(reader.stream())
    assert any("🎥" in row["name"] for row in stated)


def test_the_building_is_in_the_log_before_the_hand_over(built: Built, recordings: list[Recording]) -> None:
    ((kind, facts),) = events(built.handle)
    assert kind == "evidence.package.built"
    assert facts["actor"] == "system:command"
    assert facts["recordings"] == [each.handle for each in sorted(recordings, key=lambda each: each.pk)]
    assert facts["files"] == built.files
    assert facts["heads"] == dict(Item.objects.filter(handle__in=facts["heads"]).values_list("handle", "n"))
    for each in recordings:
        kind, facts = events(each.handle)[-1]
        assert (kind, facts["package"]) == ("evidence.recording.packaged", built.handle)


def test_a_reading_that_goes_on_is_in_the_history(
    recordings: list[Recording], department: Department, tmp_path: Path
) -> None:
    file = recordings[0].files.order_by("start").first()
    assert file is not None
    note_play(department.sam, file, "media", (0, 100))
    built = build_package(recordings[:1], tmp_path / "package", "system:command")
    rows = [json.loads(line) for line in (built.folder / "proof/events.jsonl").read_text().splitlines()]
    kinds = [json.loads(row["leaf"])["k"] for row in rows]
    assert "evidence.file.played" in kinds
    assert kinds[-1] == "evidence.package.built"


def test_the_histories_are_told_in_plain_sentences(built: Built) -> None:
    text = (built.folder / "history.txt").read_text()
    assert "Alice changed the class from unclassified to routine, because: a walk." in text
    assert re.search(r"Recording [0-9a-f-]{36}\n   \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +1  A recording was opened", text)


def test_how_long_each_is_kept_is_stated_with_its_clause(built: Built) -> None:
    stated = json.loads((built.folder / "proof/retention.json").read_text())
    kept = {row["until"]: row["sentence"] for row in stated["recordings"]}
    assert "forever" in kept
    assert "2" in next(sentence for until, sentence in kept.items() if until.startswith("20"))


def test_an_account_hands_out_only_what_it_may_have(
    recordings: list[Recording], department: Department, tmp_path: Path
) -> None:
    allowed = [department.alice, department.sam, department.tess]
    refused = [department.bob, department.charlie, department.audrey, department.adam, department.nora]
    for account in refused:
        with pytest.raises(CannotBuild, match=f"{account.username} may hand out"):
            build_package(recordings, tmp_path / account.username, account.actor, account=account)
        assert list(tmp_path.iterdir()) == []
    assert not Event.objects.filter(kind="evidence.package.built").exists()
    for account in allowed:
        built = build_package(recordings[:1], tmp_path / account.username, account.actor, account=account)
        assert events(built.handle)[0][1]["actor"] == account.actor


def test_one_recording_out_of_reach_refuses_all(
    recordings: list[Recording], department: Department, tmp_path: Path
) -> None:
    other = footage(department.charlie, name="other.mp4", start=later(99_999)).recording
    with pytest.raises(CannotBuild, match=str(other.pk)):
        build_package([*recordings, other], tmp_path / "package", department.alice.actor, account=department.alice)


def test_what_is_held_elsewhere_and_nothing_at_all_cannot_be_packed(
    recordings: list[Recording], tmp_path: Path
) -> None:
    recordings[0].held_here = False
    with pytest.raises(CannotBuild, match="held elsewhere"):
        build_package(recordings, tmp_path / "package", "system:command")
    with pytest.raises(CannotBuild, match="at least one"):
        build_package([], tmp_path / "package", "system:command")


def test_nothing_is_ever_written_over(recordings: list[Recording], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    for name in ("full", "file", "link"):
        with pytest.raises(CannotBuild):
            build_package(recordings, tmp_path / name, "system:command")
    assert (tmp_path / "full/mine.txt").read_text() == (tmp_path / "file").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    assert build_package(recordings, tmp_path / "empty", "system:command").folder == tmp_path / "empty"
    assert build_package(recordings, tmp_path / "new/below", "system:command").folder.is_dir()


def nothing_left(folder: Path) -> bool:
    return not list(folder.iterdir())


def test_damaged_storage_leaves_no_folder_and_no_event(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise Damaged("segment 3 is not what was written")

    monkeypatch.setattr("plainview.holdings.evidence.package.media.storage.open_object", damaged)
    with pytest.raises(Damaged):
        build_package(recordings, tmp_path / "package", "system:command")
    assert nothing_left(tmp_path)
    assert not Event.objects.filter(kind="evidence.package.built").exists()


def test_other_bytes_in_storage_are_not_handed_out(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other:
        def __enter__(self) -> Other:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def stream(self) -> Iterator[bytes]:
            yield b"other bytes"

    monkeypatch.setattr("plainview.holdings.evidence.package.media.storage.open_object", lambda _: Other())
    with pytest.raises(Damaged, match="not those that were taken in"):
        build_package(recordings, tmp_path / "package", "system:command")
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("step", ["_write_proof", "_check", "sync_folder"])
def test_a_hand_over_that_fails_is_in_the_history_and_leaves_no_folder(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, step, full)
    with pytest.raises(OSError, match="No space"):
        build_package(recordings, tmp_path / "package", "system:command")
    handle = Item.objects.get(kind="package").handle
    assert [kind for kind, _ in events(handle)] == ["evidence.package.built", "evidence.package.abandoned"]
    assert nothing_left(tmp_path)


def test_a_package_that_does_not_stand_its_own_check_is_not_handed_over(
    recordings: list[Recording], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = BagWriter.finish

    def spoil(self: BagWriter) -> None:
        finish(self)
        (self.folder / "README.txt").write_text("changed behind our back")

    monkeypatch.setattr(BagWriter, "finish", spoil)
    with pytest.raises(CannotBuild, match=r"README\.txt: It was changed"):
        build_package(recordings, tmp_path / "package", "system:command")
    assert nothing_left(tmp_path)


def test_a_file_that_comes_meanwhile_stops_it(
    recordings: list[Recording], department: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = write_verifier

    def late(bag: BagWriter) -> None:
        part(department, 3)
        write(bag)

    monkeypatch.setattr(building, "write_verifier", late)
    with pytest.raises(CannotBuild, match="A file came to one of the recordings"):
        build_package(recordings, tmp_path / "package", "system:command")
    assert nothing_left(tmp_path)


def test_media_are_streamed_never_held(department: Department, tmp_path: Path) -> None:
    adopt(POLICY, actor="system:test")
    recording = footage(department.alice, content=bytes(48 << 20), name="long.mp4").recording
    tracemalloc.start()
    build_package([recording], tmp_path / "package", "system:command")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_without_any_policy_it_can_be_built_and_proved(department: Department, tmp_path: Path) -> None:
    recording = footage(department.alice, name="clip.mp4").recording
    built = build_package([recording], tmp_path / "package", "system:command")
    assert verify(built.folder)[0] == 0


def test_an_empty_file_is_evidence_too(department: Department, tmp_path: Path) -> None:
    kept = storage.put(io.BytesIO(b""), handle="ab" * 16, agency="home")
    facts, claims = (
        Facts(None, "application/octet-stream", role="other", problem="It is empty."),
        Claims(camera="BWC-1"),
    )
    made = register(stored=kept, facts=facts, name="empty.mp4", door="command", actor="system:test", claims=claims)
    built = build_package([made.recording], tmp_path / "package", "system:command")
    assert (built.files, built.size) == (1, 0)
    assert verify(built.folder)[0] == 0


def test_what_holds_is_stated_and_decided_once_more(
    recordings: list[Recording], department: Department, tmp_path: Path
) -> None:
    standing = Standing("open", date(2026, 7, 1), "charged")
    case = open_matter("CR-7", "criminal", standing, actor="system:test")
    complaint = open_matter("IA-7", "complaint", standing, actor="system:test")
    over = open_matter("CV-7", "civil", Standing("concluded", date(2026, 7, 1), "settled"), actor="system:test")
    pair = recordings[0].pk, recordings[0].handle
    link_recordings([(case, *pair), (complaint, *pair), (over, *pair)], actor="system:test", why="a secret")
    place_hold(recordings[1].pk, "claim of a neighbor", actor=department.alice.actor)
    built = build_package(recordings, tmp_path / "package", "system:command")
    assert verify(built.folder)[0] == 0
    first, second = json.loads((built.folder / "proof/retention.json").read_text())["recordings"]
    assert [(m["id"], m["kind"], m["status"]) for m in sorted(first["matters"], key=lambda m: m["kind"])] == [
        ("CR-7", "criminal", "open"),
        (complaint.handle[:8], "matter", "open"),
    ]
    assert "CR-7" in first["sentence"]
    assert (len(second["holds"]), second["holds"][0]["reason"]) == (1, "")
    inside = b"".join(each.read_bytes() for each in built.folder.rglob("*") if each.is_file())
    for private in (b"IA-7", b"a secret"):
        assert private not in inside
    lie = (built.folder / "proof/retention.json").read_text().replace('"status": "open"', '"status": "concluded"')
    (built.folder / "proof/retention.json").write_text(lie)
    assert verify(built.folder)[0] == 1
