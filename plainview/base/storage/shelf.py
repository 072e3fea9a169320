"""Where encrypted objects lie: what `posix.py` does with a folder and another store may do its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID


class Readable(Protocol):
    """Encrypted bytes that can be read anywhere in them, by several threads at once."""

    def soon(self, offset: int, length: int) -> None:
        """Says what will be read next, so that it can be on its way meanwhile. Reads nothing that isn't there."""

    @property
    def size(self) -> int:
        """Bytes that are there."""

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fills the buffer from `offset`; returns how many bytes, fewer only at the end."""

    def from_disk(self, offset: int, length: int, buffer: memoryview) -> memoryview:
        """Returns what the store itself has there, not what memory has. `buffer` is one of `direct.aligned`."""


class Published(Readable, Protocol):
    """An object that is complete."""

    def close(self) -> None:
        """Lets go of it."""


class Part(Readable, Protocol):
    """An object that is being written, by this process alone. Nothing of it counts before `publish`."""

    def append(self, data: memoryview) -> None:
        """Writes at the end. Raises NoRoom."""

    def sync(self) -> None:
        """Makes everything so far durable."""

    def keep_marks(self, marks: bytes, at: int) -> None:
        """Durably keeps what is needed to go on after a crash beside the part, from byte `at` on."""

    def marks(self, length: int) -> bytes:
        """Returns the first bytes of what `keep_marks` kept, and forgets the rest."""

    def truncate(self, size: int) -> None:
        """Forgets everything past `size`."""

    def publish(self) -> None:
        """Gives it its final name, durably. Never replaces anything."""

    def discard(self) -> None:
        """Removes it and lets go of it."""

    def close(self) -> None:
        """Lets go of it; it stays, to be taken up again."""


@dataclass(frozen=True)
class Found:
    """A file that lies in a shelf."""

    kind: str  # object | part | stray: a name that storage never gives
    object_id: UUID | None
    path: Path
    size: int
    changed_at: datetime
    open: bool  # another process is writing it now


@dataclass(frozen=True)
class Expunged:
    """What came of removing everything of an object."""

    removed: int  # names that were unlinked
    other_names: int  # further names of the same file that lie elsewhere; they are not ours to find
    left: list[str]  # what the listing still showed afterwards

    def as_json(self) -> dict[str, object]:
        """Returns it in plain JSON types."""
        return {"removed": self.removed, "other_names": self.other_names, "left": self.left}


class Shelf(Protocol):
    """A place for objects."""

    def begin(self, object_id: UUID, expect: int = 0) -> Part:
        """Starts an object that may come to `expect` bytes. Raises NoRoom."""

    def reopen(self, object_id: UUID) -> Part:
        """Takes up a part that was left. Raises Missing, or Busy while another process holds it."""

    def open(self, object_id: UUID) -> Published:
        """Opens a complete object. Raises Missing."""

    def holds(self, object_id: UUID) -> bool:
        """Whether a complete object is there."""

    def remove(self, object_id: UUID) -> bool:
        """Removes an object and its part, unless somebody is writing it. Only for objects without a row."""

    def remove_part(self, object_id: UUID) -> bool:
        """Removes what was begun, unless somebody is writing it. Never a complete object."""

    def confirm(self, object_id: UUID) -> int:
        """Sees to it that a complete object will still be there after a power cut; returns its size. Raises Missing."""

    def tidy(self, object_id: UUID) -> None:
        """Removes what a crash may have left beside a complete object. Never the object."""

    def everything(self) -> Iterator[Found]:
        """Walks over every file."""

    def expunge(self, object_id: UUID) -> Expunged:
        """Removes everything of an object and looks again. Only for copies that are given up, and destroyed objects."""

    def listing(self, prefix: str) -> Iterator[tuple[UUID, int]]:
        """Yields every complete object whose id begins with two hex digits, and its size."""

    def strays(self) -> Iterator[Path]:
        """Yields every file whose name storage never gives."""

    def there(self) -> bool:
        """Whether the place itself can be reached and isn't empty: a disk that isn't mounted is neither."""

    def problems(self) -> list[str]:
        """What this place can't promise, in plain sentences."""
