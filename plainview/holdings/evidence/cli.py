"""`plainview package build`: recordings with their histories and proofs, as a folder that anybody can check."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from django.db.models import Q
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from plainview.base.custody.guard import LogBroken
from plainview.base.people.models import Account
from plainview.base.storage.errors import StorageError
from plainview.holdings.evidence.matters import access
from plainview.holdings.evidence.matters.page import linked_ids
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.package import Built, CannotBuild, build_package
from plainview.holdings.evidence.package.missing import Missing, split
from plainview.holdings.incidents.models import Matter

package = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Packages to hand out.")
COMMAND = "system:command"
say = Console(stderr=True, highlight=False, soft_wrap=True)


@package.callback()
def _group() -> None:
    """Packages to hand out."""


@package.command()
def build(
    to: Annotated[Path, typer.Option(metavar="DIR", help="The folder to make; it must be new or empty.")],
    recording: Annotated[list[str] | None, typer.Option(help="A recording's id; may be given more than once.")] = None,
    matter: Annotated[
        str, typer.Option(metavar="M", help="Instead: a matter's number, for every recording that it concerns.")
    ] = "",
    as_account: Annotated[
        str, typer.Option("--as", metavar="ACCOUNT", help="Act for this account, within its rights.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Build a package: the media, every event of their histories with its proof, and the means to check it all."""
    account = _account(as_account)
    if bool(recording) == bool(matter):
        _fail("Name a matter with --matter, or recordings with --recording: one of the two.")
    found = _matter(matter, account) if matter else None
    chosen, missing = split(of_matter(found) if found else _recordings(recording or [], account))
    if found and not chosen:
        _fail(f"None of the {len(missing):,} recordings of {found.number} is held here, so there is nothing to build.")
    if not found and missing:
        _fail(f"Recording {missing[0].recording} is held elsewhere: ask its holder for the bytes.")
    try:
        built = _build(chosen, to.expanduser().absolute(), account, found, missing)
    except (CannotBuild, LogBroken, StorageError, OSError) as problem:
        _fail(str(problem))
    _report(built, account, as_json, missing)


def _build(
    chosen: list[Recording], to: Path, account: Account | None, matter: Matter | None, missing: list[Missing]
) -> Built:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=say, disable=not say.is_terminal, transient=True) as bar:
        task = bar.add_task("Copying the media", total=sum(each.size for each in chosen))
        actor = account.actor if account else COMMAND
        return build_package(
            chosen,
            to,
            actor,
            account=account,
            matter=matter,
            missing=missing,
            on_progress=lambda count: bar.update(task, advance=count),
        )


def _report(built: Built, account: Account | None, as_json: bool, missing: list[Missing]) -> None:
    if account is None:
        say.print("Built as the administrator of this machine: no account's rights were asked, and history says so.")
    if as_json:
        told = {"package": built.handle, "folder": str(built.folder), "files": built.files, "bytes": built.size}
        typer.echo(json.dumps({**told, "missing": [asdict(each) for each in missing]}))
        return
    typer.echo(f"{built.folder}: package {built.handle}, {built.files:,} files, {built.size:,} bytes of media.")
    for each in missing:
        typer.echo(f"Not inside: recording {each.recording}. {each.reason}")
    typer.echo(f"Check it with: plainview verify {built.folder}   or there, on any computer: python3 verify.pyz .")


def _account(name: str) -> Account | None:
    if not name:
        return None
    found = Account.objects.filter(username=name, is_active=True).first()
    return found or _fail(f"There is no active account {name}. Name one with --as, or leave --as out.")


def _matter(number: str, account: Account | None) -> Matter:
    matters = Matter.objects.all() if account is None else access.visible(account)
    found = matters.filter(number=number).select_related("merged_into").first()
    if found is None:
        _fail(f"There is no matter {number}{f' that {account.username} may see' if account else ''}.")
    return found.merged_into or found


def of_matter(matter: Matter) -> list[Recording]:
    """Returns every recording that a matter concerns, directly or through its calls, in the order of time."""
    linked = Recording.objects.filter(pk__in=linked_ids(matter)).select_related("agency")
    return list(linked.order_by("listed_at", "pk"))


def _recordings(ids: list[str], account: Account | None) -> list[Recording]:
    chosen: dict[UUID, Recording] = {}
    for each in ids:
        found = Recording.objects.filter(_named(each)).select_related("agency").first()
        if found is None:
            whose = f" that {account.username} may hand out" if account else ""
            _fail(f"There is no recording {each}{whose}. Its id stands on its page and in its receipt.")
        chosen[found.pk] = found
    return list(chosen.values())


def _named(text: str) -> Q:
    """A recording is named by its id, its handle, or the id that another system gave it."""
    named = Q(handle=text) | Q(external_id=text)
    try:
        return named | Q(pk=UUID(text))
    except ValueError:
        return named


def _fail(message: str) -> NoReturn:
    say.print(f"plainview package build: {message}", style=None, markup=False)
    raise typer.Exit(1)
