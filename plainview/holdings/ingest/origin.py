"""Where a file came from, so that it is known again: a path, and what the file was when it was read. Pure."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from plainview.holdings.ingest import names


@dataclass(frozen=True)
class Origin:
    """The place of a file outside; nothing where it came over the network."""

    shown: str = ""
    key: str = ""  # SHA-256 of the path's bytes
    identity: dict[str, int] | None = None


def of_path(path: str, identity: dict[str, int] | None = None) -> Origin:
    """Returns the origin for a path of a file system, made absolute."""
    return Origin(names.from_text(str(_absolute(path))).text, key_of(path), identity)


def key_of(path: str) -> str:
    """Returns what a path is found by."""
    return hashlib.sha256(os.fsencode(_absolute(path))).hexdigest()


def _absolute(path: str) -> Path:
    """One file, one path, whichever way it was named. Its own name is no link: those are not followed."""
    given = Path(path)
    return given.parent.resolve() / given.name


NOWHERE = Origin()
