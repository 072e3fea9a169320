"""The newcomer's first command: a city with footage in it, whose data survives, checked by a stranger's tool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plainview.site.demo import city, footage


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A demo with somebody's own footage: one short clip, one file that is none."""
    own = tmp_path_factory.mktemp("own")
    press = city.Press("SOMEBODYS-CAM", 1.0, 2, "street", "Hello.")
    footage.write_press(own, press, datetime(2026, 3, 1, 18, 0, tzinfo=UTC), 7)
    (own / "notes.txt").write_text("not footage", encoding="utf-8")
    environment = {**os.environ, "PLAINVIEW_DATA": str(tmp_path_factory.mktemp("demo"))}
    done = plainview(environment, "demo", "--no-serve", "--footage", str(own))
    assert done.returncode == 0, done.stderr
    return environment


def plainview(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plainview", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def test_it_names_who_can_log_in_and_is_there_at_once_the_next_time(installation: dict[str, str]) -> None:
    again = plainview(installation, "demo", "--no-serve")
    assert again.returncode == 0
    for login in city.LOGINS:
        assert login.username in again.stderr
    assert city.PASSWORD in again.stderr


def test_a_stranger_can_check_a_package_of_it_and_finds_one_changed_byte(
    installation: dict[str, str], tmp_path: Path
) -> None:
    clip = "File.objects.get(name__endswith='.mp4').recording_id"
    find = f"from plainview.holdings.evidence.models import File; print({clip})"
    recording = plainview(installation, "manage", "shell", "-v", "0", "-c", find).stdout.split()[-1]
    folder = tmp_path / "package"
    built = plainview(installation, "package", "build", "--recording", recording, "--to", str(folder), "--json")
    assert built.returncode == 0, built.stderr
    stranger = [sys.executable, "-I", "-S", str(folder / "verify.pyz"), str(folder), "--json"]
    assert subprocess.run(stranger, capture_output=True).returncode == 0
    media = next(folder.glob("data/**/*.mp4"))
    media.chmod(0o600)
    spoiled = bytearray(media.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    media.write_bytes(spoiled)
    found = subprocess.run(stranger, capture_output=True, text=True)
    assert found.returncode == 1
    assert media.name in found.stdout


def test_the_log_of_it_holds(installation: dict[str, str]) -> None:
    log = Path(installation["PLAINVIEW_DATA"]) / "log"
    answer = plainview(installation, "verify", str(log), "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)


def test_every_press_of_the_made_city_is_of_a_known_or_a_meant_unknown_camera() -> None:
    known = {row[0] for row in city.FLEET}
    assert {press.camera for press in city.PRESSES} - known == {"DEMO-X-7777"}


def test_the_city_says_everywhere_that_it_is_made_up() -> None:
    words = ("example", "sample", "placeholder", "specimen", "dummy", "mockup", "template", "testcase")
    for _, name, *_ in city.ROSTER:
        assert any(word in name.lower() for word in words), name
    assert "fictional" in city.AGENCY
