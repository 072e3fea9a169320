"""The commands: admin create, admin release, admin agency, roster import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.people import cli
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account, Officer
from plainview.base.people.roles import Role
from plainview.base.people.rules.rows import COLUMNS
from plainview.base.people.tests.browsing import log_in

pytestmark = pytest.mark.django_db
SECRET = "four-wheels-and-a-horn"
CHIEF = ["create", "--username", "chief", "--name", "Chief Tech"]


def admin(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli.admin, list(words), input=stdin)


def roster(*words: str) -> Result:
    return CliRunner().invoke(cli.roster, list(words))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n")
    return path


def test_it_makes_the_first_administrator_and_says_what_is_next(secret: Path) -> None:
    done = admin(*CHIEF, "--password-file", str(secret))
    assert done.exit_code == 0
    assert "plainview roster import" in done.stdout
    chief = Account.objects.get()
    assert chief.roles == {Role.ADMINISTRATOR}
    assert log_in("chief", SECRET)[1].status_code == 302
    event = history(chief.handle)[0]
    assert event.actor == cli.ACTOR
    assert "machine_user" in facts_of(event)["origin"]  # type: ignore[operator]


def test_the_password_may_come_through_a_pipe() -> None:
    assert admin(*CHIEF, "--password-file", "-", stdin=f"{SECRET}\n").exit_code == 0
    assert Account.objects.get().check_password(SECRET)


def test_it_answers_as_json(secret: Path) -> None:
    done = admin(*CHIEF, "--password-file", str(secret), "--json")
    assert json.loads(done.stdout)["roles"] == ["administrator"]


def test_there_is_one_first_administrator_unless_another_is_meant(secret: Path) -> None:
    admin(*CHIEF, "--password-file", str(secret))
    again = ["create", "--username", "second", "--name", "Second", "--password-file", str(secret)]
    refused = admin(*again)
    assert refused.exit_code == 1
    assert "There is an administrator already" in refused.stderr
    assert admin(*again, "--another").exit_code == 0


@pytest.mark.parametrize("password", ["short", "password", "12345678", "chief123"])
def test_a_weak_password_is_refused(password: str) -> None:
    done = admin(*CHIEF, "--password-file", "-", stdin=f"{password}\n")
    assert done.exit_code == 1
    assert "(the password)" in done.stderr
    assert not Account.objects.exists()


def test_it_never_asks_where_nobody_can_answer(secret: Path) -> None:
    for words, option in (
        (["create", "--name", "X", "--password-file", str(secret)], "--username"),
        (["create", "--username", "x", "--password-file", str(secret)], "--name"),
        (CHIEF, "--password-file"),
    ):
        done = admin(*words)
        assert done.exit_code == 1
        assert option in done.stderr


def test_a_password_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = admin(*CHIEF, "--password-file", str(tmp_path / "none"))
    assert done.exit_code == 1
    assert "No such file" in done.stderr


def test_a_lone_administrator_who_is_locked_is_released_by_command(department: Department) -> None:
    for _ in range(5):
        log_in("adam", "wrong")
    assert admin("release", "ADAM").exit_code == 0
    assert log_in("adam")[1].status_code == 302
    assert admin("release", "adam").exit_code == 1
    assert "no account" in admin("release", "nobody").stderr


def test_the_department_is_renamed(department: Department) -> None:
    assert admin("agency", " Otherville Police ").exit_code == 0
    assert home_agency().name == "Otherville Police"
    assert facts_of(history(home_agency().handle)[-1])["name"]["new"] == "Otherville Police"  # type: ignore[index,call-overload]
    assert admin("agency", " ").exit_code == 1


def test_a_roster_is_imported_and_told(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(",".join(COLUMNS) + "\n1,A,Central / Squad 1,Officer,,2024-01-01,\n")
    done = roster("import", str(path))
    assert done.exit_code == 0
    assert done.stdout == "roster.csv: 1 row. 1 new officer, 2 new units, 1 new assignment.\n"
    again = roster("import", str(path))
    assert again.exit_code == 0
    assert "Nothing changed" in again.stdout


def test_a_roster_import_answers_as_json(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(",".join(COLUMNS) + "\n1,A,Squad 1,Officer,,2024-01-01,\n")
    said = json.loads(roster("import", str(path), "--json").stdout)
    assert said == {
        "file": "roster.csv", "rows": 1, "officers": 1, "units": 1, "assignments": 1, "updated": 0, "closed": 0,
        "renamed": 0, "unchanged": 0, "changed": True,
    }  # fmt: skip


def test_a_bad_roster_is_refused_with_file_row_column(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(",".join(COLUMNS) + "\n1,A,U,,,2024-01-01,\n1,A,V,,,2024-01-01,\n2,B,U,,9,2024-01-01,\n")
    done = roster("import", str(path), "--json")
    assert done.exit_code == 1
    assert "roster.csv, row 3, column from: badge 1 is in two places" in done.stderr
    assert "Nothing was imported." in done.stderr
    said = json.loads(done.stdout)
    assert said["imported"] is False
    assert said["problems"][0]["row"] == 3
    assert not Officer.objects.exists()


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = roster("import", str(tmp_path / "none.csv"))
    assert done.exit_code == 1
    assert "No such file" in done.stderr
