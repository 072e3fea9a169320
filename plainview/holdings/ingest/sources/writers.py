"""Which files somebody has open for writing, as far as /proc tells. Linux, this machine only."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
Inode = tuple[int, int]  # device, number


def open_for_writing(files: Collection[Inode]) -> set[Inode]:
    """Returns those of the files that a process has open for writing. Processes of others may be hidden from us."""
    if not files:
        return set()
    wanted, found = set(files), set()
    for handle in _handles():
        try:
            facts = handle.stat()
            inode = (facts.st_dev, facts.st_ino)
            if inode in wanted and _writes(handle):
                found.add(inode)
        except OSError:
            continue  # closed, or ended, in the meantime
    return found


def _handles() -> Iterator[Path]:
    for process in PROC.iterdir():
        if process.name.isdigit():
            with suppress(OSError):  # ended in the meantime, or not ours to look into
                yield from (process / "fd").iterdir()


def _writes(handle: Path) -> bool:
    facts = (handle.parent.parent / "fdinfo" / handle.name).read_text(encoding="ascii")
    flags = next(line for line in facts.splitlines() if line.startswith("flags:"))
    return int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
