"""`plainview package build` on a command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conftest import Department
from plainview.holdings.evidence.cli import package
from plainview.holdings.evidence.imports.matters import link_recordings
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.evidence.tests.making import events, footage
from plainview.holdings.incidents.actions.matters import open_matter
from plainview.holdings.incidents.rules import Standing


@pytest.fixture
def recording(department: Department) -> Recording:
    return footage(department.alice, name="clip.mp4").recording


def run(*arguments: object) -> Result:
    return CliRunner().invoke(package, ["build", *map(str, arguments)])


def test_the_administrator_of_the_machine_builds_and_it_is_said(recording: Recording, tmp_path: Path) -> None:
    done = run("--recording", recording.pk, "--to", tmp_path / "package")
    assert done.exit_code == 0, done.output
    assert "Built as the administrator of this machine" in done.stderr
    assert f"Check it with: plainview verify {tmp_path}/package" in done.stdout
    verifier = [sys.executable, str(tmp_path / "package/verify.pyz"), str(tmp_path / "package")]
    assert subprocess.run(verifier, capture_output=True).returncode == 0


def test_an_account_builds_within_its_rights(recording: Recording, tmp_path: Path) -> None:
    done = run("--recording", recording.pk, "--to", tmp_path / "package", "--as", "alice", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["files"] == 1
    assert "administrator" not in done.stderr
    assert events(told["package"])[0][1]["actor"].startswith("account:")
    refused = run("--recording", recording.pk, "--to", tmp_path / "other", "--as", "charlie")
    assert refused.exit_code == 1
    assert f"no recording {recording.pk} that charlie may hand out" in refused.stderr
    assert not (tmp_path / "other").exists()


def test_a_recording_is_named_by_id_handle_or_foreign_id(department: Department, tmp_path: Path) -> None:
    recording = footage(department.alice, name="clip.mp4").recording
    recording.external_id = "AX-77"
    recording.save(update_fields=["external_id"])
    for number, name in enumerate((recording.pk, recording.handle, "AX-77")):
        assert run("--recording", name, "--to", tmp_path / str(number)).exit_code == 0
    twice = run("--recording", recording.pk, "--recording", "AX-77", "--to", tmp_path / "twice", "--json")
    assert json.loads(twice.stdout)["files"] == 1


def test_what_is_wrong_is_said_with_what_to_do(recording: Recording, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x")
    for arguments, words in (
        (
            ("--recording", "nonsense", "--to", tmp_path / "a"),
            "There is no recording nonsense. Its id stands on its page",
        ),
        (("--recording", recording.pk, "--to", tmp_path / "full"), "is not empty. Name a new one"),
        (("--recording", recording.pk, "--to", tmp_path / "a", "--as", "mallory"), "no active account mallory"),
    ):
        done = run(*arguments)
        assert done.exit_code == 1
        assert words in " ".join(done.stderr.split())


def test_a_matter_is_packed_whole_and_what_others_hold_is_named(
    department: Department, recording: Recording, tmp_path: Path
) -> None:
    away = paper.recording(department.bob)
    case = open_matter("CR-1", "criminal", Standing("open", paper.DAY, "charged"), actor="system:test")
    link_recordings([(case, each.pk, each.handle) for each in (recording, away)], actor="system:test")
    done = run("--matter", "CR-1", "--to", tmp_path / "package", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["files"], [each["recording"] for each in told["missing"]]) == (1, [away.external_id])
    assert "held elsewhere" in told["missing"][0]["reason"]
    assert json.loads((tmp_path / "package/missing.json").read_text())["recordings"] == told["missing"]
    page = (tmp_path / "package/README.txt").read_text()
    assert f"Recording {away.external_id}" in page[page.index("NOT IN HERE") :]
    assert events(told["package"])[0][1]["matter"] == f"matter:{case.handle}"
    verifier = [sys.executable, str(tmp_path / "package/verify.pyz"), str(tmp_path / "package")]
    assert subprocess.run(verifier, capture_output=True).returncode == 0


def test_what_is_wrong_with_a_matter_is_said(department: Department, recording: Recording, tmp_path: Path) -> None:
    away = paper.recording(department.bob)
    for number, kind, tied in (("CR-1", "criminal", [away]), ("IA-1", "complaint", [recording])):
        matter = open_matter(number, kind, Standing("open", paper.DAY), actor="system:test")
        link_recordings([(matter, each.pk, each.handle) for each in tied], actor="system:test")
    to = ("--to", tmp_path / "a")
    for arguments, words in (
        (to, "one of the two"),
        (("--matter", "CR-1", "--recording", recording.pk, *to), "one of the two"),
        (("--matter", "CR-9", *to), "There is no matter CR-9."),
        (("--matter", "IA-1", "--as", "dina", *to), "There is no matter IA-1 that dina may see."),
        (("--matter", "CR-1", *to), "None of the 1 recordings of CR-1 is held here"),
        (("--recording", away.pk, *to), "is held elsewhere: ask its holder"),
    ):
        done = run(*arguments)
        assert done.exit_code == 1
        assert words in " ".join(done.stderr.split())
