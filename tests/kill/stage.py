"""An installation to break: as durable as a real one, in a folder of its own; and children that are to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SERIAL = "KILL-1"


def prepare(data: Path) -> None:
    """Makes the installation ready, with one camera that nobody carries. Call it before anything of Django."""
    os.environ.update(PLAINVIEW_DATA=str(data), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ.pop("PLAINVIEW_THROWAWAY_DATABASE", None)
    from plainview.site import installation

    installation.ensure(data)
    from plainview.base.custody import keys
    from plainview.base.people.lookup import home_agency
    from plainview.holdings.fleet.models import Camera

    keys.create()
    home_agency()
    Camera.objects.get_or_create(serial=SERIAL, kind="body")


def close(data: Path) -> None:
    """Stops the private PostgreSQL by its own id: those that were killed never said that they were done with it."""
    from django.db import connections

    connections.close_all()
    try:
        server = int((data / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(server, signal.SIGINT)
        for _ in range(300):
            os.kill(server, 0)
            time.sleep(0.1)
    except (FileNotFoundError, ProcessLookupError):
        return  # it is gone


@dataclass
class Child:
    """A process that does one command of ours."""

    pid: int
    out: Path
    code: int | None = None

    def kill(self) -> bool:
        """Kills it without a warning; returns whether it was still at work."""
        if self.code is None and self._ended():
            return False
        os.kill(self.pid, signal.SIGKILL)
        self.wait()
        return True

    def wait(self, timeout: float = 300) -> int:
        """Waits for its end; returns its exit code, negative for a signal."""
        limit = time.monotonic() + timeout
        while not self._ended():
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
                raise TimeoutError(f"{self.pid} did not end within {timeout:g} seconds: {self.out.read_text()}")
            time.sleep(0.005)
        assert self.code is not None
        return self.code

    def _ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def said(self) -> str:
        """What it printed."""
        return self.out.read_text(encoding="utf-8", errors="replace")


def fork(words: list[str], out: Path, before: Callable[[], None] | None = None) -> Child:
    """Runs a command in a fork of this process: it has no time to import Django when it is killed within a second."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return Child(pid, out)
    try:
        code = _as_command(words, out, before)
    except BaseException as problem:  # nothing of the parent's may run in the child
        os.write(2, "".join(traceback.format_exception(problem)).encode())
        code = 70
    os._exit(code)


def _as_command(words: list[str], out: Path, before: Callable[[], None] | None) -> int:
    target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    if before is not None:
        before()
    from plainview.site.command import build

    try:
        build(words[0])(words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def spawn(words: list[str], out: Path) -> Child:
    """Runs a command as a person would: a new process from the start."""
    with out.open("ab") as target:
        started = subprocess.Popen([sys.executable, "-m", "plainview", *words], stdout=target, stderr=target)
    return Child(started.pid, out)
