"""`plainview sweep` and `plainview storage check`: one command for leftovers, files and books."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from plainview.duties.retention.books import cli, tasks
from plainview.duties.retention.books.models import Book
from plainview.duties.retention.books.tests.conftest import Held, path_of

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(cli.sweep)
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout


def test_leftovers_and_books_in_one_answer(held: Held) -> None:
    code, out = run("--json", "--grace", "0")
    told = json.loads(out)
    assert (code, told["removed"], told["books"]["balanced"], told["books"]["items_in"]) == (0, 0, True, 3)


def test_an_alarm_is_printed_and_ends_with_one(held: Held) -> None:
    path_of(held.named).unlink()
    code, out = run()
    assert code == 1
    for part in (
        "ALARM",
        "is missing from the shelf",
        "letter drafted to Jackson County Prosecutor",
        "The books balance",
    ):
        assert part in out


def test_check_leaves_leftovers_and_history_alone(held: Held) -> None:
    result = CliRunner().invoke(cli.storage, ["check", "--budget", "0", "--json"])
    assert (result.exit_code, json.loads(result.stdout)["unread"]) == (0, 3)


def test_status_says_what_lies_where(held: Held) -> None:
    result = CliRunner().invoke(cli.storage, ["status", "--json"])
    (shelf,) = json.loads(result.stdout)["shelves"]
    assert (shelf["shelf"], shelf["items"], shelf["current"], shelf["reachable"]) == ("data", 3, True, True)


def test_status_writes_a_table(held: Held, tmp_path: Path) -> None:
    CliRunner().invoke(cli.storage, ["status", "--csv", str(tmp_path / "shelves.csv")])
    header, line = (tmp_path / "shelves.csv").read_text().splitlines()
    assert (header.split(",")[0], line.split(",")[0]) == ("shelf", "data")


def test_it_runs_by_itself_at_night(held: Held) -> None:
    tasks.sweep_books(timestamp=0)
    tasks.finish(timestamp=0)
    assert Book.objects.get().balanced
