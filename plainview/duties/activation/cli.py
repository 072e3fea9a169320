"""`plainview activation …`: was the camera on when the policy says so?"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Annotated

import typer
from django.utils import timezone

from plainview.base.custody.sequencer import drain
from plainview.base.people.cli import ACTOR, AsJson, command_origin, counted, fail, refuse, say
from plainview.base.people.table import ImportRefused
from plainview.duties.activation import telling
from plainview.duties.activation.actions import BadDays, audit
from plainview.duties.activation.auditing import COLUMNS
from plainview.duties.activation.models import Run
from plainview.duties.activation.reasons import import_reasons

activation = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Was the camera on when policy says so?")
_DAYS = ["%Y-%m-%d"]
Day = Annotated[datetime, typer.Option("--from", formats=_DAYS, metavar="D", help="The first day.")]
LastDay = Annotated[datetime, typer.Option("--to", formats=_DAYS, metavar="D", help="The last day, included.")]


@activation.callback()
def _group() -> None:
    """Was the camera on when the policy says so?"""


@activation.command("audit")
def audit_days(
    first: Day,
    last: LastDay,
    file: Annotated[Path | None, typer.Option("--csv", metavar="F", help="Write every dispatch into a file.")] = None,
    as_of: Annotated[
        str,
        typer.Option("--as-of", metavar="T", help="Judge as of this time (ISO 8601 with an offset); else now."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say of every dispatch of some days whether it was recorded, with the clause that says it should be."""
    moment = _moment(as_of, as_json)
    with _written(file, as_json) as out, say.status("Comparing calls with recordings …") as shown:
        writer = csv.writer(out) if out is not None else None

        def sink(cells: Sequence[str]) -> None:
            if writer is not None:
                writer.writerow(cells)
            elif as_json and tuple(cells) != COLUMNS:
                typer.echo(json.dumps(dict(zip(COLUMNS, cells, strict=True))))

        def progress(until: date) -> None:
            shown.update(f"Compared calls with recordings up to {until} …")

        try:
            run = audit(
                first.date(), last.date(), actor=ACTOR, as_of=moment, origin=command_origin(), sink=sink,
                progress=progress,
            )  # fmt: skip
        except BadDays as problem:
            fail(f"--from and --to: {problem}.", as_json)
    drain()
    _tell(run, file, as_json)


def _moment(text: str, as_json: bool) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--as-of {text}: not a time. Write it as 2026-11-26T14:05:00-06:00.", as_json)
    if moment.tzinfo is None:
        fail(f"--as-of {text}: the offset is missing. Write it as 2026-11-26T14:05:00-06:00.", as_json)
    if moment > timezone.now():
        fail(f"--as-of {text}: that is still to come.", as_json)
    return moment.astimezone(UTC)


@contextmanager
def _written(file: Path | None, as_json: bool) -> Iterator[IO[str] | None]:
    """A file that appears under its name only when all of it is written."""
    if file is None:
        yield None
        return
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as problem:
        fail(f"--csv {file}: {problem.strerror}.", as_json)
    try:
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as out:
            yield out
            out.flush()
            os.fchmod(out.fileno(), 0o666 & ~_umask())
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _tell(run: Run, file: Path | None, as_json: bool) -> None:
    if as_json:
        if file is not None:
            typer.echo(json.dumps(telling.as_json(run)))
        return
    for line in telling.sentences(run):
        typer.echo(line)
    if file is None and run.dispatches:
        typer.echo("Every dispatch with its reason: --csv F.")


@activation.command("reasons")
def reasons(
    file: Annotated[Path, typer.Argument(metavar="F.csv", help="call_id,badge,reason,text")], as_json: AsJson = False
) -> None:
    """Import why there is no footage, as officers gave it: all or nothing. The same file twice changes nothing."""
    try:
        done = import_reasons(file, actor=ACTOR)
    except OSError as problem:
        fail(f"{file}: {problem.strerror}. Give the path of a CSV file.", as_json)
    except ImportRefused as refused:
        refuse(refused, as_json)
    drain()
    if as_json:
        typer.echo(json.dumps({"file": done.file, "rows": done.rows, "given": done.given}))
    else:
        typer.echo(
            f"{done.file}: {counted(done.rows, 'row')}, {counted(done.given, 'new reason')}. Audit the days anew."
        )
