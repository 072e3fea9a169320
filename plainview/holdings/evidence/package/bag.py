"""Writes a bag (BagIt 1.0, RFC 8493): every file durable, its hash kept for the lists. Pure."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from plainview.ledger.chunks import ChunkTree

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"


class BagWriter:
    """A bag that is being written into an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hashes: dict[str, str] = {}  # path below the folder: SHA-256 in hex
        self.payload_size = 0
        (folder / "data").mkdir()

    @property
    def payload(self) -> list[str]:
        """The files of media, sorted."""
        return sorted(path for path in self.hashes if path.startswith(PAYLOAD))

    @property
    def tags(self) -> dict[str, str]:
        """The other files so far, with their hashes."""
        return {path: digest for path, digest in self.hashes.items() if not path.startswith(PAYLOAD)}

    def write(self, path: str, pieces: bytes | Iterable[bytes]) -> tuple[bytes, bytes]:
        """Writes a file, durable when it returns; returns its SHA-256 and its chunk root."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        whole, tree = hashlib.sha256(), ChunkTree()
        with target.open("xb") as file:
            for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                file.write(piece)
                whole.update(piece)
                tree.update(piece)
            self.payload_size += file.tell() if path.startswith(PAYLOAD) else 0
            file.flush()
            os.fsync(file.fileno())
        self.hashes[path] = whole.hexdigest()
        return whole.digest(), tree.root()

    def write_manifest(self) -> str:
        """Writes the list of the media; returns its own hash in hex."""
        self.write(MANIFEST, _listed({path: self.hashes[path] for path in self.payload}))
        return self.hashes[MANIFEST]

    def finish(self) -> None:
        """Writes the list of all other files, the last thing to be written, and makes the folders durable."""
        self.write(TAG_MANIFEST, _listed(self.tags))
        folders = [self.folder, *(path for path in self.folder.rglob("*") if path.is_dir())]
        for folder in folders:
            sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def info(fields: Iterable[tuple[str, str]]) -> bytes:
    """Returns bag-info.txt: one label a line, its value on the same line whatever it holds."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in fields if value.strip()).encode()


def _listed(hashes: dict[str, str]) -> bytes:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()
