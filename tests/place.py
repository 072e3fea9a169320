"""An installation in a folder of its own, worked with by the commands alone."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path


class Place:
    """A running installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PLAINVIEW_DATA": str(folder / "data"), "PLAINVIEW_ZONE": "America/Chicago"}

    def run(self, *words: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "plainview", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def rows(self, *words: str) -> list[dict[str, str]]:
        path = self.folder / "out.csv"
        self.run(*words, "--csv", str(path))
        with path.open(newline="", encoding="utf-8") as source:
            return list(csv.DictReader(source))
