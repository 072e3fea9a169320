"""What a backup consists of.

DIR/backup.json      what it is: when, of which log, how far, every other file with its SHA-256
DIR/database.dump    PostgreSQL, in pg_dump's custom format
DIR/log/…            the published log as it is     DIR/receipts/…
DIR/objects.jsonl    every stored file by reference: id, shelf, sizes, SHA-256
DIR/objects/…        the ciphertext, where it was asked for
DIR.keys             a file of its own, to be kept elsewhere: without it the backup can't be read, with it anybody can
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any

ABOUT = "backup.json"
DUMP = "database.dump"
MANIFEST = "objects.jsonl"
VERSION = 1


class BackupError(RuntimeError):
    """A backup can't be made, read or restored; the message says why and what to do."""


@dataclass
class About:
    """What backup.json says."""

    made_at: str
    origin: str
    vkey: str
    size: int  # leaves in the database
    root: str  # of the log at that size, hex; empty for an empty log
    checkpoint: str  # the latest signed checkpoint of then
    objects: int
    object_bytes: int
    with_objects: bool
    postgres: int  # major version of the server
    shelves: dict[str, str] = field(default_factory=dict)
    current: str = "data"  # the shelf that new files went to
    v: int = VERSION
    files: dict[str, str] = field(default_factory=dict)  # path inside the backup: SHA-256

    def write(self, folder: Path) -> None:
        """Writes it into a backup's folder."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)
        (folder / ABOUT).write_text(text + "\n", encoding="utf-8")


def read_about(folder: Path) -> About:
    """Reads backup.json. Raises BackupError."""
    path = folder / ABOUT
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        about = About(**facts)
    except FileNotFoundError:
        raise BackupError(f"{folder} isn't a backup: it has no {ABOUT}") from None
    except (ValueError, TypeError) as problem:
        raise BackupError(f"{path} can't be read: {problem}") from problem
    if about.v != VERSION:
        raise BackupError(f"{path} is of version {about.v}; this program knows {VERSION}. Restore it with a newer one")
    return about


def files_in(folder: Path) -> Iterator[Path]:
    """Yields every file of a backup but backup.json."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ABOUT)


def digest(path: Path) -> str:
    """Returns a file's SHA-256, hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, about: About) -> list[str]:
    """Returns what is missing, unexpected or changed in a backup, one sentence each."""
    there = {str(path.relative_to(folder)) for path in files_in(folder)}
    wrong = [f"{name} is missing" for name in sorted(about.files.keys() - there)]
    wrong += [f"{name} is in the folder, but not in {ABOUT}" for name in sorted(there - about.files.keys())]
    wrong += [
        f"{name} was changed"
        for name in sorted(there & about.files.keys())
        if digest(folder / name) != about.files[name]
    ]
    return wrong
