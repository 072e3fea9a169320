"""`plainview retention …`: what is due on a day, and why one recording is kept."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone

from plainview.base.custody.sequencer import drain
from plainview.base.people.cli import ACTOR, AsJson, command_origin, counted, fail, say
from plainview.base.people.lookup import home_agency
from plainview.base.people.table import harmless
from plainview.base.policy.cli import parsed
from plainview.base.policy.lookup import in_force
from plainview.duties.retention import telling
from plainview.duties.retention.actions import note_command, note_simulation
from plainview.duties.retention.due import Row, judge_all
from plainview.duties.retention.prices import BadPrices, read_prices
from plainview.duties.retention.simulate import simulate
from plainview.holdings.evidence.imports.matters import find_recordings
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.models import Recording

retention = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="How long, and what is due.")
COLUMNS = ("recording_id", "due", "keep_until", "held_by", "classes", "clause")
_DAYS = ["%Y-%m-%d"]
On = Annotated[
    datetime | None, typer.Option("--on", formats=_DAYS, metavar="D", help="The day asked for; today unless given.")
]


@retention.callback()
def _group() -> None:
    """How long, and what is due."""


@retention.command()
def due(
    on: On = None,
    file: Annotated[
        Path | None, typer.Option("--csv", metavar="F", help="Write every recording into a CSV file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of every recording what the policy says of it by the end of a day."""
    day = on.date() if on else timezone.localdate()
    counts: Counter[str] = Counter()
    rows = _counted(judge_all(day), counts)
    if file is not None:
        _write(file, rows)
    else:
        for row in rows:
            if as_json and row.due:
                typer.echo(json.dumps(_named(row)))
    note_command(day, counts["all"], ACTOR, command_origin())
    drain()
    _tell(day, counts, as_json, file)


def _counted(rows: Iterator[Row], counts: Counter[str]) -> Iterator[Row]:
    for row in rows:
        counts["all"] += 1
        counts["due"] += row.due
        counts["review"] += row.due and row.review
        counts["held"] += bool(row.held_by)
        counts["forever"] += row.keep_until == "forever"
        counts["until concluded"] += row.keep_until == "until concluded"
        counts["elsewhere"] += row.due and not row.held_here
        yield row


def _write(file: Path, rows: Iterator[Row]) -> None:
    try:
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            for row in rows:
                writer.writerow([harmless(cell) for cell in cells(row)])
    except OSError as problem:
        fail(f"--csv {file}: {problem.strerror}.")


def cells(row: Row) -> tuple[str, ...]:
    """Returns a row as it stands in the table; lists inside a cell are separated by semicolons."""
    due_cell = "true" if row.due else "false"
    return row.recording_id, due_cell, row.keep_until, ";".join(row.held_by), ";".join(row.classes), row.clause


def _named(row: Row) -> dict[str, Any]:
    return {
        "recording_id": row.recording_id,
        "due": row.due,
        "keep_until": row.keep_until,
        "held_by": row.held_by,
        "classes": row.classes,
        "clause": row.clause,
        "review": row.review,
        "held_here": row.held_here,
    }


def _tell(day: date, counts: Counter[str], as_json: bool, file: Path | None) -> None:
    if as_json:
        if file is not None:
            typer.echo(json.dumps({"on": str(day), **{name: counts[name] for name in ("all", "due", "held")}}))
        return
    typer.echo(f"By the end of {day}: {counted(counts['all'], 'recording')}.")
    if in_force(day) is None:
        typer.echo("No policy is in force on that day: everything is kept. Adopt one with `plainview policy adopt F`.")
        return
    told = [
        (counts["due"] - counts["review"], "may go: every clock has run out and nothing holds it"),
        (counts["review"], "due for a person's decision"),
        (counts["held"], "held by a matter or a person"),
        (counts["until concluded"], "kept until a matter is concluded"),
        (counts["forever"], "kept forever"),
        (counts["elsewhere"], "of those due are held elsewhere: ours to tell, the vendor's to do"),
    ]
    for number, what in told:
        typer.echo(f"{number:>10,}  {what}")
    if file is None:
        typer.echo("Every recording with its reason: --csv F. One of them: `plainview retention why RECORDING`.")


@retention.command()
def why(
    recording: Annotated[str, typer.Argument(metavar="RECORDING", help="Its id, here or where it is held.")],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Say how long one recording is kept, every reason with its clause, and what would have to happen for it to go."""
    found = find_recordings([recording])
    if recording not in found:
        fail(f"There is no recording {recording}. Its id stands on its page and in its receipt.", as_json)
    day = on.date() if on else timezone.localdate()
    kept = kept_until(Recording.objects.get(pk=found[recording][0]), day)
    steps = kept.what_would_have_to_happen(day)
    if as_json:
        reasons = [
            {"class": r.class_id, "clause": r.clause, "until": str(r.until), "because": r.because} for r in kept.reasons
        ]
        told = {"recording": recording, "until": str(kept.until), "due": kept.due(day), "held_by": kept.held_by}
        typer.echo(json.dumps({**told, "sentence": kept.sentence(), "reasons": reasons, "steps": steps}))
        return
    typer.echo(kept.sentence())
    for reason in kept.reasons:
        clause = f"clause {reason.clause}" if reason.clause else "no clause"
        typer.echo(f"  {reason.class_id or 'no class'} ({clause}): {reason.sentence}")
    typer.echo("What would have to happen for it to go:" if steps else "Nothing more has to happen: it is due.")
    for step in steps:
        typer.echo(f"  - {step}")


def simulate_draft(
    file: Annotated[Path, typer.Argument(metavar="F", help="The draft, a TOML file.")],
    effective: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="Its first day, where not the earliest.")
    ] = None,
    price: Annotated[
        str, typer.Option(help="Storage tiers: name:from day:dollars per GB and month, with commas.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Says what a draft would move, before the vote: recordings, hours, bytes, dollars, matters. Changes nothing."""
    draft = parsed(file, as_json)
    try:
        tiers = read_prices(price or settings.STORAGE_PRICES)
    except BadPrices as problem:
        fail(f"--price: {problem}", as_json)
    with say.status("Judging every recording by the draft …"):
        found = simulate(draft, tiers, effective.date() if effective else None)
    moved = found.as_if.total.recordings
    note_simulation(home_agency().handle, draft.sha256, moved, actor=ACTOR, origin=command_origin())
    drain()
    typer.echo(json.dumps(telling.as_json(found)) if as_json else telling.text(found))
