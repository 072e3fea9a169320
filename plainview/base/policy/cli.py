"""`plainview policy …`: check a text, adopt it, show it, hold two against each other."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.utils import timezone

from plainview.base.custody.sequencer import drain
from plainview.base.policy import actions, telling
from plainview.base.policy.lookup import find, in_force, latest_adopted
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Policy, PolicyErrors, Refused, compare, earliest, parse, shortens
from plainview.base.policy.standing import placed

policy = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The department's policy: check, adopt, show, compare."
)
ACTOR = "system:command"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
File = Annotated[Path, typer.Argument(metavar="F", help="The policy text, a TOML file.")]
_DAYS = ["%Y-%m-%d"]


@policy.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Says what is wrong with a text, by line and clause; exit 1. Exit 0: what it found."""
    found = parsed(file, as_json)
    before = latest_adopted()
    old = parse(bytes(before.text)) if before else None
    if as_json:
        _print({"ok": True, "problems": [], **telling.as_json(found), "shortens": telling.changes_as_json(old, found)})
        return
    typer.echo(f"{file}: no problems.\n{telling.summary(found)}")
    for remark in found.remarks:
        typer.echo(f"Note: {remark}")
    if old is not None and old.sha256 != found.sha256:
        _say_shortens(old, found)


@policy.command()
def adopt(
    file: File,
    effective: Annotated[
        datetime | None,
        typer.Option(formats=_DAYS, help="The first day in force, where it is another than the text names."),
    ] = None,
    by: Annotated[str, typer.Option(help="The body that voted, where the text names none.")] = "",
    on: Annotated[datetime | None, typer.Option(formats=_DAYS, help="The day of the vote.")] = None,
    vote: Annotated[str, typer.Option(help="How the vote went, such as 4-1.")] = "",
    minutes: Annotated[str, typer.Option(help="Where the minutes are found.")] = "",
    as_json: AsJson = False,
) -> None:
    """Puts a text in force from its effective day; the full text and its hash go into the log."""
    parsed(file, as_json)
    ballot: dict[str, Any] = {"effective": effective and effective.date(), "on": on and on.date()}
    try:
        version = actions.adopt(file.read_bytes(), actor=ACTOR, by=by, vote=vote, minutes=minutes, **ballot)
    except Refused as refused:
        _fail(f"{file}: {refused}", {"ok": False, "refused": str(refused)} if as_json else None)
    drain()
    if as_json:
        _print({"ok": True, **telling.version_as_json(version)})
        return
    typer.echo(f"Adopted {version}, in force from {version.effective}.\nSHA-256 {version.hash}, now in the log.")
    if version.effective and version.adopted_on and version.effective < version.adopted_on:
        typer.echo(f"Note: it counts as in force before the vote of {version.adopted_on}.")


@policy.command()
def show(
    on: Annotated[datetime | None, typer.Option(formats=_DAYS, help="In force on that day, instead of today.")] = None,
    version: Annotated[str, typer.Option(help="A version's name, or the first digits of its hash.")] = "",
    text: Annotated[bool, typer.Option("--text", help="Print the exact bytes that were adopted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Shows the policy in force, or another version."""
    day = on.date() if on else timezone.localdate()
    found = _version(version) if version else in_force(day)
    if found is None:
        _fail(f"No policy is in force on {day}. Adopt one: plainview policy adopt F", {} if as_json else None)
    if text:
        typer.get_binary_stream("stdout").write(bytes(found.text))
    elif as_json:
        _print({**telling.version_as_json(found), **telling.as_json(parse(bytes(found.text)))})
    else:
        typer.echo(telling.whole(found, parse(bytes(found.text))))


@policy.command()
def versions(
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Write the list into a CSV file.")] = None,
) -> None:
    """Lists every version and where it stands."""
    rows = placed(PolicyVersion.objects.all(), timezone.localdate())
    listed = [{**telling.version_as_json(row.version), "standing": str(row.standing)} for row in rows]
    if csv is not None:
        telling.write_csv(csv, listed)
    if as_json:
        _print(listed)
    elif csv is None:
        for row in rows:
            typer.echo(f"{row.version.version:<16}{row.standing:<28}{row.span():<52}{row.version.hash[:16]}")
        if not rows:
            typer.echo("No version is entered yet. Adopt one: plainview policy adopt F")


@policy.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A file, a version's name, or the first digits of a hash.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The same, for the newer text.")],
    as_json: AsJson = False,
) -> None:
    """Holds two versions against each other: what is different, and what would be shorter."""
    before, after = _either(old, as_json), _either(new, as_json)
    comparison = compare(before, after)
    if as_json:
        _print(telling.comparison_as_json(comparison))
    else:
        typer.echo(telling.comparison(comparison, before, after))


def _say_shortens(old: Policy, new: Policy) -> None:
    changes = shortens(old, new)
    if not changes:
        typer.echo(f"Against version {old.version} it shortens nothing: it may take effect at once.")
        return
    typer.echo(f"Against version {old.version} it shortens:")
    for change in changes:
        typer.echo(f"  {change.sentence}")
    typer.echo(f"Adopted today, it may take effect on {earliest(old, new, timezone.localdate())} at the earliest.")


def parsed(file: Path, as_json: bool) -> Policy:
    """Returns what a file says; ends the command with every problem where it can't."""
    try:
        return parse(file.read_bytes())
    except OSError as missing:
        _fail(f"{file}: {missing.strerror or missing}", {"ok": False, "problems": []} if as_json else None, code=2)
    except PolicyErrors as wrong:
        told = [{"line": p.line, "clause": p.clause, "message": p.message} for p in wrong.problems]
        lines = [telling.problem(file, p) for p in wrong.problems]
        count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}: this text can't be a policy yet."
        _fail("\n".join([*lines, count]), {"ok": False, "problems": told} if as_json else None)


def _either(reference: str, as_json: bool) -> Policy:
    if Path(reference).is_file():
        return parsed(Path(reference), as_json)
    return parse(bytes(_version(reference).text))


def _version(reference: str) -> PolicyVersion:
    found = find(reference)
    if found is None:
        _fail(f"{reference}: neither a file nor a version. plainview policy versions lists them.")
    return found


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(message: str, value: Any = None, code: int = 1) -> NoReturn:
    """Ends the command: the message to stderr, and the JSON to stdout where it was asked for."""
    if value is not None:
        _print(value)
    typer.echo(message, err=True)
    raise typer.Exit(code)
