"""`plainview up` as its user sees it: it serves, runs the jobs, stops when told to; and what the doctor says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

STARTS_WITHIN = 60  # seconds; a busy machine is slow, a broken server never comes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as reply:
        return reply.status, reply.read().decode()


def wait_for(port: int, child: subprocess.Popen[bytes]) -> tuple[int, str]:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert child.poll() is None, "the server ended by itself"
        try:
            return answer(port, "/accounts/login/")
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the server did not come up")


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PLAINVIEW_DATA": str(tmp_path / "data"), "PLAINVIEW_THROWAWAY_DATABASE": "0"}


def plainview(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plainview", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)


def test_it_serves_runs_the_jobs_and_ends_cleanly(installation: dict[str, str]) -> None:
    port = free_port()
    command = [sys.executable, "-m", "plainview", "up", "--port", str(port), "--workers", "1"]
    child = subprocess.Popen(command, env=installation, stderr=subprocess.PIPE)
    try:
        status, page = wait_for(port, child)
        assert status == 200
        assert "Log in" in page
        assert answer(port, "/static/plainview/plainview.css")[0] == 200
        kids = subprocess.run(["pgrep", "-P", str(child.pid), "-f", "plainview work"], capture_output=True, text=True)
        assert len(kids.stdout.split()) == 1
    finally:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert subprocess.run(["pgrep", "-P", str(child.pid)], capture_output=True, text=True).stdout == ""
    doctor = plainview(installation, "doctor", "--json")
    assert '"about": "History",\n   "verdict": "fine"' in doctor.stdout


def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(installation: dict[str, str]) -> None:
    first = plainview(installation, "doctor")
    assert first.returncode == 1
    assert "there is none" in first.stdout
    assert "plainview admin create" in first.stdout
    made = plainview(
        installation, "admin", "create", "--username", "adam", "--name", "Adam Sample", "--password", "correct horse 9"
    )
    assert made.returncode == 0, made.stderr
    assert plainview(installation, "doctor").returncode == 0
    key = Path(installation["PLAINVIEW_DATA"]) / "keys" / "sessions.key"
    key.chmod(0o644)
    leaky = plainview(installation, "doctor")
    assert leaky.returncode == 1
    assert f"chmod 600 {key}" in leaky.stdout


def test_help_makes_no_installation(installation: dict[str, str]) -> None:
    assert plainview(installation, "--help").returncode == 0
    assert plainview(installation, "ingest", "--help").returncode == 0
    assert not Path(installation["PLAINVIEW_DATA"], "postgres", "PG_VERSION").exists()
