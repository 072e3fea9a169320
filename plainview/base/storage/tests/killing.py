"""Starts the victim and gives it jobs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

KILLED = -9


def database_url() -> str:
    """Returns the address of this test's database, for another process."""
    facts = connection.settings_dict
    who = quote(facts["USER"]) + (f":{quote(facts['PASSWORD'])}" if facts["PASSWORD"] else "")
    options = {k: v for k, v in facts["OPTIONS"].items() if isinstance(v, str)} | {"host": facts["HOST"]}
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{who}@{port}/{quote(facts['NAME'])}?{urlencode(options)}"


class Victim:
    """The process that does the jobs, one at a time."""

    out: Path  # where a job's acknowledgment goes

    def __init__(self) -> None:
        environment = os.environ | {"DATABASE_URL": database_url()}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "plainview.base.storage.tests.victim"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def __enter__(self) -> Victim:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def do(self, what: str, **job: Any) -> int:
        """Has a job done; returns the exit code, -9 where it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for old in (self.out, self.out.with_suffix(".problem")):
            old.unlink(missing_ok=True)
        self._process.stdin.write(
            json.dumps({"do": what, "out": str(self.out), "data": str(settings.DATA)} | job) + "\n"
        )
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def acknowledged(self) -> dict[str, Any] | None:
        """What the job acknowledged before it ended, if it came so far."""
        return json.loads(self.out.read_text()) if self.out.exists() else None

    def problem(self) -> dict[str, Any]:
        """What the job failed with."""
        return json.loads(self.out.with_suffix(".problem").read_text())  # type: ignore[no-any-return]
