"""A process that stores and gets killed. Started once, it forks a child for every job that comes as a line of JSON.

Run by the tests as `python -m plainview.base.storage.tests.victim`, with DATABASE_URL set to the test database.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KILLED_AT = ("pwrite", "fsync", "link", "fchmod", "unlink", "truncate", "ftruncate")


def main() -> None:
    """Works off jobs until standard input ends; answers each with how the child ended."""
    import django

    django.setup()
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if not child:
            _child(job)
        if "kill_after" in job:
            _kill(child, job["kill_after"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps(os.waitstatus_to_exitcode(status)) + "\n")
        sys.stdout.flush()


def _kill(child: int, after: float) -> None:
    time.sleep(after)
    os.kill(child, signal.SIGKILL)  # one that has ended is still ours until we wait for it


def _child(job: dict[str, Any]) -> None:
    from django.conf import settings

    settings.DATA = Path(job["data"])
    try:
        if "kill_at" in job:
            _die_at(job["kill_at"])
        if "file_limit" in job:
            resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], job["file_limit"]))
        {"put": put, "write": write}[job["do"]](job)
    except BaseException as problem:
        _tell(Path(job["out"]).with_suffix(".problem"), {"kind": type(problem).__name__, "text": str(problem)})
        os._exit(1)
    os._exit(0)


def put(job: dict[str, Any]) -> None:
    """Stores and registers a file, then acknowledges it."""
    from django.db import transaction

    from plainview.base.storage import actions as storage

    with open(job["source"], "rb") as stream:  # noqa: PTH123
        stored = storage.put(stream, handle=job["handle"], agency="home")
    with transaction.atomic():
        storage.register(stored)
    _tell(Path(job["out"]), stored.as_json())


def write(job: dict[str, Any]) -> None:
    """Begins or resumes an upload, promises after each piece, finishes, then acknowledges it."""
    from plainview.base.storage import actions as storage

    data, kept = Path(job["source"]).read_bytes(), Path(job["state"])
    if kept.exists():
        writer = storage.Writer.resume(json.loads(kept.read_text()))
    else:
        writer = storage.Writer.begin(handle=job["handle"], agency="home")
        _tell(kept, writer.state())
    for at in range(writer.offset, len(data), job["piece"]):
        writer.write(data[at : at + job["piece"]])
        _tell(kept, writer.state())
    _tell(Path(job["out"]), writer.finish(expected_size=len(data)).as_json())


def _tell(path: Path, facts: dict[str, Any]) -> None:
    """Writes a file as a database would: all of it or nothing."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(facts))
    fresh.replace(path)


def _die_at(number: int) -> None:
    """Has the process killed right before its nth call to the kernel that changes something on the disk."""
    left = [number]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)  # until it arrives
            return real(*args, **more)

        return call

    for name in KILLED_AT:
        setattr(os, name, counted(getattr(os, name)))


if __name__ == "__main__":
    main()
