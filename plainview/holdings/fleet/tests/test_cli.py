"""`plainview fleet import`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from conftest import Department
from plainview.holdings.fleet import cli
from plainview.holdings.fleet.models import Camera
from plainview.holdings.fleet.rules.rows import COLUMNS


def fleet(*words: str) -> Result:
    return CliRunner().invoke(cli.fleet, list(words))


@pytest.fixture
def path(department: Department, tmp_path: Path) -> Path:
    found = tmp_path / "fleet.csv"
    found.write_text(",".join(COLUMNS) + "\nB1,body,,,101,,2024-05-01T08:00:00,\nC1,in-car,,,,Car 17,2024-05-01,\n")
    return found


def test_a_fleet_is_imported_and_told(path: Path) -> None:
    done = fleet("import", str(path), "--zone", "America/Chicago")
    assert done.exit_code == 0
    assert done.stdout == "fleet.csv: 2 rows. 2 new cameras, 1 new vehicle, 2 new carries.\n"
    assert "Nothing changed" in fleet("import", str(path), "--zone", "America/Chicago").stdout


def test_it_answers_as_json(path: Path) -> None:
    said = json.loads(fleet("import", str(path), "--zone", "UTC", "--json").stdout)
    assert said == {
        "file": "fleet.csv", "rows": 2, "cameras": 2, "corrected": 0, "vehicles": 1, "carries": 2, "updated": 0,
        "closed": 0, "unchanged": 0, "changed": True,
    }  # fmt: skip


def test_faults_are_imported_and_told(path: Path, tmp_path: Path) -> None:
    fleet("import", str(path), "--zone", "UTC")
    faults = tmp_path / "faults.csv"
    faults.write_text("serial,from,to,what\nB1,2024-06-01T08:00:00,2024-06-02T08:00:00,lens broken\n")
    assert fleet("faults", str(faults), "--zone", "UTC").stdout == "faults.csv: 1 row. 1 new fault.\n"
    assert json.loads(fleet("faults", str(faults), "--zone", "UTC", "--json").stdout)["unchanged"] == 1
    refused = fleet("faults", str(faults))
    assert refused.exit_code == 1
    assert "faults.csv, row 2, column from:" in refused.stderr


def test_a_time_without_an_offset_or_zone_is_refused(path: Path) -> None:
    done = fleet("import", str(path), "--json")
    assert done.exit_code == 1
    assert "fleet.csv, row 2, column from:" in done.stderr
    assert json.loads(done.stdout)["problems"][0]["column"] == "from"
    assert not Camera.objects.exists()


def test_an_unknown_zone_and_a_missing_file_are_told(path: Path, tmp_path: Path) -> None:
    assert "there is no zone Mars/Olympus" in fleet("import", str(path), "--zone", "Mars/Olympus").stderr
    missing = fleet("import", str(tmp_path / "none.csv"))
    assert missing.exit_code == 1
    assert "No such file" in missing.stderr
