"""Who works on an arrival: names a process so that another one can tell whether it is gone. Linux, no database."""

from __future__ import annotations

import functools
import os
import secrets
from pathlib import Path

PROC = Path("/proc")


def new_holder() -> str:
    """Returns `boot:namespace:pid:started/token`: this process, and one piece of work in it.

    A pid alone is soon somebody else's.
    """
    return f"{_world()}:{os.getpid()}:{_started(os.getpid())}/{secrets.token_hex(6)}"


def is_gone(holder: str) -> bool:
    """Whether that process has certainly ended. False where it can't be known: another machine, another container."""
    process = holder.partition("/")[0]
    world, _, rest = process.rpartition(":")[0].rpartition(":")
    if not world or world != _world():
        return False
    return _started(int(rest)) != process.rpartition(":")[2]


@functools.cache
def _world() -> str:
    boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}:{(PROC / 'self/ns/pid').stat().st_ino}"


def _started(pid: int) -> str:
    """Returns the start of a process in clock ticks since boot; empty where there is none, or only its remains."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return "" if fields[0] in "ZX" else fields[19]
