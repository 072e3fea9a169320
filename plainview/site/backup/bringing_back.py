"""Restores a backup into an empty data folder and proves that the log goes on from it, or refuses to serve.

Who restores an old copy and writes on would make a second history beside the published one. So what is known of the log
elsewhere is compared: a published folder that is newer takes the place of the restored log, and from then on the guard
of the log refuses every write until the lost entries are dealt with.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from plainview.ledger.checkpoint import BadCheckpoint, Checkpoint, parse
from plainview.ledger.note import NoteError, Verifier, open_note
from plainview.ledger.tiles import TileError, TileLog
from plainview.site.backup import keyfile
from plainview.site.backup.places import DUMP, About, BackupError, check_files, read_about

Tell = Callable[[str], None]


@dataclass
class Restored:
    """What came of it."""

    about: About
    proved: list[str] = field(default_factory=list)
    missing: int = 0  # entries that were published after the backup
    refused: list[str] = field(default_factory=list)  # why it may not serve


def restore(
    source: Path, keys: Path, data: Path, *, published: Path | None, objects: Path | None, passphrase: str, tell: Tell
) -> Restored:
    """Restores into an empty folder. Raises BackupError, and then leaves the folder as empty as it was."""
    about = read_about(source)
    tell("Checking the backup")
    if wrong := check_files(source, about):
        raise BackupError("the backup was damaged: " + "; ".join(wrong[:10]))
    newer = _published(published, about, TileLog(source / "log")) if published else None
    _require_empty(data)
    try:
        _put_files(source, keys, data, about, objects, passphrase)
        tell("Restoring the database")
        _put_database(source, data, about)
        if about.with_objects and objects is None:
            _gather_on_one_shelf()
    except BaseException:
        _clear(data)
        raise
    return _prove(Restored(about), data, published, newer, tell)


def _require_empty(data: Path) -> None:
    if data.exists() and any(data.iterdir()):
        raise BackupError(
            f"{data} isn't empty. Set PLAINVIEW_DATA to a new folder; nothing is ever restored over another"
        )


def _clear(data: Path) -> None:
    """Takes back what was put there. A private server that was started stops with this process."""
    from django.db import connections

    connections.close_all()
    for path in data.iterdir() if data.exists() else ():
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.name != "postgres":
            shutil.rmtree(path, ignore_errors=True)
    if (data / "postgres").exists():
        (data / "postgres").rename(data.with_name(f"{data.name}.unfinished-restore-postgres"))


def _put_files(source: Path, keys: Path, data: Path, about: About, objects: Path | None, passphrase: str) -> None:
    (data / "keys").mkdir(parents=True, mode=0o700)
    keyfile.read(keys, data / "keys", passphrase)
    shutil.copytree(source / "log", data / "log")
    if (source / "receipts").is_dir():
        shutil.copytree(source / "receipts", data / "receipts")
    within = about.with_objects and objects is None
    if not within and about.shelves.keys() - {"data"}:
        further = {name: path for name, path in about.shelves.items() if name != "data"}
        kept = json.dumps({"shelves": further, "current": about.current}, indent=1)
        (data / "shelves.json").write_text(kept + "\n", encoding="utf-8")
    if within and (source / "objects").is_dir():
        shutil.copytree(source / "objects", data / "objects")
        for path in (data / "objects").rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o400)
    elif objects is not None:
        if not objects.is_dir():
            raise BackupError(f"--objects {objects} isn't a folder that is there")
        (data / "objects").symlink_to(objects.resolve())


def _put_database(source: Path, data: Path, about: About) -> None:
    import django

    from plainview.site import database, installation
    from plainview.site.backup import postgres

    installation.create_folders(data)
    database.start(data)
    django.setup()
    if not postgres.is_empty():
        raise BackupError("the database that DATABASE_URL names isn't empty; restore into a new one")
    if postgres.major() < about.postgres:
        raise BackupError(f"the backup is of PostgreSQL {about.postgres}; this server is older ({postgres.major()})")
    postgres.restore(source / DUMP)
    installation.ensure(data)  # a newer program brings its tables up


def _gather_on_one_shelf() -> None:
    """A backup with the stored files holds one copy of each, and they were put into `objects/`."""
    from plainview.base.storage.models import Copy, StoredObject
    from plainview.base.storage.shelves import DATA

    Copy.objects.all().delete()
    StoredObject.objects.filter(destroyed_at=None).exclude(shelf=DATA).update(shelf=DATA)


def _prove(found: Restored, data: Path, published: Path | None, newer: Checkpoint | None, tell: Tell) -> Restored:
    from plainview.base.custody import guard, mend
    from plainview.base.custody.audit import audit

    about = found.about
    tell("Proving that the log goes on")
    size, _ = guard.end_of_database()
    if size != about.size or (size and mend._root_of_database(size).hex() != about.root):
        found.refused.append(f"The restored database has {size:,} entries or another root than the backup states.")
        return found
    found.proved.append(f"The database gives the root that the backup states for {size:,} entries.")
    if size and TileLog(data / "log").root(size).hex() == about.root:
        found.proved.append("The restored log has the same root.")
    for check in audit():
        found.refused += [f"{each.where}: {each.says}" for each in check.findings]
    if not found.refused:
        found.proved.append("Every entry, body, counter and checkpoint was checked (`plainview log check`).")
    if published is not None and newer is not None:
        _compare(found, data, published, newer)
    return found


def _compare(found: Restored, data: Path, published: Path, newer: Checkpoint) -> None:
    """Says how the restored state stands to what was published, and makes the guard remember it."""
    from plainview.base.custody import guard, keys

    size = found.about.size
    if newer.size <= size:
        found.proved.append(f"The published log of {newer.size:,} entries is the beginning of the restored one.")
        return
    found.missing = newer.size - size
    if published.is_dir():
        found.proved.append(f"The restored {size:,} entries are the beginning of the {newer.size:,} published ones.")
        shutil.rmtree(data / "log")
        shutil.copytree(published, data / "log")
    keys.seal(_note_of(published))
    found.refused.append(
        f"The backup is older than the published log: {found.missing:,} events are missing. Restore a newer backup. "
        "If there is none, `plainview log mend` takes their public part back from the published log; receipts that "
        "were given away since then name what was lost."
    )
    found.refused += guard.check_start()


def _published(published: Path, about: About, restored: TileLog) -> Checkpoint:
    """Opens what was published and holds the backup against it. Raises BackupError for another history."""
    try:
        told = parse(open_note(_note_of(published), [Verifier(about.vkey)]).text)
    except (NoteError, BadCheckpoint) as problem:
        raise BackupError(f"{published} isn't a checkpoint of the log {about.origin}: {problem}") from problem
    if told.origin != about.origin:
        raise BackupError(f"{published} is of the log {told.origin}, the backup of {about.origin}")
    both = min(told.size, about.size)
    try:
        if told.size <= about.size and restored.root(told.size) != told.root:
            raise BackupError(_FORK.format(both))
        if told.size > about.size and published.is_dir():
            log = TileLog(published)
            if log.root(told.size) != told.root or (both and log.root(both).hex() != about.root):
                raise BackupError(_FORK.format(both))
    except TileError as problem:
        raise BackupError(f"the published log can't be read: {problem}") from problem
    return told


def _note_of(published: Path) -> str:
    path = published / "checkpoint" if published.is_dir() else published
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise BackupError(f"no checkpoint can be read there: {problem}. Name a log folder or a checkpoint") from problem


_FORK = (
    "the backup and the published log are two different histories: they differ within their first {:,} entries. "
    "Keep both as evidence, restore neither, and find out who wrote the other one"
)
