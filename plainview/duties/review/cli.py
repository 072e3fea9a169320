"""`plainview review …`: draws what is reviewed, and draws it again for whoever doubts it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated

import typer

from plainview.base.custody.sequencer import drain
from plainview.base.people.cli import ACTOR, AsJson, counted, fail
from plainview.duties.review.drawing import Redrawn, draw_cycle, period_asked
from plainview.duties.review.drawing import redraw as draw_again
from plainview.duties.review.rules import Refused

review = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People look: what is drawn for review.")
_CYCLE = "2026-10, 2026-W44 or 2026-Q4"


@review.callback()
def _group() -> None:
    """People look: what is drawn for review."""


@review.command()
def draw(
    cycle: Annotated[str, typer.Option(metavar="CYCLE", help=f"{_CYCLE}; the last that ended unless given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Draw the recordings of a cycle that are reviewed; once, however often it is asked for."""
    drain()  # a log that has something waiting may have a checkpoint to give
    try:
        drawn = draw_cycle(period_asked(cycle), actor=ACTOR)
    except Refused as refused:
        fail(str(refused), as_json)
    drain()
    found = drawn.cycle
    told = {
        "cycle": found.name,
        "drawn_now": drawn.fresh,
        "tasks": drawn.tasks,
        "seed": bytes(found.seed).hex(),
        "candidates": found.candidates,
        "candidates_sha256": bytes(found.candidates_sha256).hex(),
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    when = "Drawn" if drawn.fresh else "Drawn before"
    typer.echo(f"{when} for {found.name}: {counted(drawn.tasks, 'review')} of {found.candidates:,} candidates.")
    typer.echo(f"Seed {told['seed']}, list of candidates {told['candidates_sha256']}.")


@review.command()
def redraw(
    cycle: Annotated[str, typer.Option(metavar="CYCLE", help=_CYCLE)],
    file: Annotated[Path | None, typer.Option("--csv", metavar="F", help="Write the candidates into a file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a cycle again from its seed, and say whether the reviews are what it gives."""
    try:
        found = draw_again(cycle)
    except Refused as refused:
        fail(str(refused), as_json)
    if file is not None:
        _write(file, found)
    if as_json:
        typer.echo(json.dumps(_as_json(found)))
    else:
        _say(found)
    if found.differences:
        raise typer.Exit(1)


def _as_json(found: Redrawn) -> dict[str, object]:
    return {
        "cycle": found.cycle.name,
        "same": not found.differences,
        "tasks": found.tasks,
        "seed": bytes(found.cycle.seed).hex(),
        "checkpoint": found.cycle.checkpoint.size,
        "candidates": found.cycle.candidates,
        "came_since": found.came,
        "gone_since": found.gone,
        "differences": found.differences,
    }


def _say(found: Redrawn) -> None:
    if found.differences:
        for difference in found.differences:
            typer.echo(difference)
    else:
        typer.echo(f"{found.cycle.name}: {counted(found.tasks, 'review')}, exactly what the seed gives.")
    typer.echo(f"Since the draw {found.came:,} candidates came and {found.gone:,} went; they change no draw.")


def _write(file: Path, found: Redrawn) -> None:
    try:
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([("officer", "recording"), *sorted(found.lines)])
    except OSError as problem:
        fail(f"--csv {file}: {problem.strerror}.")
