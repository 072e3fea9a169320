"""`plainview calls …` and `plainview recordings …`: imports that keep going, and what they had to park."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from plainview.base.people.cli import ACTOR, AsJson, counted, fail, refuse, say
from plainview.base.people.table import ImportRefused, harmless
from plainview.holdings.evidence.imports.calls import take_calls, try_calls_again
from plainview.holdings.evidence.imports.matters import import_matters
from plainview.holdings.evidence.imports.recordings import import_recordings, load_map, mend_recordings
from plainview.holdings.evidence.imports.rows import FOLDER
from plainview.holdings.evidence.imports.says import matters_sentence, sentence
from plainview.holdings.incidents import maps
from plainview.holdings.incidents.actions.batches import Progress, counts, still_parked
from plainview.holdings.incidents.actions.mending import Mended
from plainview.holdings.incidents.maps import BadMap, Map, UnknownMap, WrongHeader
from plainview.holdings.incidents.models import Batch, Parked

calls = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Calls for service, from a CAD.")
recordings = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Recordings held elsewhere, by metadata.")

File = Annotated[Path, typer.Argument(metavar="F.csv", help="The table to import.")]
MapName = Annotated[str, typer.Option("--map", metavar="M", help="How the file is laid out; `maps` lists them.")]
ZoneName = Annotated[str, typer.Option("--zone", help="The zone of times without an offset, as America/Chicago.")]
matters = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Matters: cases, complaints, claims, requests.")
Csv = Annotated[Path | None, typer.Option("--csv", metavar="F", help="Write the rows into a CSV file.")]


@calls.command("import")
def import_calls(file: File, map_name: MapName, zone: ZoneName = "", as_json: AsJson = False) -> None:
    """Import calls. Good rows go in, the rest are parked with their reason. The same file twice changes nothing."""
    _import("calls", take_calls, maps.load, file, map_name, zone, as_json)


@recordings.command("import")
def import_held_elsewhere(file: File, map_name: MapName, zone: ZoneName = "", as_json: AsJson = False) -> None:
    """Import recordings held elsewhere. Good rows go in, the rest are parked with their reason."""
    _import("recordings", import_recordings, load_map, file, map_name, zone, as_json)


@matters.callback()
def _matters() -> None:
    """Keeps `import` a command of its own."""


@matters.command("import")
def import_the_matters(file: File, as_json: AsJson = False) -> None:
    """Import matters and what they concern: all of it or nothing. The same file twice changes nothing."""
    try:
        with say.status(f"Reading {file.name} …") as shown:
            done = import_matters(file, actor=ACTOR, progress=lambda what: shown.update(f"{file.name}: {what} …"))
    except OSError as problem:
        fail(f"{file}: {problem.strerror}. Give the path of a CSV file.", as_json)
    except ImportRefused as refused:
        refuse(refused, as_json)
    if as_json:
        typer.echo(json.dumps(asdict(done) | {"changed": done.changed}))
    else:
        typer.echo(matters_sentence(done))


@calls.command("parked")
def parked_calls(file: Csv = None, as_json: AsJson = False) -> None:
    """List the rows of calls that wait to be mended."""
    _parked("calls", file, as_json)


@recordings.command("parked")
def parked_recordings(file: Csv = None, as_json: AsJson = False) -> None:
    """List the rows of recordings that wait to be mended."""
    _parked("recordings", file, as_json)


@calls.command("mend")
def mend_calls(as_json: AsJson = False) -> None:
    """Try every parked row of calls again, as after the roster was mended."""
    _mended(try_calls_again(actor=ACTOR), as_json)


@recordings.command("mend")
def mend_held_elsewhere(as_json: AsJson = False) -> None:
    """Try every parked row of recordings again, as after the roster was mended."""
    _mended(mend_recordings(actor=ACTOR), as_json)


@calls.command("maps")
def calls_maps(as_json: AsJson = False) -> None:
    """List the layouts of calls that are known."""
    _maps([maps.load(name) for name in maps.names()], as_json)


@recordings.command("maps")
def recordings_maps(as_json: AsJson = False) -> None:
    """List the layouts of recordings that are known."""
    _maps([load_map(name) for name in maps.names(FOLDER)], as_json)


def _import(
    kind: str,
    act: Callable[..., Batch],
    load: Callable[[str], Map],
    file: Path,
    map_name: str,
    zone: str,
    as_json: bool,
) -> None:
    try:
        layout = load(map_name)
        with _progress(f"Reading {file.name}") as progress:
            batch = act(file, layout, _zone(zone, as_json), actor=ACTOR, progress=progress)
    except OSError as problem:
        fail(f"{file}: {problem.strerror}. Give the path of a CSV file.", as_json)
    except (UnknownMap, BadMap) as problem:
        fail(f"--map: {problem}", as_json)
    except WrongHeader as problem:
        fail(f"{file.name}, row 1: {problem} Nothing was imported.", as_json)
    waiting = still_parked(kind)
    if as_json:
        typer.echo(json.dumps({"file": batch.name, **counts(batch), "waiting": waiting}))
        return
    typer.echo(sentence(batch))
    if waiting:
        typer.echo(f"{counted(waiting, 'row')} wait to be mended: `plainview {kind} parked` lists them.")


def _zone(name: str, as_json: bool) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(f"--zone: there is no zone {name}. Write it as America/Chicago.", as_json)


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    """Shows how many rows were read; on a terminal only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[rows]:,} rows"))
    with Bar(*columns, TimeElapsedColumn(), console=say, transient=True, disable=not say.is_terminal) as bar:
        task = bar.add_task(what, total=None, rows=0)
        yield lambda rows: bar.update(task, rows=rows)


def _parked(kind: str, file: Path | None, as_json: bool) -> None:
    rows = Parked.objects.filter(batch__kind=kind, mended_at=None).select_related("batch").order_by("batch_id", "row")
    if file is not None:
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["file", "row", "column", "reason", "cells"])
            for each in rows.iterator(chunk_size=2000):
                writer.writerow([harmless(cell) for cell in _cells(each)])
        return
    for each in rows.iterator(chunk_size=2000):
        name, row, column, reason, _ = _cells(each)
        if as_json:
            typer.echo(json.dumps({"file": name, "row": row, "column": column, "reason": reason, "cells": each.cells}))
        else:
            typer.echo(f"{name}, row {row}{f', column {column}' if column else ''}: {reason}")


def _cells(parked: Parked) -> tuple[str, int, str, str, str]:
    cells = json.dumps(parked.cells, ensure_ascii=False)
    return parked.batch.name, parked.row, parked.column, parked.reason, cells


def _mended(done: Mended, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"tried": done.tried, "taken": done.taken, "parked": done.parked}))
    else:
        typer.echo(f"{counted(done.tried, 'row')} tried again: {done.taken:,} went in, {done.parked:,} still wait.")


def _maps(found: list[Map], as_json: bool) -> None:
    for layout in found:
        columns: dict[str, Any] = {name: column.source or column.value for name, column in layout.columns.items()}
        if as_json:
            typer.echo(json.dumps({"map": layout.name, "about": layout.about, "columns": columns}))
        else:
            typer.echo(f"{layout.name}: {layout.about}")
