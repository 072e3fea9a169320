"""The statement that a log signs (c2sp.org/tlog-checkpoint@v1.0.0): whose log, how many leaves, which root."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plainview.ledger import strict64


class BadCheckpoint(ValueError):
    """Text that is not a checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a log at one moment."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()  # opaque lines; ours has none

    def text(self) -> str:
        """Returns the text to sign."""
        lines = [self.origin, str(self.size), strict64.encode(self.root), *self.extensions]
        return "".join(line + "\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """Returns what the text of a note states. Raises BadCheckpoint."""
    *lines, end = text.split("\n")
    if len(lines) < 3 or "" in lines or end:
        raise BadCheckpoint("not the lines of a checkpoint")
    origin, size, root, *extensions = lines
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or int(size) >= 1 << 63:
        raise BadCheckpoint(f"not the size of a log: {size:.40}")
    try:
        digest = strict64.decode(root)
    except ValueError as problem:
        raise BadCheckpoint("the root is not base64") from problem
    if len(digest) != 32:
        raise BadCheckpoint("the root is not 32 bytes long")
    return Checkpoint(origin, int(size), digest, tuple(extensions))
