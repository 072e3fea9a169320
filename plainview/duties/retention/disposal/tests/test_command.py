"""`plainview disposal …`: what stands where, and going on without a worker; nobody approves from here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plainview.duties.retention.disposal import actions
from plainview.duties.retention.disposal.cli import disposal
from plainview.duties.retention.disposal.models import Batch
from plainview.duties.retention.disposal.tests.conftest import Old

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(disposal, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_an_empty_department_is_told_what_to_do(old: Old) -> None:
    assert "plainview retention due" in run("list")
    assert "Nobody has begun anything" in run("run")
    assert "There is no disposal 9" in run("show", "9", code=1)


def test_from_the_list_to_the_certificate(old: Old, tmp_path: Path) -> None:
    assert "there is no account nobody" in run("draft", "--by", "nobody", code=1)
    assert "for commanders and evidence technicians" in run("draft", "--by", "alice", code=1)
    assert "3 recordings. Review it next." in run("draft", "--by", "tess")
    assert "Nothing more is due" in run("draft", "--by", "tess", code=1)
    batch = Batch.objects.get()
    assert "Look twice: Nothing was destroyed in the month before" in run("show", str(batch.pk))
    old.approved(actions.announce(batch, old.tess, reason="Looked at."))
    told = json.loads(run("show", str(batch.pk), "--json"))
    assert (told["state"], told["approvals"], told["why_not_now"]) == ("announced", 2, [])
    assert "approve" not in run("--help").split("Commands")[-1]
    run("list", "--csv", str(tmp_path / "all.csv"))
    assert (tmp_path / "all.csv").read_text().count("announced") == 2  # its column, and its state


def test_what_was_begun_is_gone_on_with(old: Old) -> None:
    batch = old.begun()
    assert f"Disposal {batch.pk}: finished." in run("run")
    assert json.loads(run("list", "--json"))["state"] == "finished"
