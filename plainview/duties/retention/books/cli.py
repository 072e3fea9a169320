"""`plainview sweep` and `plainview storage …`: check everything, move stored files, say what lies where."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from plainview.base.custody.guard import LogBroken
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.base.people.table import write_table
from plainview.base.storage.errors import StorageError
from plainview.duties.retention.books import moving
from plainview.duties.retention.books import sweep as books
from plainview.duties.retention.books.models import Alarm, Move
from plainview.duties.retention.books.moving import Refused
from plainview.holdings.ingest import sweep as leftovers
from plainview.holdings.ingest.patience import DatabaseAwayError, patiently

say = Console(stderr=True, soft_wrap=True, highlight=False)
storage = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Where footage lies: status, check, move, release."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Budget = Annotated[float, typer.Option(min=0, help="Seconds for reading stored files from end to end.")]
By = Annotated[str, typer.Option(help="The account that does it; without one, the login of this machine is named.")]


def sweep(
    grace: Annotated[float, typer.Option(min=0, help="Minutes for which bytes nobody explains are left alone.")] = 60,
    budget: Budget = books.BUDGET,
    check_history: Annotated[bool, typer.Option("--history/--no-history", help="Check the whole log, too.")] = True,
    as_json: AsJson = False,
) -> None:
    """End what a crash left, strike the books, read every stored file as far as the time lasts. Exits 1 on an alarm."""
    try:
        counts = patiently(lambda: leftovers.sweep(timedelta(minutes=grace)))
    except DatabaseAwayError as problem:
        _fail(f"the database is away ({problem}). Try `plainview doctor`.")
    result = _sweep_books(budget, check_history)
    if as_json:
        sys.stdout.write(json.dumps({**counts, "books": result}) + "\n")
    else:
        sys.stdout.write("".join(f"{count:6d}  {leftovers.WORDS[name]}\n" for name, count in counts.items()))
        _say_books(result)
    raise typer.Exit(1 if result["open_alarms"] or not result["balanced"] else 0)


@storage.command()
def check(budget: Budget = books.BUDGET, as_json: AsJson = False) -> None:
    """List, balance and read stored files, without the sweep of leftovers or of history. Exits 1 on an alarm."""
    result = _sweep_books(budget, check_history=False)
    if as_json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        _say_books(result)
    raise typer.Exit(1 if result["open_alarms"] or not result["balanced"] else 0)


@storage.command()
def status(
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Write the shelves into a CSV file.")] = None,
) -> None:
    """Say what lies on which shelf, and how far a move is."""
    rows, move = moving.status(), moving.open_move()
    if csv is not None:
        lines = write_table(list(rows[0]), [list(row.values()) for row in rows])
        csv.write_text("".join(lines), encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps({"shelves": rows, "move": move and _as_json(move)}) + "\n")
        return
    for row in rows:
        marks = "  ← new files" * row["current"] + ("" if row["reachable"] else "  NOT REACHABLE")
        more = f", {row['copies']:,} copies" * bool(row["copies"]) + f", {row['leaving']:,} to go" * bool(
            row["leaving"]
        )
        figures = f"{row['items']:>10,} files {row['bytes'] / 1e9:>10,.2f} GB"
        typer.echo(f"{row['shelf']:<16} {figures}{more}  {row['folder']}{marks}")
    if move is not None:
        _say_move(move)


@storage.command()
def move(
    to: Annotated[str, typer.Option(help="The name of a shelf, or a folder.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Copy every stored file to another shelf, read it back from there and compare. The old copies stay.

    Run it again after it was stopped or killed: it goes on. Exits 1 where a file could not be copied.
    """
    with _plainly():
        actor = _actor(by)
        begun = moving.begin(to, actor=actor)
        with _bytes_bar("moving") as tell:
            moving.run(begun, tell)
        books.settle()
    if as_json:
        sys.stdout.write(json.dumps(_as_json(begun)) + "\n")
    else:
        _say_move(begun)
    raise typer.Exit(1 if begun.bad else 0)


@storage.command()
def release(
    confirm: Annotated[str, typer.Option(help="The code that the first run printed.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Remove the old copies after a move, in two steps: the first says what would go and prints a code."""
    with _plainly():
        actor, begun = _actor(by), moving.open_move()
        if begun is None:
            raise Refused("There is no move to release.")
        if problems := moving.obstacles(begun):
            raise Refused(" ".join(problems))
        items, size = moving.leaving(begun)
        code = _code(begun, items, size)
        if confirm and confirm != code:
            raise Refused("The code is not the one of what would be removed now. Run it without --confirm first.")
        if confirm:
            with _bytes_bar("removing") as tell:
                moving.release(begun, actor=actor, tell=tell)
            books.settle()
    told = {**_as_json(begun), "would_remove": {"items": items, "bytes": size}, "code": "" if confirm else code}
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
    elif confirm:
        typer.echo(f"Removed {items:,} old copies ({size / 1e9:,.2f} GB). Everything lies on {begun.to} now.")
    else:
        typer.echo(
            f"{items:,} old copies ({size / 1e9:,.2f} GB) would be removed, "
            f"each after another look at its copy on {begun.to}."
        )
        typer.echo(f"To do it: plainview storage release --confirm {code}")


def _sweep_books(budget: float, check_history: bool) -> dict[str, Any]:
    console = Console(stderr=True)
    with _plainly(), Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what)
            bar.update(tasks[what], completed=done, total=total)

        return books.sweep(budget, check_history=check_history, tell=tell).as_json()


def _say_books(result: dict[str, Any]) -> None:
    word = "balance" if result["balanced"] else f"DON'T BALANCE: {result['differences']:,} differences"
    typer.echo(f"The books {word}.")
    for pile in ("in", "held", "destroyed", "quarantined"):
        typer.echo(f"{result[f'items_{pile}']:>10,}  {result[f'bytes_{pile}'] / 1e9:>12,.3f} GB  {pile}")
    read = f"{result['read_items']:,} read from end to end ({result['read_bytes'] / 1e9:,.3f} GB)"
    typer.echo(f"{result['listed']:,} files listed, {read}, {result['unread']:,} never read yet.")
    for alarm in Alarm.objects.filter(closed_at=None).order_by("opened_at"):
        typer.echo(f"ALARM {alarm.pk}: {alarm.summary}.")
        for finding in alarm.findings.order_by("id")[:20]:
            typer.echo(f"  {finding.get_what_display().lower()}: {finding.says}")
        for letter in alarm.letters.order_by("agency"):
            typer.echo(
                f"  letter drafted to {letter.agency or 'an office that no matter states'}: /books/letters/{letter.pk}/"
            )


def _say_move(move: Move) -> None:
    state = "finished" if move.finished_at else "under way"
    typer.echo(f"Move to {move.to}: {state}, {move.items:,} files copied and compared ({move.size / 1e9:,.2f} GB).")
    for bad in moving.bad_copies(move):
        typer.echo(f"  BAD COPY of object {bad.object_id}: {bad.says}")
    for concern in moving.concerned(move):
        typer.echo(f"  concerns matter {concern.number} ({concern.agency or 'no office stated'})")
    for problem in moving.obstacles(move):
        typer.echo(f"  The old copies stay. {problem}")


def _as_json(move: Move) -> dict[str, Any]:
    return {
        "to": move.to,
        "folder": move.folder,
        "begun_by": move.begun_by,
        "finished": bool(move.finished_at),
        "items": move.items,
        "bytes": move.size,
        "bad": [{"object": str(each.object_id), "says": each.says} for each in moving.bad_copies(move)],
        "matters": [{"number": each.number, "agency": each.agency} for each in moving.concerned(move)],
        "released": bool(move.released_at),
        "obstacles": [] if move.released_at else moving.obstacles(move),
    }


def _code(move: Move, items: int, size: int) -> str:
    return sha256(f"{move.handle}:{items}:{size}".encode()).hexdigest()[:8]


def _actor(by: str) -> str:
    """Who does it, for the log: an account that may, or whoever is logged in to the machine."""
    if not by:
        return f"shell:{getpass.getuser()}"
    account = Account.objects.filter(username=by, is_active=True).first()
    if account is None or account.roles.isdisjoint({Role.ADMINISTRATOR, Role.TECHNICIAN}):
        raise Refused(f"{by!r:.60} is no active account of an administrator or technician.")
    return account.actor


@contextmanager
def _bytes_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _plainly() -> Iterator[None]:
    """Says what stands in the way instead of showing a stack."""
    try:
        yield
    except (Refused, books.AtWork, StorageError, LogBroken, OSError) as problem:
        _fail(str(problem))


def _fail(message: str) -> NoReturn:
    say.print(f"plainview: {message}", markup=False)
    raise typer.Exit(1)
