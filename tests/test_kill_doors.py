"""A few kills in every run of the tests; `python -m tests.kill --times 200` does more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_nothing_acknowledged_is_missing_or_different_after_kills_and_faults() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PLAINVIEW_", "DATABASE_URL"))}
    words = [sys.executable, "-m", "tests.kill", "--times", "5", "--largest", "500000"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "must be 0" in done.stdout
    assert "PostgreSQL killed under an ingest, and back after a second: exit 0" in " ".join(done.stdout.split())
