"""A department of four officers, brought in by the commands alone, and worked out by hand.

What the house's contract says of every dispatch and every recording, column by column.
"""

from __future__ import annotations

import json

import pytest

from tests.place import Place

ROSTER = """badge,name,unit,rank,supervisor_badge,from,to
110,Sam Sample,Central / Squad 1,Sergeant,,2026-01-01,
101,Ann Example,Central / Squad 1,Officer,110,2026-01-01,
102,Ben Example,Central / Squad 1,Officer,110,2026-01-01,
103,Cal Example,Central / Squad 1,Officer,110,2026-01-01,
104,Dee Example,Central / Squad 1,Officer,110,2026-01-01,
"""
FLEET = """serial,kind,maker,model,badge,vehicle,from,to
B101,body,Sample,One,101,,2026-01-01,
B102,body,Sample,One,102,,2026-01-01,
B104,body,Sample,One,104,,2026-01-01,
"""
FAULTS = """serial,from,to,what
B104,2026-03-05T10:00:00-06:00,2026-03-05T18:00:00-06:00,no sound
"""
CALLS = """call_id,call_type,priority,badge,dispatched,arrived,cleared,disposition,self_initiated,lat,lon
c1,DISTURBANCE,2,101,2026-03-05T10:00:00-06:00,2026-03-05T10:10:00-06:00,2026-03-05T10:40:00-06:00,REPORT,no,,
c1,DISTURBANCE,2,102,2026-03-05T10:00:00-06:00,2026-03-05T10:12:00-06:00,2026-03-05T10:30:00-06:00,REPORT,no,,
c3,STATION REPORT,5,101,2026-03-05T11:00:00-06:00,2026-03-05T11:00:00-06:00,2026-03-05T11:20:00-06:00,REPORT,no,,
c4,DISTURBANCE,2,103,2026-03-05T12:00:00-06:00,2026-03-05T12:05:00-06:00,2026-03-05T12:30:00-06:00,REPORT,no,,
c5,DISTURBANCE,2,104,2026-03-05T12:00:00-06:00,2026-03-05T12:05:00-06:00,2026-03-05T12:30:00-06:00,REPORT,no,,
c6,DISTURBANCE,2,104,2026-03-06T12:00:00-06:00,2026-03-06T12:05:00-06:00,2026-03-06T12:30:00-06:00,REPORT,no,,
c7,ALARM,3,101,2026-03-06T09:00:00-06:00,,2026-03-06T09:05:00-06:00,CANCELLED,no,,
c8,TRAFFIC STOP,3,101,2026-03-06T13:50:00-06:00,2026-03-06T14:00:00-06:00,2026-03-06T15:00:00-06:00,ARREST,yes,,
c9,BARRICADE,1,102,2026-03-07T23:30:00-06:00,,2026-03-08T10:00:00-05:00,REPORT,no,,
c10a,DISTURBANCE,2,101,2026-03-07T07:50:00-06:00,2026-03-07T08:00:00-06:00,2026-03-07T08:20:00-06:00,REPORT,no,,
c10b,DISTURBANCE,2,101,2026-03-07T08:20:00-06:00,2026-03-07T08:25:00-06:00,2026-03-07T08:50:00-06:00,REPORT,no,,
"""
RECORDINGS = """recording_id,badge,camera_serial,kind,vehicle,trigger_on,start,stop,uploaded,class,call_id
r1,101,B101,body,,2026-03-05T10:10:30-06:00,2026-03-05T10:10:00-06:00,2026-03-05T10:40:00-06:00,2026-03-05T18:00:00-06:00,non-evidentiary,c1
r2,102,B102,body,,2026-03-05T10:14:00-06:00,2026-03-05T10:13:30-06:00,2026-03-05T10:29:00-06:00,2026-03-05T18:00:00-06:00,,c1
r81,101,B101,body,,2026-03-06T14:00:00-06:00,2026-03-06T14:00:00-06:00,2026-03-06T14:20:00-06:00,2026-03-06T18:00:00-06:00,non-evidentiary,c8
r82,101,B101,body,,2026-03-06T14:21:01-06:00,2026-03-06T14:21:01-06:00,2026-03-06T15:00:00-06:00,2026-03-06T18:00:00-06:00,,c8
r9,102,B102,body,,2026-03-07T23:30:00-06:00,2026-03-07T23:30:00-06:00,2026-03-08T10:00:00-05:00,2026-03-08T18:00:00-05:00,criminal,c9
r10,101,B101,body,,2026-03-07T08:00:00-06:00,2026-03-07T07:59:30-06:00,2026-03-07T08:50:00-06:00,2026-03-07T18:00:00-06:00,non-evidentiary,c10a
r11,101,B101,body,,,2026-02-01T08:00:00-06:00,2026-02-01T08:10:00-06:00,2026-02-01T18:00:00-06:00,no-such-class,
"""
MATTERS = """matter_id,kind,agency,status,status_on,reason,call_id,recording_id
m9,criminal,Sample County Prosecutor,concluded,2026-04-10,plea,,r9
m10,complaint,,open,2026-03-20,,c10a,
"""
POLICY = """[policy]
id = "recorded-media"
version = "2026-01"
adopted_by = "Board of Police Commissioners"
adopted_on = 2026-01-01
effective = 2026-01-01
[activation]
clause = "III.A"
late_start_seconds = 60
early_stop_seconds = 60
gap_seconds = 60
upload_hours = 24
exclude_call_types = ["STATION REPORT", "PHONE REPORT"]
cancelled_dispositions = ["CANCELLED"]
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
id = "criminal"
clause = "V.4"
keep = "90 days"
from = "matter concluded"
matter_kinds = ["criminal"]
review = true
[[rule]]
clause = "V.6"
when = { disposition = ["ARREST"] }
add_class = "criminal"
open_matter = "criminal"
"""
# call, badge: status, flags, reason, coverage, late, early, recordings
EXPECTED = {
    ("c1", "101"): ("recorded", "", "", "1.000", "30", "0", "r1"),
    ("c1", "102"): ("partial", "late_start", "", "0.861", "120", "60", "r2"),
    ("c3", "101"): ("excluded", "", "", "0.000", "", "", ""),
    ("c4", "103"): ("excused", "", "no_camera_issued", "0.000", "", "", ""),
    ("c5", "104"): ("excused", "", "camera_fault", "0.000", "", "", ""),
    ("c6", "104"): ("not_recorded", "", "", "0.000", "", "", ""),
    ("c7", "101"): ("excused", "", "cancelled", "0.000", "", "", ""),
    ("c8", "101"): ("partial", "gap", "", "0.983", "0", "0", "r81;r82"),
    ("c9", "102"): ("recorded", "", "", "1.000", "0", "0", "r9"),
    ("c10a", "101"): ("recorded", "", "", "1.000", "0", "0", "r10"),
    ("c10b", "101"): ("recorded", "", "", "1.000", "0", "0", "r10"),
}
# recording: due, keep_until, held_by, classes, clause
DUE = {
    "r1": ("true", "2026-09-01", "", "non-evidentiary", "V.3"),
    "r2": ("false", "forever", "", "unclassified", "V.1"),
    "r81": ("false", "until concluded", "c8-criminal", "criminal;non-evidentiary", "V.4"),
    "r82": ("false", "until concluded", "c8-criminal", "criminal", "V.4"),
    "r9": ("true", "2026-07-09", "", "criminal", "V.4"),
    "r10": ("false", "2026-09-03", "m10", "non-evidentiary", "V.3"),
    "r11": ("false", "forever", "", "no-such-class", ""),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("department"))
    made.run("policy", "adopt", made.file("policy.toml", POLICY))
    made.run("roster", "import", made.file("roster.csv", ROSTER))
    made.run("fleet", "import", made.file("fleet.csv", FLEET))
    made.run("fleet", "faults", made.file("faults.csv", FAULTS))
    made.run("recordings", "import", made.file("recordings.csv", RECORDINGS), "--map", "plainview")
    made.run("calls", "import", made.file("calls.csv", CALLS), "--map", "plainview")
    made.run("matters", "import", made.file("matters.csv", MATTERS))
    return made


def due(place: Place, on: str = "2026-12-31") -> dict[str, tuple[str, ...]]:
    columns = ("due", "keep_until", "held_by", "classes", "clause")
    found = place.rows("retention", "due", "--on", on)
    assert list(found[0]) == ["recording_id", *columns]
    return {row["recording_id"]: tuple(row[c] for c in columns) for row in found}


def test_what_is_due_is_what_was_worked_out_by_hand(place: Place) -> None:
    assert due(place) == DUE


def test_the_audit_is_what_was_worked_out_by_hand(place: Place) -> None:
    found = place.rows("activation", "audit", "--from", "2026-03-05", "--to", "2026-03-08")
    columns = ("status", "flags", "reason", "coverage", "late_start_s", "early_stop_s", "recording_ids")
    assert list(found[0]) == ["call_id", "badge", *columns, "clause"]
    said = {(row["call_id"], row["badge"]): tuple(row[c] for c in columns) for row in found}
    # seconds of a dispatch without footage are of no dispatch's clock: blank or 0, never a number that accuses
    blank = {key: tuple("" if n in (4, 5) and not v[6] else x for n, x in enumerate(v)) for key, v in said.items()}
    assert blank == EXPECTED
    assert {row["clause"] for row in found} == {"III.A"}


def test_the_days_of_an_audit_are_days_of_the_department(place: Place) -> None:
    found = place.rows("activation", "audit", "--from", "2026-03-07", "--to", "2026-03-07")
    assert sorted(row["call_id"] for row in found) == ["c10a", "c10b", "c9"]


def test_an_audit_changes_nothing_about_what_is_due(place: Place) -> None:
    place.rows("activation", "audit", "--from", "2026-03-05", "--to", "2026-03-08")
    assert due(place) == DUE


def test_an_appeal_holds_again_and_its_end_starts_the_clock_anew(place: Place) -> None:
    appealed = MATTERS.replace("concluded,2026-04-10,plea", "appealed,2026-05-01,notice of appeal")
    place.run("matters", "import", place.file("matters.csv", appealed))
    assert due(place)["r9"] == ("false", "until concluded", "m9", "criminal", "V.4")
    ended = MATTERS.replace("concluded,2026-04-10,plea", "concluded,2026-06-01,affirmed")
    place.run("matters", "import", place.file("matters.csv", ended))
    assert due(place)["r9"] == ("true", "2026-08-30", "", "criminal", "V.4")
    assert due(place, "2026-08-29")["r9"][0] == "false"
    assert due(place, "2026-08-30")["r9"][0] == "true"


def test_a_clerk_s_number_takes_over_what_the_rule_had_opened(place: Place) -> None:
    more = MATTERS.splitlines()[0] + "\nCR26-0042,criminal,Sample County Prosecutor,open,2026-03-09,charged,c8,\n"
    place.run("matters", "import", place.file("matters.csv", more))
    assert due(place)["r81"][2] == "CR26-0042"
    place.run(
        "matters",
        "import",
        place.file("matters.csv", more.replace("open,2026-03-09,charged", "concluded,2026-07-01,pled")),
    )
    assert due(place)["r81"][:3] == ("true", "2026-09-29", "")


def test_imports_run_again_change_nothing(place: Place) -> None:
    before = due(place)
    for noun, name in (("recordings", "recordings.csv"), ("calls", "calls.csv")):
        told = json.loads(place.run(noun, "import", str(place.folder / name), "--map", "plainview", "--json"))
        assert (told["taken"], told["changed"], told["parked"]) == (0, 0, 0)
    assert due(place) == before


def test_what_is_wrong_with_a_file_of_matters_is_named_and_nothing_of_it_is_taken(place: Place) -> None:
    bad = MATTERS.splitlines()[0] + "\nx1,criminal,,open,2026-03-01,,no-such-call,\nx2,parking,,open,2026-03-01,,,\n"
    said = place.run("matters", "import", place.file("bad.csv", bad), code=1)
    assert "bad.csv, row 3, column kind" in said
    bad = MATTERS.splitlines()[0] + "\nx1,criminal,,open,2026-03-01,,no-such-call,\nx2,civil,,open,2026-03-01,,,r1\n"
    said = place.run("matters", "import", place.file("bad.csv", bad), code=1)
    assert "bad.csv, row 2, column call_id" in said
    assert "x2" not in str(due(place))
