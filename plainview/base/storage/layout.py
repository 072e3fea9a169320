"""Where a shelf's files lie: incoming/<id>.part and .marks while written, ab/cd/<id> for good."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from plainview.base.storage import files


@dataclass(frozen=True)
class Layout:
    """The names inside one folder."""

    folder: Path

    @property
    def incoming(self) -> Path:
        """Where unfinished objects lie."""
        return self.folder / "incoming"

    def final(self, object_id: UUID) -> Path:
        """A complete object. Two levels of 256 folders keep each small at tens of millions of objects."""
        name = str(object_id)
        return self.folder / name[:2] / name[2:4] / name

    def part(self, object_id: UUID) -> Path:
        """An object that is being written."""
        return self.incoming / f"{object_id}.part"

    def marks(self, object_id: UUID) -> Path:
        """The marks of its chunks, kept beside it."""
        return self.incoming / f"{object_id}.marks"

    def sync_names(self, object_id: UUID) -> None:
        """Makes the name of a complete object durable, and every folder on the way to it."""
        final = self.final(object_id)
        for folder in (final.parent, final.parent.parent, self.folder, self.folder.parent):
            files.sync_folder(folder)

    def kind(self, path: Path) -> tuple[str, UUID | None]:
        """What a file is by its name: object, part, or stray where storage never gives such a name."""
        try:
            object_id = UUID(path.stem)
        except ValueError:
            return "stray", None
        if path in (self.part(object_id), self.marks(object_id)):
            return "part", object_id
        return ("object", object_id) if path == self.final(object_id) else ("stray", None)
