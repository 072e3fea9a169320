"""A generated department, brought in by the commands alone: the audit says of every dispatch what its truth says."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.place import Place

FIRST, DAYS = "2025-10-31", 5  # the clocks are changed on the third day
LAST = "2025-11-05"  # calls of the last night begin after midnight


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def key(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.values())


@dataclass
class City:
    """A department that was brought in, the folder of its files, and the table of an audit of it."""

    place: Place
    folder: Path
    audit: Path
    told: dict[str, Any]  # what the command said


@pytest.fixture(scope="module", params=[7, 11])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The department of a seed."""
    home = tmp_path_factory.mktemp("city")
    place, folder, audit = Place(home), home / "city", home / "audit.csv"
    seed = str(request.param)
    place.run("city", "--officers", "30", "--days", str(DAYS), "--seed", seed, "--from", FIRST, "--to", str(folder))
    place.run("policy", "adopt", str(folder / "policy.toml"))
    place.run("roster", "import", str(folder / "roster.csv"))
    place.run("fleet", "import", str(folder / "fleet.csv"))
    place.run("fleet", "faults", str(folder / "faults.csv"))
    # recordings before calls: what arrives in which order makes no difference
    place.run("recordings", "import", str(folder / "recordings.csv"), "--map", "plainview")
    place.run("calls", "import", str(folder / "calls.csv"), "--map", "plainview")
    place.run("activation", "reasons", str(folder / "reasons.csv"))
    said = place.run("activation", "audit", "--from", FIRST, "--to", LAST, "--json", "--csv", str(audit))
    return City(place, folder, audit, json.loads(said.splitlines()[-1]))


def test_the_audit_of_a_city_is_its_truth(city: City) -> None:
    truth, found = table(city.folder / "truth/activation.csv"), table(city.audit)
    assert len(found) > 200
    assert sorted(map(key, found)) == sorted(map(key, truth))
    assert {row["status"] for row in found} >= {"recorded", "partial", "excused", "not_recorded", "excluded"}


def test_findings_of_their_own_kind_are_those_that_were_planted(city: City) -> None:
    planted, recordings = table(city.folder / "truth/planted.csv"), table(city.folder / "recordings.csv")
    body = {row["recording_id"] for row in recordings if row["kind"] == "body" and row["stop"]}
    late = {row["recording_id"] for row in planted if row["what"] == "docked late"} & body
    assert city.told["others"]["late_docking"] == len(late) > 0
    assert city.told["others"]["no_stop"] == sum(not row["stop"] for row in recordings)


def test_the_same_days_give_the_same_bytes(city: City) -> None:
    again = city.audit.with_name("again.csv")
    city.place.run("activation", "audit", "--from", FIRST, "--to", LAST, "--csv", str(again))
    assert again.read_bytes() == city.audit.read_bytes()
    assert hashlib.sha256(again.read_bytes()).hexdigest() == city.told["sha256"]
