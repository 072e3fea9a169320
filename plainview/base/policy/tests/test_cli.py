"""`plainview policy …`."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from plainview.base.custody.history import history
from plainview.base.policy.cli import policy
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, SHORTER, a_class, later, line_of, with_slip


@pytest.fixture
def house_file(tmp_path: Path) -> Path:
    return write(tmp_path / "house.toml", HOUSE)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(policy, [str(w) for w in words])


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_check_names_file_line_and_clause_of_every_error(db: None, tmp_path: Path) -> None:
    text = with_slip('add_class = "criminal"', 'add_class = "x"', with_slip('"180 days"', '"180 dayz"'))
    file = write(tmp_path / "bad.toml", text)
    result = run("check", file)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f'{file}:{line_of(text, "dayz")}: clause V.3: `keep` = "180 dayz"')
    assert lines[1].startswith(f"{file}:{line_of(text, 'add_class')}: clause V.6: ")
    assert lines[2] == "2 problems: this text can't be a policy yet."


def test_check_as_json(db: None, tmp_path: Path, house_file: Path) -> None:
    bad = run("check", write(tmp_path / "bad.toml", with_slip('"180 days"', '"0 days"')), "--json")
    assert bad.exit_code == 1
    assert told(bad)["ok"] is False
    assert [(p["line"], p["clause"]) for p in told(bad)["problems"]] == [(line_of(HOUSE, '"180 days"'), "V.3")]
    good = run("check", house_file, "--json")
    assert good.exit_code == 0
    assert told(good)["ok"] is True
    assert [c["id"] for c in told(good)["classes"]] == ["unclassified", "non-evidentiary", "criminal"]
    assert told(good)["classes"][2] == {
        "id": "criminal",
        "name": "criminal",
        "clause": "V.4",
        "keep": "90 days",
        "from": "matter concluded",
        "matter_kinds": ["criminal"],
        "review": True,
    }


def test_check_says_what_it_found(db: None) -> None:
    result = run("check", KANSAS_CITY)
    assert result.exit_code == 0
    assert "11 classes, 3 rules, activation by clause III.A, 46 clauses (20 sourced, 26 proposal)" in result.stdout
    assert "adopted by the Board of Police Commissioners, on 2021-03-23, effective 2021-04-01" in result.stdout


def test_check_says_what_is_odd_and_what_it_would_shorten(in_force: PolicyVersion, tmp_path: Path) -> None:
    text = later("2026-12", SHORTER) + a_class("homicide", '"forever"')
    result = run("check", write(tmp_path / "next.toml", text))
    assert result.exit_code == 0
    assert 'Class "homicide" is kept forever' in result.stdout
    assert "would be kept 90 days instead of 180 days" in result.stdout
    assert "it may take effect on 2026-12-23 at the earliest" in result.stdout
    harmless = run("check", write(tmp_path / "longer.toml", later("2026-12", LONGER)))
    assert "shortens nothing" in harmless.stdout


@pytest.mark.parametrize("command", ["check", "adopt"])
def test_a_file_that_is_not_there(db: None, tmp_path: Path, command: str) -> None:
    result = run(command, tmp_path / "none.toml")
    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr


def test_adopt_puts_it_in_force_and_into_the_log(today: date, db: None, house_file: Path) -> None:
    result = run("adopt", house_file, "--vote", "5-0", "--minutes", "item 7", "--effective", "2021-05-01")
    assert result.exit_code == 0, result.stderr
    version = PolicyVersion.objects.get()
    assert (version.effective, version.vote, version.minutes) == (date(2021, 5, 1), "5-0", "item 7")
    assert "in force from 2021-05-01" in result.stdout
    assert version.hash in result.stdout
    event = history(version.handle)[0]
    assert event.place.index == 0  # in the log already, without a worker


def test_adopt_takes_what_the_text_leaves_open(today: date, db: None, tmp_path: Path) -> None:
    text = with_slip('adopted_by = "Board of Police Commissioners"\n', "", later("2021-03"))
    file = write(tmp_path / "open.toml", text)
    refused = run("adopt", file)
    assert (refused.exit_code, "adopting body" in refused.stderr) == (1, True)
    taken = run("adopt", file, "--by", "City Council", "--on", "2026-11-02", "--effective", "2026-12-01", "--json")
    assert taken.exit_code == 0, taken.stderr
    assert told(taken)["adopted_by"] == "City Council"
    assert (told(taken)["adopted_on"], told(taken)["effective"]) == ("2026-11-02", "2026-12-01")


def test_adopt_says_that_a_practice_is_older_than_its_vote(today: date, db: None, house_file: Path) -> None:
    result = run("adopt", house_file, "--effective", "2020-01-01")
    assert "Note: it counts as in force before the vote of 2021-03-23." in result.stdout


def test_adopt_refuses_with_the_reason(in_force: PolicyVersion, house_file: Path, tmp_path: Path) -> None:
    again = run("adopt", house_file, "--json")
    assert again.exit_code == 1
    assert told(again)["refused"].startswith("This very text is adopted already")
    shorter = run("adopt", write(tmp_path / "s.toml", later("2026-12", SHORTER)), "--effective", "2026-12-01")
    assert shorter.exit_code == 1
    assert "30 days of notice" in shorter.stderr
    bad = run("adopt", write(tmp_path / "bad.toml", with_slip('"180 days"', '"180 dayz"')))
    assert bad.exit_code == 1
    assert "clause V.3" in bad.stderr
    assert PolicyVersion.objects.get() == in_force


def test_show_without_a_policy_says_what_to_do(today: date, db: None) -> None:
    result = run("show")
    assert result.exit_code == 1
    assert result.stderr == "No policy is in force on 2026-11-23. Adopt one: plainview policy adopt F\n"
    assert told(run("show", "--json")) == {}


def test_show_prints_the_text_in_force_or_another(in_force: PolicyVersion, tmp_path: Path) -> None:
    shown = run("show").stdout
    assert "non-evidentiary: 180 days from the day it was recorded, by clause V.3" in shown
    assert "After ARREST or CITATION or FORCE: add class criminal and open a criminal case, by clause V.6" in shown
    assert run("show", "--on", "2021-03-31").exit_code == 1
    assert told(run("show", "--json"))["sha256"] == in_force.hash
    assert run("show", "--version", in_force.hash[:10], "--text").stdout_bytes == HOUSE.encode()
    assert "neither a file nor a version" in run("show", "--version", "1999").stderr


def test_versions_lists_them_all(in_force: PolicyVersion, tmp_path: Path) -> None:
    assert "2021-03" in run("versions").stdout
    assert told(run("versions", "--json"))[0]["standing"] == "In force"
    run("versions", "--csv", tmp_path / "v.csv")
    with (tmp_path / "v.csv").open(encoding="utf-8") as rows:
        assert [row["sha256"] for row in csv.DictReader(rows)] == [in_force.hash]


def test_versions_of_an_empty_installation_say_what_to_do(db: None, tmp_path: Path) -> None:
    assert "No version is entered yet" in run("versions").stdout
    assert told(run("versions", "--json")) == []
    assert run("versions", "--csv", tmp_path / "v.csv").exit_code == 0


def test_diff_compares_files_and_versions(in_force: PolicyVersion, tmp_path: Path) -> None:
    file = write(tmp_path / "next.toml", later("2026-12", SHORTER))
    shown = run("diff", "2021-03", file).stdout
    assert "- non-evidentiary: 180 days from" in shown
    assert "+ non-evidentiary: 90 days from" in shown
    assert "It shortens:" in shown
    as_json = told(run("diff", "2021-03", file, "--json"))
    assert [(r["subject"], r["effect"]) for r in as_json["classes"]] == [("non-evidentiary", "shorter")]
    assert as_json["clauses"] == []
    same = run("diff", file, file).stdout
    assert "Nothing is different." in same
    assert "It shortens nothing." in same
    assert run("diff", file, "1999").exit_code == 1
