"""`plainview disposal …`: what is listed, announced, waited for, gone. People approve in the browser, never here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from plainview.base.custody import sequencer
from plainview.base.people.cli import AsJson, counted, fail
from plainview.base.people.models import Account
from plainview.base.people.table import write_table
from plainview.duties.retention.disposal import actions, course, destroying, publishing
from plainview.duties.retention.disposal.models import Batch, Line
from plainview.duties.retention.disposal.radius import radius
from plainview.duties.retention.disposal.rules import Refused

disposal = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The lawful end: lists, their course, go on.")
COLUMNS = ("disposal", "state", "recordings", "bytes", "early", "listed", "announced", "ended")
Number = Annotated[int, typer.Argument(metavar="N", help="The number of the disposal.")]


@disposal.callback()
def _group() -> None:
    """The lawful end: what is due goes by a list that was reviewed, announced, waited for and approved."""


@disposal.command("list")
def list_them(
    as_json: AsJson = False,
    file: Annotated[Path | None, typer.Option("--csv", metavar="F", help="Write them into a CSV file.")] = None,
) -> None:
    """List every disposal, latest first."""
    rows = [_row(batch) for batch in Batch.objects.order_by("-pk")]
    if file is not None:
        lines = write_table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
        file.write_text("".join(lines), encoding="utf-8")
    elif as_json:
        for row in rows:
            typer.echo(json.dumps(row))
    for row in [] if as_json or file else rows:
        typer.echo(
            f"{row['disposal']:>6}  {row['state']:<11} {row['recordings']:>10,} recordings  {row['listed'][:10]}"
        )
    if not rows and not as_json and file is None:
        typer.echo("There is none. What is due: `plainview retention due`; list it under Destruction, or with `draft`.")


@disposal.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Say what one would take, what is unusual, and why nothing of it may be destroyed now."""
    batch = _found(number, as_json)
    states = ("asked", "going") if batch.state == Batch.State.DRAFT else ("going", "gone", "spared")
    found = radius(batch, states)
    lines = {state: batch.lines.filter(state=state).count() for state in Line.State.values}
    told: dict[str, Any] = {
        **_row(batch),
        "lines": lines,
        "officers": found.now.officers,
        "matters": found.now.matters,
        "oldest": str(found.now.oldest or ""),
        "newest": str(found.now.newest or ""),
        "unusual": found.unusual,
        "approvals": batch.approvals.count(),
        "why_not_now": _why_not(batch),
        "stopped": batch.stopped,
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(f"Disposal {number}: {batch.get_state_display().lower()}.")
    typer.echo(f"{found.now.recordings:,} recordings, {found.items:,} files, {found.now.size:,} bytes, of "
               f"{counted(found.now.officers, 'officer')}, from {told['oldest']} to {told['newest']}.")  # fmt: skip
    for each in found.unusual:
        typer.echo(f"  Look twice: {each}")
    for each in told["why_not_now"]:
        typer.echo(f"  Not now: {each}")


@disposal.command()
def draft(
    by: Annotated[str, typer.Option(help="The account that lists it; it must be a technician's or commander's.")],
    classes: Annotated[list[str] | None, typer.Option("--class", help="Only what bears these classes alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what is due today. It is reviewed, announced and approved in the browser."""
    account = Account.objects.filter(username=by, is_active=True).first()
    if account is None:
        fail(f"--by: there is no account {by}.", as_json)
    try:
        made = actions.draft(account, classes=classes)
    except Refused as problem:
        fail(str(problem), as_json)
    sequencer.drain()
    row = _row(made)
    typer.echo(json.dumps(row) if as_json else f"Disposal {made.pk}: {row['recordings']:,} recordings. Review it next.")


@disposal.command()
def run(as_json: AsJson = False) -> None:
    """Go on with every destruction that people have begun, as `plainview work` does by itself."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(
            "destroying", total=Line.objects.filter(batch__state="destroying", state="going").count()
        )
        try:
            done = destroying.go_on_with_all(lambda count: progress.advance(task, count))
        except destroying.AtWork as problem:
            fail(str(problem), as_json)
    publishing.publish()
    if not done and not as_json:
        typer.echo("Nobody has begun anything that isn't finished.")
    stopped = [batch for batch in done if batch.stopped]
    for batch in done:
        row = {**_row(batch), "stopped": batch.stopped}
        typer.echo(json.dumps(row) if as_json else f"Disposal {batch.pk}: {batch.stopped or 'finished.'}")
    raise typer.Exit(1 if stopped else 0)


def _found(number: int, as_json: bool) -> Batch:
    batch = Batch.objects.filter(pk=number).first()
    if batch is None:
        fail(f"There is no disposal {number}. `plainview disposal list` names them.", as_json)
    return batch


def _why_not(batch: Batch) -> list[str]:
    if batch.state not in (Batch.State.ANNOUNCED, Batch.State.DESTROYING):
        return []
    try:
        return course.why_not_now(batch)
    except Refused as problem:
        return [str(problem)]


def _row(batch: Batch) -> dict[str, Any]:
    waiting = batch.lines.filter(state__in=["asked", "going"])
    return {
        "disposal": batch.pk,
        "handle": batch.handle,
        "state": batch.state,
        "recordings": batch.recordings or waiting.count(),
        "bytes": batch.size,
        "early": batch.early,
        "listed": batch.drafted_at.isoformat(timespec="seconds"),
        "announced": batch.announced_at.isoformat(timespec="seconds") if batch.announced_at else "",
        "ended": batch.ended_at.isoformat(timespec="seconds") if batch.ended_at else "",
    }
