"""Puts the media into a package, streamed from storage and compared with what was stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Damaged
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.evidence.package.bag import PAYLOAD, BagWriter
from plainview.holdings.evidence.package.names import Names, safe_name

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Placed:
    """One file of media and where it lies in the package."""

    file: File
    recording: Recording
    path: str


def place(recordings: Sequence[Recording]) -> list[Placed]:
    """Returns every file of the recordings with a path of its own: a folder a recording, names as near as can be."""
    names, folders = Names(), Names()
    placed = []
    for recording in recordings:
        folder = folders.path(PAYLOAD.rstrip("/"), _folder(recording))
        files = recording.files.select_related("object__epoch").order_by("sequence", "start", "stored_at")
        placed += [Placed(file, recording, names.path(folder, file.name)) for file in files]
    return placed


def write_media(bag: BagWriter, placed: Sequence[Placed], on_progress: Progress) -> None:
    """Writes every file, never one in memory. Raises Damaged where storage has other bytes than it took in."""
    for each in placed:
        kept = each.file.object
        with storage.open_object(kept) as reader:
            found = bag.write(each.path, _watched(reader.stream(), on_progress))
        if found != (bytes(kept.sha256), bytes(kept.chunk_root)):
            raise Damaged(f"the stored bytes of {each.file.name!r} are not those that were taken in")


def listing(placed: Sequence[Placed]) -> bytes:
    """Returns files.json: which file is which, with the exact name it came with."""
    rows = [
        {
            "path": each.path,
            "name": each.file.name,
            "handle": each.file.handle,
            "recording": each.recording.handle,
            "sha256": bytes(each.file.object.sha256).hex(),
            "size": each.file.object.size,
        }
        for each in placed
    ]
    return (json.dumps({"format": "plainview-files/1", "files": rows}, ensure_ascii=False, indent=1) + "\n").encode()


def _folder(recording: Recording) -> str:
    start = recording.start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if recording.start else "time-unknown"
    return safe_name(f"{start}_{recording.serial or 'camera-unknown'}")


def _watched(pieces: Iterator[bytes], on_progress: Progress) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        on_progress(len(piece))
