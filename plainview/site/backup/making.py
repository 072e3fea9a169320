"""Makes a backup of one moment: the sequencer stands still while the snapshot is taken and the log is copied."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody import guard, lock, place, sequencer
from plainview.base.custody.kinds import Kind
from plainview.base.storage import shelves
from plainview.base.storage.files import sync_folder
from plainview.base.storage.models import Copy, StoredObject
from plainview.site.backup import keyfile, postgres
from plainview.site.backup.places import DUMP, MANIFEST, About, BackupError, check_files, digest, files_in

WAIT = 60.0  # seconds for the sequencer to let go
Tell = Callable[[str, int, int], None]
PRIVATE = {"refused"}  # of the log's folder: not published, and not of another moment


@dataclass(frozen=True)
class Made:
    """What was made."""

    folder: Path
    keys: Path
    about: About


def make(target: Path, keys: Path, *, with_objects: bool, passphrase: str, actor: str, tell: Tell) -> Made:
    """Makes a backup in a new folder and the file of its keys. Raises BackupError; then neither is there."""
    _check_targets(target, keys)
    guard.require_sound()
    partial = target.with_name(f".{target.name}.{secrets.token_hex(6)}.partial")
    partial.mkdir(parents=True, mode=0o700)
    sealed = partial.with_suffix(".keys")
    try:
        about = _write(partial, sealed, with_objects, passphrase, tell)
        _verify(partial, about)
        _make_durable(partial)
        sealed.rename(keys)
        partial.rename(target)
        sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        sealed.unlink(missing_ok=True)
        raise
    _note(about, actor)
    return Made(target, keys, about)


def _check_targets(target: Path, keys: Path) -> None:
    for path in (target, keys):
        if path.exists():
            raise BackupError(f"{path} is there already; a backup never overwrites another. Take a new name")
    if keys.resolve().is_relative_to(target.resolve()):
        raise BackupError("the keys belong elsewhere than the backup: who finds both can read everything")
    if target.resolve().is_relative_to(Path(settings.DATA).resolve()):
        raise BackupError(f"{target} lies in the data folder; a backup belongs on another disk")


def _write(folder: Path, keys: Path, with_objects: bool, passphrase: str, tell: Tell) -> About:
    with _one_moment() as snapshot:
        size, _ = guard.end_of_database()
        with _still():
            about = _describe(size, with_objects)
            _copy_log(folder / "log")
            keyfile.write(place.key_folder(), keys, passphrase)
        tell("database", 0, 1)
        postgres.dump(folder / DUMP, snapshot)
        tell("database", 1, 1)
        about.objects, about.object_bytes = _manifest(folder / MANIFEST)
    receipts = Path(settings.DATA) / "receipts"
    if receipts.is_dir():
        shutil.copytree(receipts, folder / "receipts")
    if with_objects:
        _copy_objects(folder, about.objects, tell)
    about.files = {str(path.relative_to(folder)): digest(path) for path in files_in(folder)}
    about.write(folder)
    return about


@contextmanager
def _one_moment() -> Iterator[str]:
    """Holds one view of the database and yields the name by which pg_dump shares it.

    The sequencer's lock is held while the view is taken, so that the log on disk is of the same moment; it is let go
    by `_still` once log and keys are copied.
    """
    sequencer.drain()
    _take_lock()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
            cursor.execute("select pg_export_snapshot()")
            yield str(cursor.fetchone()[0])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock_all()")


@contextmanager
def _still() -> Iterator[None]:
    """The log stands still inside; afterwards others may go on while the database is being dumped."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s)", [lock.LOCK])


def _take_lock() -> None:
    deadline = time.monotonic() + WAIT
    while True:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [lock.LOCK])
            if cursor.fetchone()[0]:
                return
        if time.monotonic() > deadline:
            raise BackupError(f"the sequencer of the log didn't let go within {WAIT:g} seconds; is a process hanging?")
        time.sleep(0.02)


def _describe(size: int, with_objects: bool) -> About:
    log = place.tile_log()
    return About(
        made_at=timezone.now().isoformat(),
        origin=_text("origin"),
        vkey=_text("vkey"),
        size=size,
        root=log.root(size).hex() if size else "",
        checkpoint=log.checkpoint() or "",
        objects=0,
        object_bytes=0,
        with_objects=with_objects,
        postgres=postgres.major(),
        shelves={name: str(folder) for name, folder in shelves.places().items()},
        current=shelves.current(),
    )


def _text(name: str) -> str:
    path = place.log_folder() / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _copy_log(target: Path) -> None:
    def private(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name in PRIVATE or name.startswith(".")]

    shutil.copytree(place.log_folder(), target, ignore=private)


def _manifest(target: Path) -> tuple[int, int]:
    """Lists every object that lives; a further copy on another shelf is listed with it. Returns count and bytes."""
    further: dict[object, list[str]] = {}
    for object_id, shelf in Copy.objects.filter(state=Copy.State.GOOD).values_list("object_id", "shelf"):
        further.setdefault(object_id, []).append(shelf)
    count, size = 0, 0
    living = StoredObject.objects.filter(destroyed_at=None).order_by("id")
    with target.open("w", encoding="utf-8") as out:
        for row in living.defer("wrapped_key").iterator(chunk_size=5000):
            facts = {
                "id": str(row.id),
                "handle": row.handle,
                "shelves": [row.shelf, *further.get(row.id, [])],
                "size": row.size,
                "stored_size": row.stored_size,
                "sha256": bytes(row.sha256).hex(),
            }
            out.write(json.dumps(facts, sort_keys=True) + "\n")
            count, size = count + 1, size + row.stored_size
    return count, size


def _copy_objects(folder: Path, total: int, tell: Tell) -> None:
    """Copies the ciphertext that the manifest lists."""
    with (folder / MANIFEST).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            facts = json.loads(line)
            source = shelves.folder_of(facts["shelves"][0]) / _inside(facts["id"])
            target = folder / "objects" / _inside(facts["id"])
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                shutil.copyfile(source, target)
            except OSError as problem:
                raise BackupError(
                    f"object {facts['id']} can't be copied: {problem}. Run `plainview sweep`"
                ) from problem
            if target.stat().st_size != facts["stored_size"]:
                raise BackupError(f"object {facts['id']} isn't whole on its shelf. Run `plainview sweep`")
            tell("objects", number, total)


def _inside(object_id: str) -> Path:
    return Path(object_id[:2]) / object_id[2:4] / object_id


def _verify(folder: Path, about: About) -> None:
    """Reads what was written once more."""
    wrong = check_files(folder, about)
    if not postgres.readable(folder / DUMP):
        wrong.append(f"{DUMP} can't be read back")
    from plainview.ledger.tiles import TileLog

    if about.size and TileLog(folder / "log").root(about.size).hex() != about.root:
        wrong.append("the copied log has another root than the log")
    if wrong:
        raise BackupError("the backup isn't what was to be written: " + "; ".join(wrong))


def _make_durable(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        else:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            os.fsync(file)
            os.close(file)
    sync_folder(folder)


def _note(about: About, actor: str) -> None:
    facts = {"objects": about.objects, "with_objects": about.with_objects, "size": about.size}
    with transaction.atomic():
        custody.record(Kind.STORAGE_BACKUP_MADE, sequencer.log_item(), actor=actor, facts=facts)
    sequencer.drain()
