"""What an installation is on disk: folders, keys, the database under them, all created by the first command."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

FOLDERS = {"keys": 0o700, "objects": 0o700, "log": 0o755, "receipts": 0o700, "staging": 0o700}


def data_folder() -> Path:
    """Returns the data folder: `PLAINVIEW_DATA`, or `var/plainview` below the current folder."""
    return Path(os.environ.get("PLAINVIEW_DATA") or "var/plainview").resolve()


def secret_key(data: Path) -> str:
    """Returns the installation's own secret for sessions and forms; a throw-away one before there is one."""
    path = data / "keys" / "sessions.key"
    return path.read_text(encoding="ascii") if path.exists() else secrets.token_urlsafe(48)


def create_folders(data: Path) -> None:
    """Creates what is missing, private where it must be. Safe to call again."""
    for name, mode in FOLDERS.items():
        folder = data / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    path = data / "keys" / "sessions.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))


def ensure(data: Path) -> None:
    """Makes the installation ready: folders, keys, database, tables. Quick where nothing is missing."""
    from plainview.site import database

    create_folders(data)
    database.start(data)
    import django

    django.setup()
    _migrate(data)


def _migrate(data: Path) -> None:
    """Runs the migrations unless the stamp says that these very files were applied to this database."""
    stamp, wanted = data / "migrated", _migrations_digest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    if not (data / "log" / "origin").exists():
        from plainview.base.custody import keys

        keys.create()  # name and key of the log belong to the installation from its first moment
    stamp.write_text(wanted, encoding="ascii")


def _migrations_digest() -> str:
    root = Path(__file__).resolve().parent.parent
    names = sorted(str(p.relative_to(root)) for p in root.glob("**/migrations/0*.py"))
    return hashlib.sha256("\n".join([os.environ.get("DATABASE_URL", ""), *names]).encode()).hexdigest()
