"""Policies on a terminal and as JSON: everything that a text says, nothing that it does not."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from plainview.base.policy import actions, telling
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Problem, compare, parse
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, SHORTER, a_class, house, later


@pytest.fixture
def kansas_city(today: date, db: None) -> PolicyVersion:
    return actions.adopt(KANSAS_CITY.read_bytes(), actor=ACTOR, vote="5-0", minutes="item 7")


def test_a_problem_is_written_so_that_editors_jump_to_it() -> None:
    assert telling.problem(Path("a b.toml"), Problem(12, "V.3", "no")) == "a b.toml:12: clause V.3: no"
    assert telling.problem(Path("x.toml"), Problem(1, "", "no")) == "x.toml:1: no"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            HOUSE,
            "internally-recorded-digital-media 2021-03: 3 classes, 1 rule, activation by clause III.A, 0 clauses.",
            "It says: adopted by the Board of Police Commissioners, on 2021-03-23, effective 2021-04-01.",
        ),
        (
            '[policy]\nid = "p"\nversion = "1"\n' + a_class("unclassified", '"forever"', ""),
            "p 1: 1 class, 0 rules, no activation, 0 clauses.",
            "It names no adoption yet: a draft.",
        ),
    ],
)
def test_a_text_is_summed_up_in_three_lines(text: str, first: str, second: str) -> None:
    policy = parse(text)
    assert telling.summary(policy).splitlines() == [first, second, f"SHA-256 {policy.sha256}"]


def test_a_version_is_shown_whole(kansas_city: PolicyVersion) -> None:
    shown = telling.whole(kansas_city, parse(bytes(kansas_city.text)))
    head = shown.split("\n\n")[0].splitlines()
    assert head == [
        "Internally Recorded Digital Media Records Policy",
        "Version 2021-03, adopted",
        "Adopted by the Board of Police Commissioners on 2021-03-23, 5-0; in force from 2021-04-01",
        f"SHA-256 {kansas_city.hash}",
    ]
    assert "  After FORCE: add class force and open a force review, by clause V.7" in shown.splitlines()
    assert "V.2    Pre-check recordings are kept 30 days. [sourced]" in shown.splitlines()
    assert max(len(line) for line in shown.splitlines() if line.startswith(("V.", "       "))) <= telling.WIDTH


def test_a_draft_is_shown_without_a_vote(db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    shown = telling.whole(version, house())
    assert "Version 2021-03, draft" in shown
    assert "Adopted" not in shown


def test_a_text_as_json_says_everything(kansas_city: PolicyVersion) -> None:
    policy = parse(bytes(kansas_city.text))
    told = json.loads(json.dumps(telling.as_json(policy)))
    assert told["sha256"] == kansas_city.hash
    assert len(told["clauses"]) == 46
    assert told["clauses"][0]["status"] == "sourced"
    assert [c["id"] for c in told["classes"]] == [c.id for c in policy.classes]
    assert {c["from"] for c in told["classes"]} == {None, "recorded", "matter concluded"}
    assert told["rules"][0] == {
        "clause": "V.6",
        "dispositions": ["ARREST", "CITATION", "FORCE"],
        "add_class": "criminal",
        "open_matter": "criminal",
    }
    assert told["activation"]["upload_hours"] == 24
    assert told["notice"] == "30 days"


def test_a_version_as_json_says_where_it_stands(kansas_city: PolicyVersion) -> None:
    assert telling.version_as_json(kansas_city) == {
        "handle": kansas_city.handle,
        "id": "internally-recorded-digital-media",
        "version": "2021-03",
        "sha256": kansas_city.hash,
        "state": "adopted",
        "adopted_by": "Board of Police Commissioners",
        "adopted_on": "2021-03-23",
        "vote": "5-0",
        "minutes": "item 7",
        "effective": "2021-04-01",
    }


def test_a_comparison_lists_what_differs_and_only_that() -> None:
    before, after = house(), parse(later("2026-12", SHORTER) + a_class("citation", '"2 years"'))
    told = telling.comparison(compare(before, after), before, after).splitlines()
    assert told[0] == f"From 2021-03 ({before.sha256[:12]}) to 2026-12 ({after.sha256[:12]}):"
    assert "  non-evidentiary: changed (shorter)" in told
    assert "  citation: added" in told
    assert "    + citation: 2 years from the day it was recorded, by clause V.9" in told
    assert not [line for line in told if "unclassified" in line]
    assert told[-2:] == [
        "It shortens:",
        "  Class non-evidentiary would be kept 90 days instead of 180 days (clause V.3).",
    ]
    as_json = telling.comparison_as_json(compare(before, after))
    assert [r["subject"] for r in as_json["classes"]] == ["non-evidentiary", "citation"]
    assert as_json["shortens"] == [asdict(c) for c in compare(before, after).shortens]


def test_what_a_text_shortens_against_nothing_is_nothing() -> None:
    assert telling.changes_as_json(None, house()) == []
    assert telling.changes_as_json(house(), parse(later("2", LONGER))) == []
    assert len(telling.changes_as_json(house(), parse(later("2", SHORTER)))) == 1


def test_csv_survives_what_people_write(tmp_path: Path) -> None:
    rows: list[dict[str, str | None]] = [{"a": 'x, "y"\nz', "b": None}, {"a": "é", "b": "1"}]
    telling.write_csv(tmp_path / "r.csv", rows)
    with (tmp_path / "r.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == [{"a": 'x, "y"\nz', "b": ""}, {"a": "é", "b": "1"}]
