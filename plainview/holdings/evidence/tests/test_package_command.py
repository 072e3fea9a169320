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
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests.making import events, footage


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
