"""`plainview admin …` and `plainview roster …`."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from plainview.base.people.actions import (
    Imported,
    Refused,
    create_first_administrator,
    import_roster,
    release_account,
    rename_agency,
)
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account
from plainview.base.people.table import ImportRefused
from plainview.ledger.canonical import Json

ACTOR = "system:command"
admin = typer.Typer(no_args_is_help=True, help="The administrators of an installation.")
roster = typer.Typer(no_args_is_help=True, help="Who serves where, under whom.")
say = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@admin.command("create")
def create(
    username: Annotated[str, typer.Option(help="The name to log in with.")] = "",
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    password: Annotated[str, typer.Option(help="Better use --password-file: others see what you type here.")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the password; - reads standard input.")
    ] = None,
    another: Annotated[bool, typer.Option("--another", help="Even where there is an administrator.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the first administrator, who makes every other account on the page People."""
    username = username or _ask("User name", "--username")
    name = name or _ask("Name", "--name")
    secret = password or (_first_line(password_file) if password_file else _ask_password())
    try:
        account = create_first_administrator(
            username, name, secret, actor=ACTOR, origin=command_origin(), another=another
        )
    except Refused as problem:
        option = {"full_name": " (--name)", "username": " (--username)", "password": " (the password)"}
        fail(f"{problem}{option.get(problem.field, '')}", as_json)
    if as_json:
        _answer({"account": str(account.pk), "username": account.username, "roles": sorted(account.roles)})
        return
    typer.echo(f"{account.full_name} is administrator of {home_agency().name}, and logs in as {account.username}.")
    typer.echo("Next: plainview policy adopt F.toml · plainview roster import F.csv · plainview fleet import F.csv")
    typer.echo("Then: plainview up, log in, set up a second factor, and make the other accounts under People.")


@admin.command("release")
def release(username: Annotated[str, typer.Argument(help="The locked account.")]) -> None:
    """Release a locked account, where no administrator can log in to do it."""
    account = Account.objects.filter(username__iexact=username).first()
    if account is None:
        fail(f"There is no account {username}.")
    try:
        release_account(account, actor=ACTOR, origin=command_origin())
    except Refused as problem:
        fail(str(problem))
    typer.echo(f"{account.username} is released.")


@admin.command("agency")
def agency(name: Annotated[str, typer.Argument(help="The department's name.")]) -> None:
    """Correct the department's name, as pages and packages show it."""
    if not name.strip():
        fail("Write the department's name.")
    rename_agency(home_agency(), name.strip(), actor=ACTOR)
    typer.echo(f"The department is called {name.strip()}.")


@roster.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="badge,name,unit,rank,supervisor_badge,from,to")],
    as_json: AsJson = False,
) -> None:
    """Import the roster: all of it or nothing. The same file twice changes nothing."""
    try:
        with say.status(f"Reading {file.name} …"):
            done = import_roster(file, actor=ACTOR, origin=command_origin())
    except OSError as problem:
        fail(f"{file}: {problem.strerror}. Give the path of a CSV file.", as_json)
    except ImportRefused as refused:
        refuse(refused, as_json)
    if as_json:
        _answer(asdict(done) | {"changed": done.changed})
        return
    typer.echo(sentence(done))


@roster.callback()
def _group() -> None:
    """Keeps `import` a command of its own."""


def sentence(done: Imported) -> str:
    """Returns what an import did, in words."""
    if not done.changed:
        return f"{done.file}: {counted(done.rows, 'row')}, and the roster says all of it already. Nothing changed."
    counts = [
        (done.officers, "new officer"),
        (done.units, "new unit"),
        (done.assignments, "new assignment"),
        (done.updated, "corrected assignment"),
        (done.closed, "ended assignment"),
        (done.renamed, "corrected name"),
        (done.unchanged, "unchanged row"),
    ]
    return f"{done.file}: {counted(done.rows, 'row')}. " + ", ".join(counted(n, what) for n, what in counts if n) + "."


def counted(number: int, one: str, many: str = "") -> str:
    """Returns `1 row`, `1,200 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def refuse(refused: ImportRefused, as_json: bool) -> NoReturn:
    """Says what is wrong with a file, on standard error and, if asked, as JSON. Exits 1."""
    for line in refused.sentences():
        say.print(line, markup=False, soft_wrap=True)
    say.print("Nothing was imported.")
    if as_json:
        problems = [{"row": p.row, "column": p.column, "message": p.message} for p in refused.problems]
        _answer({"file": refused.name, "imported": False, "problems": problems})
    raise typer.Exit(1)


def command_origin() -> dict[str, Json]:
    """Returns where a command came from: who runs it on this machine."""
    try:
        return {"machine_user": getpass.getuser()}
    except (KeyError, OSError):
        return {"machine_user": None}  # a container without a user list


def _answer(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def fail(message: str, as_json: bool = False) -> NoReturn:
    """Says what is wrong and what to do, on standard error and, if asked, as JSON. Exits 1."""
    say.print(message, markup=False, soft_wrap=True)
    if as_json:
        _answer({"error": message})
    raise typer.Exit(1)


def _ask(what: str, option: str) -> str:
    if not sys.stdin.isatty():
        fail(f"{what} is missing: give {option}. (Nobody is asked, since no terminal is there to answer.)")
    return str(typer.prompt(what, err=True))


def _ask_password() -> str:
    if not sys.stdin.isatty():
        fail("The password is missing: give --password-file F, or --password-file - and pipe it in.")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        fail("The two passwords differ. Nothing was created.")
    return first


def _first_line(path: Path) -> str:
    try:
        text = sys.stdin.readline() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as problem:
        fail(f"--password-file {path}: {problem.strerror}.")
    line = text.split("\n", 1)[0].rstrip("\r")
    if not line:
        fail(f"--password-file {path}: its first line is empty.")
    return line
