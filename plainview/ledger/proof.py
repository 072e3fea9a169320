"""One entry's proof as a text file (c2sp.org/tlog-proof): its index, the path to the root, the signed checkpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plainview.ledger import strict64

HEADER = "c2sp.org/tlog-proof@v1"


class BadProof(ValueError):
    """Text that is not a proof file."""


@dataclass(frozen=True)
class LogProof:
    """What a proof file holds; nothing in it is verified yet."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str  # the signed note
    extra: bytes | None = None  # not covered by any signature


def format_proof(index: int, path: Sequence[bytes], checkpoint: str, extra: bytes | None = None) -> str:
    """Returns the text of a proof file."""
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {strict64.encode(extra)}")
    lines += [f"index {index}", *map(strict64.encode, path), "", checkpoint]
    return "\n".join(lines)


def parse_proof(text: str) -> LogProof:
    """Returns the parts of a proof file. Raises BadProof."""
    head, blank, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not blank or not lines:
        raise BadProof("not a proof file")
    try:
        extra = strict64.decode(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
        path = tuple(map(strict64.decode, lines[1:]))
    except ValueError as problem:
        raise BadProof("a line of the proof is not base64") from problem
    numbered = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[0]) if lines else None
    if numbered is None or any(len(each) != 32 for each in path) or len(path) > 63:
        raise BadProof("not the lines of a proof")
    return LogProof(int(numbered[1]), path, checkpoint, extra)
