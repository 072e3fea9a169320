"""Two faults that are no kill of ours: the database dies under an ingest, and the disk is full."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from pathlib import Path

from tests.kill.rounds import COMMON, Killing
from tests.kill.stage import Child, fork

LIMIT = 1 << 20  # bytes that a file may have where the disk is "full"


def database_killed(killing: Killing, data: Path, *, comes_back: bool) -> str:
    """Kills PostgreSQL under an ingest and starts it again; returns what the ingest came to in words."""
    folder = killing.material.folder_of(f"postgres-{comes_back}", files=12, largest=killing.largest)
    child = fork(["ingest", str(folder), *COMMON], _out(killing), lambda: _patience(60 if comes_back else 3))
    _wait_for_a_line(child)
    kill_postgres(data)
    if comes_back:
        time.sleep(1)
        _start_again(data)
    code = child.wait()
    if not comes_back:
        _start_again(data)
    killing.sweep()
    lines = [json.loads(line) for line in child.said().splitlines() if line.startswith("{")]
    failed = [line for line in lines if line["status"] == "failed"]
    if comes_back and (code or failed):
        raise AssertionError(f"the database came back and the ingest did not go on: {child.said()}")
    if not comes_back and (code != 1 or not failed or "database is away" not in failed[0]["reason"]):
        raise AssertionError(f"the database stayed away and that was not said: {child.said()}")
    return f"exit {code}, {len(lines) - len(failed)} taken, {len(failed)} failed"


def kill_postgres(data: Path) -> None:
    """Kills the private server as a power cut would, as far as a process can."""
    os.kill(int((data / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


def _start_again(data: Path) -> None:
    from django.db import connections

    from plainview.site import database

    connections.close_all()
    for _ in range(60):
        try:
            database.start(data)
            return
        except Exception:  # its children are still leaving, and hold its shared memory
            time.sleep(0.5)
    raise RuntimeError("PostgreSQL did not start again")


def disk_full(killing: Killing) -> str:
    """Lets no file grow beyond a megabyte; returns what the ingest came to in words."""
    folder = killing.material.folder_of("full", files=1, largest=1)
    big = folder / "big.mp4"
    killing.material._write(big, os.urandom(4 * LIMIT))
    child = fork(["ingest", str(folder), *COMMON], _out(killing), _no_room)
    code = child.wait()
    killing.sweep()
    lines = {Path(line["path"]).name: line for line in map(json.loads, child.said().splitlines())}
    told = lines["big.mp4"]
    if code != 1 or told["status"] != "failed" or "disk is full" not in told["reason"]:
        raise AssertionError(f"the disk was full and that was not said: {child.said()}")
    taken = sum(line["status"] != "failed" for line in lines.values())
    if taken != len(lines) - 1:
        raise AssertionError(f"a small file failed as well: {child.said()}")
    return f"exit {code}, {taken} taken, 1 failed"


def _no_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def _patience(seconds: int) -> None:
    os.environ["PLAINVIEW_PATIENCE"] = str(seconds)


def _out(killing: Killing) -> Path:
    out = killing.folder / f"out-{len(killing.outs):05}"
    out.touch()
    killing.outs.append(out)
    return out


def _wait_for_a_line(child: Child) -> None:
    limit = time.monotonic() + 120
    while not child.said() and time.monotonic() < limit:
        time.sleep(0.02)
