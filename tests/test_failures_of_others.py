"""What went wrong elsewhere, tried on a running installation by the commands alone.

Oakland lost a quarter of its video to a changed setting; a default class would have purged what nobody had classed; a
ticketed stop was left as nothing; a case that was appealed had lost its hold.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.place import Place

POLICY = """[policy]
id = "recorded-media"
version = "2026-01"
adopted_by = "Board of Police Commissioners"
adopted_on = 2024-01-01
effective = 2024-01-01
[[class]]
id = "unclassified"
clause = "V.1"
keep = "forever"
[[class]]
id = "non-evidentiary"
clause = "V.3"
keep = "180 days"
from = "recorded"
[[class]]
id = "citation"
clause = "V.5"
keep = "2 years"
from = "recorded"
[[class]]
id = "criminal"
clause = "V.4"
keep = "90 days"
from = "matter concluded"
matter_kinds = ["criminal"]
[[rule]]
clause = "V.6"
when = { disposition = ["CITATION"] }
add_class = "citation"
"""
SHORTER = POLICY.replace("180 days", "30 days").replace('version = "2026-01"', 'version = "2026-02"')
TODAY = datetime.now(ZoneInfo("America/Chicago")).date()


def on(days_ago: int) -> str:
    return f"{TODAY - timedelta(days=days_ago)}T18:00:00Z"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Eight recordings of 60 and of 200 days ago, some without a class, one of a ticketed stop."""
    made = Place(tmp_path_factory.mktemp("failures"))
    made.run("policy", "adopt", made.file("policy.toml", POLICY))
    made.run("roster", "import", made.file("roster.csv", (
        "badge,name,unit,rank,supervisor_badge,from,to\n101,Ann Example,Squad 1,Officer,,2024-01-01,\n"
    )))  # fmt: skip
    rows = ["recording_id,badge,camera_serial,kind,vehicle,trigger_on,start,stop,uploaded,class,call_id"]
    for name, age, of_class, call in (
        ("young1", 60, "non-evidentiary", ""), ("young2", 60, "non-evidentiary", ""),
        ("old", 200, "non-evidentiary", ""),
        ("untagged", 200, "", ""), ("ticket", 200, "non-evidentiary", "T1"), ("case", 200, "criminal", "K1"),
    ):  # fmt: skip
        rows.append(
            f"{name},101,B1,body,,{on(age)},{on(age)},{on(age).replace('T18', 'T19')},{on(age)},{of_class},{call}"
        )
    made.run("recordings", "import", made.file("recordings.csv", "\n".join(rows) + "\n"), "--map", "plainview")
    return made


def due(place: Place) -> dict[str, str]:
    return {row["recording_id"]: row["due"] for row in place.rows("retention", "due", "--on", str(TODAY))}


def test_oakland_a_shorter_rule_is_seen_before_the_vote_and_reaches_nothing_back(place: Place) -> None:
    before = due(place)
    draft = place.file(
        "shorter.toml", SHORTER.replace("effective = 2024-01-01", "").replace("adopted_on = 2024-01-01", "")
    )
    told = json.loads(place.run("policy", "simulate", draft, "--json"))
    assert told["as_if"]["newly_due"]["recordings"] == 2  # young1 and young2
    assert told["as_adopted"]["newly_due"]["recordings"] == 0
    assert [change["subject"] for change in told["shortens"]] == ["non-evidentiary"]
    assert due(place) == before, "asking changes nothing"
    later = TODAY + timedelta(days=40)
    text = SHORTER.replace("effective = 2024-01-01", f"effective = {later}").replace(
        "adopted_on = 2024-01-01", f"adopted_on = {TODAY}"
    )
    place.run("policy", "adopt", place.file("adopted.toml", text))
    rows = {r["recording_id"]: r for r in place.rows("retention", "due", "--on", str(later))}
    assert rows["young1"]["due"] == "false", "what was promised 180 days keeps them"


def test_a_default_class_purges_nothing_that_nobody_has_classed(place: Place) -> None:
    assert due(place)["untagged"] == "false"
    far = {r["recording_id"]: r for r in place.rows("retention", "due", "--on", str(TODAY + timedelta(days=3650)))}
    assert (far["untagged"]["due"], far["untagged"]["keep_until"]) == ("false", "forever")


def test_a_ticketed_stop_left_as_nothing_is_raised_by_the_feed(place: Place) -> None:
    assert due(place)["ticket"] == "true"
    head = "call_id,call_type,priority,badge,dispatched,arrived,cleared,disposition,self_initiated,lat,lon\n"
    row = f"T1,STOP,2,101,{on(200)},,{on(200).replace('T18', 'T19')},CITATION,yes,,\n"
    place.run("calls", "import", place.file("calls.csv", head + row), "--map", "plainview")
    assert due(place)["ticket"] == "false"
    found = next(r for r in place.rows("retention", "due", "--on", str(TODAY)) if r["recording_id"] == "ticket")
    assert "citation" in found["classes"].split(";")


def test_a_case_that_is_appealed_holds_again(place: Place) -> None:
    head = "matter_id,kind,agency,status,status_on,reason,call_id,recording_id\n"
    for status, day, held in (
        ("concluded", TODAY - timedelta(days=120), ""), ("appealed", TODAY - timedelta(days=10), "K-1"),
    ):  # fmt: skip
        row = f"K-1,criminal,Sample County Prosecutor,{status},{day},,,case\n"
        place.run("matters", "import", place.file("matters.csv", head + row))
        found = next(r for r in place.rows("retention", "due", "--on", str(TODAY)) if r["recording_id"] == "case")
        assert (found["held_by"], found["due"]) == (held, "false" if held else "true")
