"""`plainview doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

Verdict = Literal["fine", "notice", "wrong"]
STANDSTILL = timedelta(hours=1)  # without a signed checkpoint; its heartbeat comes every ten minutes


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    about: str
    verdict: Verdict
    says: str
    mend: str = ""


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Say what is wrong with this installation and how to mend it. Exits 1 where something is wrong."""
    from django.conf import settings

    findings = list(examine(Path(settings.DATA)))
    wrong = [f for f in findings if f.verdict == "wrong"]
    if as_json:
        typer.echo(json.dumps({"fine": not wrong, "findings": [asdict(f) for f in findings]}, indent=1))
    else:
        _show(findings)
    raise typer.Exit(1 if wrong else 0)


def examine(data: Path) -> Iterator[Finding]:
    """Looks at everything that can be looked at without changing it. One failing look never hides the others."""
    for look in LOOKS:
        try:
            yield from look(data)
        except Exception as problem:  # a look that fails is itself a finding
            yield Finding(look.__name__.strip("_"), "wrong", f"could not be looked at: {problem}")


def _show(findings: list[Finding]) -> None:
    marks = {"fine": "[green]fine  [/green]", "notice": "[yellow]notice[/yellow]", "wrong": "[red]wrong [/red]"}
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        console.print(f"{marks[finding.verdict]}  {finding.about}: {finding.says}")
        if finding.mend:
            console.print(f"        → {finding.mend}")


def _machine(data: Path) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "fine" if sys.version_info >= (3, 11) else "wrong", version, "")
    free = shutil.disk_usage(data).free
    room: Verdict = "fine" if free > 50 << 30 else "notice" if free > 2 << 30 else "wrong"
    mend = "" if room == "fine" else "Free space or move the data folder: a full disk refuses footage."
    yield Finding("Disk", room, f"{free / 1e9:,.1f} GB free under the data folder", mend)
    if time.time() < 1_700_000_000:
        yield Finding("Clock", "wrong", "this machine believes it is before 2024", "Set the clock (chrony, ntpd).")


def _folders(data: Path) -> Iterator[Finding]:
    from plainview.site.installation import FOLDERS

    for name, mode in FOLDERS.items():
        path = data / name
        if not path.is_dir():
            yield Finding("Folders", "wrong", f"{name}/ is missing", "Restore it from the backup; don't make it anew.")
        elif mode == 0o700 and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("Folders", "wrong", f"others may look into {name}/", f"chmod 700 {path}")
    keys = [p for p in (data / "keys").rglob("*") if p.is_file() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    for key in keys:
        yield Finding("Keys", "wrong", f"{key.name} can be read by others", f"chmod 600 {key}")
    if not keys:
        yield Finding("Folders and keys", "fine", "there, and private")


def _database(data: Path) -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    private = "" if os.environ.get("DATABASE_URL") else " (private, under the data folder)"
    yield Finding("PostgreSQL", "fine", f"{version}{private}")
    if fsync != "on":
        yield Finding(
            "PostgreSQL", "wrong", "fsync is off: a power cut loses evidence", "Set fsync = on and restart it."
        )
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding("Tables", "wrong", f"{len(waiting)} migrations wait", "Run `plainview manage migrate`.")


def _history(data: Path) -> Iterator[Finding]:
    from django.utils import timezone

    from plainview.base.custody import guard
    from plainview.base.custody.models import Checkpoint

    problems = guard.check_start()
    for problem in problems:
        yield Finding("History", "wrong", problem, "Don't write on. See docs/operations.md, “When the log disagrees”.")
    if not problems:
        yield Finding("History", "fine", "database, tiles and signed checkpoint agree (sizes and roots)")
    last = Checkpoint.objects.order_by("-signed_at").first()
    if last is not None and timezone.now() - last.signed_at > STANDSTILL:
        yield Finding(
            "Heartbeat",
            "notice",
            f"the log has shown no sign of itself since {last.signed_at:%Y-%m-%d %H:%M} UTC",
            "Run `plainview up` or `plainview work`: outsiders take a log that stands still for a frozen one.",
        )
    yield Finding("Witnesses", "notice", "the log is not witnessed: only this installation vouches for it")


def _books(data: Path) -> Iterator[Finding]:
    from plainview.duties.retention.books import moving
    from plainview.duties.retention.books.models import Alarm, Book

    for row in moving.status():
        if not row["reachable"]:
            mend = "Mount its disk, or name its folder in PLAINVIEW_SHELVES."
            yield Finding("Shelves", "wrong", f"{row['items']:,} files on {row['shelf']} can't be reached", mend)
    count, book = Alarm.objects.filter(closed_at=None).count(), Book.objects.order_by("-struck_at").first()
    if count:
        yield Finding("Books", "wrong", f"{count:,} alarms are open", "See Books, or run `plainview storage check`.")
    elif book is None:
        yield Finding("Books", "notice", "no balance has been struck yet", "Run `plainview sweep`.")
    else:
        yield Finding("Books", "fine", f"balanced on {book.struck_at:%Y-%m-%d %H:%M} UTC, no alarm open")


def _media(data: Path) -> Iterator[Finding]:
    from plainview.base.media import sandbox

    problem = sandbox.status()
    if problem:
        yield Finding("Sandbox", "wrong", problem, "Until then footage is stored, but not looked into or played.")
    else:
        yield Finding("Sandbox", "fine", "decoders run without network and without sight of the data folder")


def _pages(data: Path) -> Iterator[Finding]:
    from django.contrib.staticfiles import finders

    if finders.find("vendor/uswds/css/uswds.min.css"):
        yield Finding("Front-end files", "fine", "there")
    else:
        yield Finding("Front-end files", "wrong", "missing: pages will look bare", "Run `make setup`.")


def _people(data: Path) -> Iterator[Finding]:
    from plainview.base.people.models import RoleGrant
    from plainview.base.people.roles import Role

    held = RoleGrant.objects.filter(revoked_at__isnull=True, account__is_active=True)
    count = held.filter(role=Role.ADMINISTRATOR).count()
    if count == 0:
        yield Finding("Administrators", "wrong", "there is none", "Run `plainview admin create`.")
    else:
        yield Finding("Administrators", "fine", f"{count}")


def _policy(data: Path) -> Iterator[Finding]:
    from plainview.base.policy.lookup import in_force

    version = in_force()
    if version is None:
        mend = "Adopt one: `plainview policy adopt F`. Until then nothing may ever be destroyed."
        yield Finding("Policy", "notice", "none is in force", mend)
    else:
        yield Finding("Policy", "fine", f"{version.policy_id} {version.version}, in force since {version.effective}")


def _security(data: Path) -> Iterator[Finding]:
    from django.conf import settings

    if not settings.REQUIRE_SECOND_FACTOR:
        yield Finding("Second factor", "notice", "not demanded at login", "Set PLAINVIEW_REQUIRE_MFA=1 (CJIS IA-2).")
    if not settings.HTTPS:
        yield Finding(
            "HTTPS", "notice", "session cookies travel without it", "Serve behind TLS; set PLAINVIEW_HTTPS=1."
        )
    yield Finding(
        "FIPS", "notice", "approved algorithms, but this OpenSSL build is not a validated module; not certified"
    )


LOOKS: list[Callable[[Path], Iterator[Finding]]] = [
    _machine,
    _folders,
    _database,
    _history,
    _books,
    _media,
    _pages,
    _people,
    _policy,
    _security,
]
