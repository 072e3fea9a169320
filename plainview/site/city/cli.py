"""`plainview city`: writes a fictional department with its truth."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from plainview.site.city.writing import FIRST, NotEmpty, write_city

say = Console(stderr=True, highlight=False)


def city(
    to: Annotated[Path, typer.Option(metavar="DIR", help="A folder that is new or empty.")],
    officers: Annotated[int, typer.Option(min=1, max=20_000)] = 900,
    days: Annotated[int, typer.Option(min=1, max=3660)] = 60,
    seed: Annotated[int, typer.Option(help="The same seed writes the same city.")] = 7,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")] = None,
    zone: Annotated[str, typer.Option(help="The department's zone.")] = "America/Chicago",
    dirty: Annotated[bool, typer.Option("--dirty", help="Also write copies with damaged rows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a fictional department: roster, fleet, calls, recordings, matters, its policy, and the truth about them."""
    columns = (TextColumn("Drawing days"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        ZoneInfo(zone)
        with Progress(*columns, console=say, transient=True, disable=not say.is_terminal) as bar:
            task = bar.add_task("", total=days)
            done = write_city(
                to.expanduser().absolute(), officers, days, seed, first.date() if first else FIRST, zone, dirty=dirty,
                progress=lambda n: bar.update(task, completed=n),
            )  # fmt: skip
    except (ZoneInfoNotFoundError, ValueError) as problem:
        wrong = str(problem) if isinstance(problem, NotEmpty) else f"there is no zone {zone}"
        _fail(wrong)
    except OSError as problem:
        _fail(f"--to {to}: {problem.strerror}")
    if as_json:
        typer.echo(json.dumps(done.as_json()))
        return
    typer.echo(
        f"{to}: {done.officers:,} officers, {done.days} days from {done.first}: {done.calls:,} calls, "
        f"{done.dispatches:,} dispatches ({done.not_recorded:,} without footage or reason), {done.recordings:,} "
        f"recordings, {done.matters:,} matters. README.md says how to import them."
    )


def _fail(message: str) -> None:
    say.print(f"plainview city: {message}", markup=False)
    raise typer.Exit(1)
