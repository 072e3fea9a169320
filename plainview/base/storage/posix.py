"""A folder of objects. An object gets its final name by a hard link, which can't replace anything whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from plainview.base.storage import files
from plainview.base.storage.errors import Busy, Missing, StorageError
from plainview.base.storage.layout import Layout
from plainview.base.storage.posix_part import PosixObject, PosixPart
from plainview.base.storage.shelf import Expunged, Found


class PosixShelf:
    """Objects in a local or mounted folder."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder)

    def begin(self, object_id: UUID, expect: int = 0) -> PosixPart:
        """Starts an object that may come to `expect` bytes. Raises NoRoom."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with files.room_on(self.layout.folder):
            self.layout.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            files.need_room(self.layout.incoming, expect)
            file = os.open(self.layout.part(object_id), flags, 0o600)
        part = PosixPart(self.layout, object_id, file)
        if not files.lock(file):
            part.discard()
            raise Busy(f"object {object_id} couldn't be locked as it was begun; try again")
        return part

    def reopen(self, object_id: UUID) -> PosixPart:
        """Takes up a part that was left. Raises Missing, or Busy while another process holds it."""
        path = self.layout.part(object_id)
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Missing(f"there is no unfinished object {object_id}; send the file again") from None
        part = PosixPart(self.layout, object_id, file)
        # What was opened may be a finished object by now. Nothing may be changed before we hold
        # the lock and know that it has one name, and that the part's.
        if not files.lock(file):
            part.close()
            raise Busy(f"object {object_id} is being written by another process; try again when it is done")
        if not files.is_only_name(path, file):
            part.close()
            raise Missing(f"object {object_id} is finished or was removed")
        return part

    def open(self, object_id: UUID) -> PosixObject:
        """Opens a complete object. Raises Missing."""
        path = self.layout.final(object_id)
        try:
            return PosixObject(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            raise Missing(f"object {object_id} isn't at {path}; is the disk mounted?") from None

    def holds(self, object_id: UUID) -> bool:
        """Whether a complete object is there."""
        return self.layout.final(object_id).exists()

    def remove(self, object_id: UUID) -> bool:
        """Removes an object and its part, unless somebody is writing it. Only for objects without a row."""
        # Between link and unlink a finished object has two names but is one file with one lock.
        return self._remove(self.layout.final(object_id), *self._unfinished(object_id))

    def remove_part(self, object_id: UUID) -> bool:
        """Removes what was begun, unless somebody is writing it. Never a complete object."""
        return self._remove(*self._unfinished(object_id))

    def confirm(self, object_id: UUID) -> int:
        """Sees to it that a complete object will still be there after a power cut; returns its size. Raises Missing.

        A writer that was killed as it gave the name may not have come to all of this.
        """
        stored = self.open(object_id)
        stored.close()
        self.layout.final(object_id).chmod(0o400)
        self.layout.sync_names(object_id)
        self.tidy(object_id)
        return stored.size

    def tidy(self, object_id: UUID) -> None:
        """Removes what a crash may have left beside a complete object. Never the object."""
        if self.holds(object_id):
            for path in self._unfinished(object_id):
                path.unlink(missing_ok=True)

    def _unfinished(self, object_id: UUID) -> tuple[Path, Path]:
        return self.layout.part(object_id), self.layout.marks(object_id)

    def _remove(self, *names: Path) -> bool:
        there = [path for path in names if path.exists()]
        try:
            file = os.open(there[0], os.O_RDONLY | os.O_CLOEXEC) if there else -1
        except FileNotFoundError:  # finished or swept by another just now
            return False
        if file < 0:
            return False
        try:
            if not files.lock(file):
                return False
            for path in there:
                path.unlink(missing_ok=True)
                files.sync_folder(path.parent)
            return True
        finally:
            os.close(file)

    def everything(self) -> Iterator[Found]:
        """Walks over every file, incoming first. A part and its marks count as one."""
        seen: set[UUID] = set()
        for path in self._walk():
            kind, object_id = self.layout.kind(path)
            if kind == "part" and object_id:
                if object_id in seen:
                    continue
                seen.add(object_id)
            with suppress(FileNotFoundError):  # finished or swept in the meantime
                facts = path.lstat()
                changed = datetime.fromtimestamp(facts.st_ctime, UTC)
                is_open = kind != "stray" and files.is_locked(path)
                yield Found(kind, object_id, path, facts.st_size, changed, is_open)

    def expunge(self, object_id: UUID) -> Expunged:
        """Removes everything of an object, makes that durable, and looks again."""
        final, removed, others = self.layout.final(object_id), 0, 0
        folders, changed = (self.layout.incoming, final.parent), {final.parent}
        for path in (*self._unfinished(object_id), final):
            with suppress(FileNotFoundError):
                others = path.lstat().st_nlink - 1  # of the last: by then the unfinished names are gone
                path.unlink()
                removed += 1
                changed.add(path.parent)
        for folder in changed:  # its own always: who was killed between unlinking and this comes again
            with suppress(FileNotFoundError):
                files.sync_folder(folder)
        name = str(object_id)
        left = [str(path) for folder in folders if folder.is_dir() for path in folder.iterdir()
                if path.name.startswith(name)]  # fmt: skip
        return Expunged(removed, others, left)

    def listing(self, prefix: str) -> Iterator[tuple[UUID, int]]:
        """Yields every complete object whose id begins with two hex digits, and its size."""
        top = self.layout.folder / prefix
        for folder in sorted(top.iterdir()) if top.is_dir() else ():
            with suppress(NotADirectoryError), os.scandir(folder) as entries:
                for entry in entries:
                    kind, object_id = self.layout.kind(Path(entry.path))
                    if kind == "object" and object_id:
                        with suppress(FileNotFoundError):
                            yield object_id, entry.stat(follow_symlinks=False).st_size

    def strays(self) -> Iterator[Path]:
        """Yields every file whose name storage never gives."""
        return (path for path in self._walk() if self.layout.kind(path)[0] == "stray")

    def there(self) -> bool:
        """Whether the folder can be reached and holds anything: one that isn't mounted doesn't."""
        return self.layout.folder.is_dir() and any(self.layout.folder.iterdir())

    def problems(self) -> list[str]:
        """What this folder can't promise, in plain sentences. Writes and removes a small file."""
        object_id, found = uuid4(), []
        part = self.begin(object_id)
        try:
            part.append(memoryview(os.urandom(64 * 1024)))
            part.sync()
            if part.in_memory():
                found.append(
                    f"{self.layout.folder} answers from memory what was just written, as tmpfs does: "
                    "reading back can't prove there that a disk has it"
                )
            part.publish()
        except StorageError as problem:
            found.append(str(problem))
        finally:
            part.discard()
            self.remove(object_id)
        return found

    def _walk(self) -> Iterator[Path]:
        for folder, below, names in os.walk(self.layout.folder):
            below.sort(key=lambda name: (name != "incoming", name))
            # x.part before x.marks: the part says whether somebody is at it
            yield from (Path(folder, name) for name in sorted(names, reverse=True))
