"""`plainview log …`: drain the outbox, check all of history, show an item's, mend what can be mended."""

from __future__ import annotations

import csv as csv_format
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from plainview.base.custody import access, guard, keys, rules, sequencer
from plainview.base.custody import mend as mending
from plainview.base.custody.audit import Check, audit
from plainview.base.custody.history import describe, facts_of, history
from plainview.base.custody.models import Event, Item
from plainview.base.custody.standing import standing

log = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The log of everything: drain, check, show, mend.")
ACTOR = "system:command"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@log.command()
def drain(as_json: AsJson = False) -> None:
    """Move everything that waits into the log and sign a checkpoint over it."""
    with _plainly():
        moved = sequencer.drain()
        deadline = time.monotonic() + 30
        while (now := standing()).size > now.published or now.waiting:
            if time.monotonic() > deadline:
                _fail("Events still wait after 30 seconds: another process holds the log. Is one hanging?")
            time.sleep(0.1)
            moved += sequencer.drain()
    if as_json:
        _print({"moved": moved, "size": now.size, "root": now.root.hex(), "signed_at": now.signed_at})
    else:
        signed = f", signed {timezone.localtime(now.signed_at):%Y-%m-%d %H:%M:%S}" if now.signed_at else ""
        typer.echo(f"{_count(moved, 'event')} moved. The log has {_count(now.size, 'entry', 'entries')}{signed}.")


@log.command()
def check(as_json: AsJson = False) -> None:
    """Check every byte of the log against every row of history. Exits 1 where something is wrong."""
    checks = []
    with _plainly(), _progress() as tell:
        for found in audit(tell):
            checks.append(found)
            if not as_json:
                _say(found)
    wrong = sum(len(each.findings) for each in checks)
    if as_json:
        _print({"sound": not wrong, "checks": [_as_json(each) for each in checks]})
    elif wrong:
        typer.echo(f"History is NOT in order: {_count(wrong, 'finding')}. Keep a copy of everything before you mend.")
    else:
        typer.echo("History is in order. Not witnessed: nobody outside has signed that they saw the same log.")
    raise typer.Exit(1 if wrong else 0)


@log.command()
def show(
    handle: Annotated[str, typer.Argument(help="The handle of a recording, a file, an account …")],
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Write the list into a CSV file.")] = None,
) -> None:
    """Show what happened to an item, oldest first."""
    if not Item.objects.filter(handle=handle).exists():
        _fail(f"Nothing has the handle {handle!r:.60}. A handle is 32 hex digits; the page of a recording shows it.")
    events = history(handle)
    names = access.names_of({event.actor for event in events})
    rows = [_row(event, describe(event, names.get)) for event in events]
    if csv is not None:
        _write_csv(csv, rows)
    if as_json:
        _print(rows)
    elif csv is None:
        for row in rows:
            place = "waiting" if row["entry"] is None else f"entry {row['entry']:,}"
            typer.echo(f"{row['n']:>4}  {row['at']}  {row['says']}  [{place}]")


@log.command()
def mend(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mend a log whose database or folder was put back from an old copy, where no newer copy is left."""
    with _plainly():
        problems = guard.check_start()
        if problems and not yes:
            typer.echo("\n".join(problems), err=True)
            if not sys.stdin.isatty():
                _fail("Say --yes to mend it.")
            typer.confirm("Is there really no newer copy? What is mended stays without its private facts.", abort=True)
        done = mending.mend(ACTOR)
        sequencer.drain()
    if as_json:
        _print({"done": done})
    else:
        typer.echo("\n".join(done) or "Nothing to mend: database, tiles and signed checkpoint agree.")


@contextmanager
def _plainly() -> Iterator[None]:
    """Says what stands in the way instead of showing a stack."""
    try:
        yield
    except guard.LogBroken as problem:
        _fail("\n".join(problem.problems))
    except (keys.KeyProblem, mending.CanNotMend, rules.BadFacts) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"The log can't be written: {problem}. Free space or mend the disk; nothing that waits is lost.")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Shows progress on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what)
            bar.update(tasks[what], completed=done, total=total)

        yield tell


def _say(found: Check) -> None:
    typer.echo(f"{'WRONG' if found.findings else 'fine ':<6} {found.says}.")
    for finding in found.findings:
        typer.echo(f"       {finding.where}: {finding.says}")


def _as_json(found: Check) -> dict[str, Any]:
    findings = [{"where": each.where, "says": each.says} for each in found.findings]
    return {"check": found.name, "says": found.says, "findings": findings}


def _row(event: Event, says: str) -> dict[str, Any]:
    place = getattr(event, "place", None)
    return {
        "n": event.n,
        "at": f"{timezone.localtime(event.logged_at):%Y-%m-%d %H:%M:%S}",
        "says": says,
        "entry": place.index if place else None,
        "kind": event.kind,
        "actor": event.actor,
        "event": str(event.pk),
        "facts": dict(facts_of(event)),
    }


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv_format.writer(file)
        writer.writerow(["n", "at", "says", "entry", "kind", "actor", "event", "facts"])
        for row in rows:
            cells = {**row, "facts": json.dumps(row["facts"], ensure_ascii=False)}
            writer.writerow([_harmless(cell) for cell in cells.values()])


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def _fail(message: str) -> NoReturn:
    typer.echo(f"plainview log: {message}", err=True)
    raise typer.Exit(1)
