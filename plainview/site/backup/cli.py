"""`plainview backup DIR`, `plainview backup drill DIR`, `plainview restore DIR --keys F`."""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from plainview.site.backup.places import BackupError

say = Console(stderr=True, soft_wrap=True, highlight=False)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Keys = Annotated[Path | None, typer.Option(help="The file of the keys. Beside the folder, as DIR.keys, unless given.")]
Published = Annotated[
    Path | None, typer.Option(help="A newer published log folder, or a checkpoint, that somebody kept.")
]
Where = Annotated[list[str], typer.Argument(help="DIR, or: drill DIR", metavar="[drill] DIR")]


def backup(
    where: Where,
    with_objects: Annotated[bool, typer.Option("--with-objects", help="Copy the stored files, too.")] = False,
    keys: Keys = None,
    sample: Annotated[int, typer.Option(min=0, help="Of a drill: how many stored files to read.")] = 100,
    published: Published = None,
    as_json: AsJson = False,
) -> None:
    """Back up database, log and receipts of one moment into DIR, and the keys into a file apart.

    `backup drill DIR` restores a backup beside this installation, checks it, and removes it again.
    """
    if len(where) == 2 and where[0] == "drill":
        _drill(Path(where[1]), keys, sample, published, as_json)
    elif len(where) == 1:
        _make(Path(where[0]), keys, with_objects, as_json)
    else:
        _fail("say `plainview backup DIR` or `plainview backup drill DIR`")


def restoring(words: list[str]) -> None:
    """Runs `plainview restore …` without an installation under it."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name="restore")(restore)
    app(words, prog_name="plainview restore")


def restore(
    folder: Annotated[Path, typer.Argument(help="The backup.")],
    keys: Keys = None,
    published: Published = None,
    objects: Annotated[Path | None, typer.Option(help="Where the stored files lie, if not in the backup.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into the empty folder that PLAINVIEW_DATA names, and prove that the log goes on.

    Exits 1 where it may not serve: rolled back behind what was published, or damaged.
    """
    from plainview.site import installation
    from plainview.site.backup.bringing_back import restore as bring_back

    data, asked = installation.data_folder(), _passphrase()
    try:
        found = bring_back(
            folder, _keys(folder, keys), data, published=published, objects=objects, passphrase=asked, tell=_tell
        )
    except BackupError as problem:
        _fail(str(problem))
    if not found.refused:
        _note_restored(found.about.made_at)
    told = {
        "serves": not found.refused,
        "size": found.about.size,
        "missing": found.missing,
        "proved": found.proved,
        "refused": found.refused,
        "published_compared": published is not None,
    }
    _say_restored(told, data, as_json)
    raise typer.Exit(0 if told["serves"] else 1)


def _make(target: Path, keys: Path | None, with_objects: bool, as_json: bool) -> None:
    from plainview.base.custody.guard import LogBroken
    from plainview.ledger.tiles import TileError
    from plainview.site.backup.making import make

    asked = _passphrase()
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            tasks: dict[str, Any] = {}

            def tell(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(what)
                bar.update(tasks[what], completed=done, total=total)

            actor = f"shell:{getpass.getuser()}"
            made = make(
                target, _keys(target, keys), with_objects=with_objects, passphrase=asked, actor=actor, tell=tell
            )
    except (BackupError, LogBroken, TileError, OSError) as problem:
        _fail(str(problem))
    warning = "" if asked else "The keys are NOT sealed (no PLAINVIEW_BACKUP_PASSPHRASE). "
    warning += "Keep them apart from the backup: who has both can read everything. A later `epoch closed` counts only "
    warning += "where older files of keys are destroyed, too."
    told = {
        "folder": str(made.folder),
        "keys": str(made.keys),
        "sealed": bool(asked),
        "size": made.about.size,
        "root": made.about.root,
        "objects": made.about.objects,
        "object_bytes": made.about.object_bytes,
        "with_objects": with_objects,
        "warning": warning,
    }
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    how = "with" if with_objects else "by reference"
    typer.echo(f"{made.folder}: the log at {made.about.size:,} entries, {made.about.objects:,} stored files {how}.")
    typer.echo(f"{made.keys}: the keys. {warning}")


def _drill(source: Path, keys: Path | None, sample: int, published: Path | None, as_json: bool) -> None:
    from plainview.site.backup.drill import drill

    try:
        found = drill(source, _keys(source, keys), sample=sample, published=published, tell=_tell)
    except BackupError as problem:
        _fail(str(problem))
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for sentence in [*found["restored"]["proved"], *found["restored"]["refused"]]:
            typer.echo(sentence)
        if found["books"]:
            word = "balance" if found["books"]["balanced"] else "DON'T BALANCE"
            typer.echo(f"The restored books {word}: {found['books']['items_in']:,} items in.")
        typer.echo(f"{found['read']:,} stored files were read from end to end.")
        for each in found["problems"]:
            typer.echo(f"WRONG {each['says']}")
        typer.echo(
            "The drill PASSED." if found["passed"] else "The drill FAILED: this backup would not bring you back."
        )
    raise typer.Exit(0 if found["passed"] else 1)


def _note_restored(made_at: str) -> None:
    from django.db import transaction

    from plainview.base import custody
    from plainview.base.custody import sequencer
    from plainview.base.custody.kinds import Kind

    with transaction.atomic():
        facts = {"made_at": made_at}
        actor = f"shell:{getpass.getuser()}"
        custody.record(Kind.STORAGE_BACKUP_RESTORED, sequencer.log_item(), actor=actor, facts=facts)
    sequencer.drain()


def _say_restored(told: dict[str, Any], data: Path, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    for sentence in told["proved"]:
        typer.echo(sentence)
    for sentence in told["refused"]:
        typer.echo(f"REFUSED {sentence}")
    if told["serves"]:
        typer.echo(f"Restored into {data}. Next: plainview sweep, then plainview up.")
        if not told["published_compared"]:
            typer.echo(
                "NOTICE: nobody's copy of the published log was compared (--published). If one is newer than this "
                "backup, don't serve: ask whoever keeps checkpoints first."
            )
    else:
        typer.echo("It may not serve as it is: `plainview up` refuses.")


def _keys(folder: Path, keys: Path | None) -> Path:
    return keys or folder.with_name(f"{folder.name}.keys")


def _passphrase() -> str:
    return os.environ.get("PLAINVIEW_BACKUP_PASSPHRASE", "")


def _tell(what: str) -> None:
    if say.is_terminal:
        say.print(what)


def _fail(message: str) -> NoReturn:
    say.print(f"plainview: {message}", markup=False)
    raise typer.Exit(1)
