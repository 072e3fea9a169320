"""A generated department, brought in by the commands alone: the audit says of every dispatch what its truth says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.place import Place

FIRST, DAYS = "2025-10-31", 5  # the clocks are changed on the third day
LAST = "2025-11-05"  # calls of the last night begin after midnight


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def key(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.values())


def brought_in(folder: Path, seed: int) -> tuple[Place, Path]:
    """The department of a seed, and the folder of its files."""
    place, city = Place(folder), folder / "city"
    place.run("city", "--officers", "30", "--days", str(DAYS), "--seed", str(seed), "--from", FIRST, "--to", str(city))
    place.run("policy", "adopt", str(city / "policy.toml"))
    place.run("roster", "import", str(city / "roster.csv"))
    place.run("fleet", "import", str(city / "fleet.csv"))
    place.run("fleet", "faults", str(city / "faults.csv"))
    # recordings before calls: what arrives in which order makes no difference
    place.run("recordings", "import", str(city / "recordings.csv"), "--map", "plainview")
    place.run("calls", "import", str(city / "calls.csv"), "--map", "plainview")
    place.run("activation", "reasons", str(city / "reasons.csv"))
    return place, city


@pytest.mark.parametrize("seed", [7, 11, 23])
def test_the_audit_of_a_city_is_its_truth(tmp_path: Path, seed: int) -> None:
    place, city = brought_in(tmp_path, seed)
    truth = table(city / "truth/activation.csv")
    found = place.rows("activation", "audit", "--from", FIRST, "--to", LAST)
    assert len(found) > 200
    assert sorted(map(key, found)) == sorted(map(key, truth))
    assert {row["status"] for row in found} >= {"recorded", "partial", "excused", "not_recorded", "excluded"}


def test_findings_of_their_own_kind_are_those_that_were_planted(tmp_path: Path) -> None:
    place, city = brought_in(tmp_path, 5)
    told = json.loads(
        place.run(
            "activation", "audit", "--from", FIRST, "--to", LAST, "--json", "--csv", str(tmp_path / "a.csv")
        ).splitlines()[-1]
    )
    planted = table(city / "truth/planted.csv")
    recordings = table(city / "recordings.csv")
    body = {row["recording_id"] for row in recordings if row["kind"] == "body" and row["stop"]}
    late = {row["recording_id"] for row in planted if row["what"] == "docked late"} & body
    assert told["others"]["late_docking"] == len(late) > 0
    assert told["others"]["no_stop"] == sum(not row["stop"] for row in recordings)


def test_the_same_days_give_the_same_bytes(tmp_path: Path) -> None:
    place, _ = brought_in(tmp_path, 9)
    for name in ("a.csv", "b.csv"):
        place.run("activation", "audit", "--from", FIRST, "--to", LAST, "--csv", str(tmp_path / name))
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
