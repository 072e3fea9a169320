"""`plainview fleet …`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from plainview.base.people.cli import ACTOR, AsJson, command_origin, counted, fail, refuse, say
from plainview.base.people.table import ImportRefused
from plainview.holdings.fleet.actions import FaultsImported, Imported, UnknownZone, import_faults, import_fleet

Done = TypeVar("Done")
fleet = typer.Typer(no_args_is_help=True, help="Cameras, and who carried them.")


@fleet.callback()
def _group() -> None:
    """Keeps `import` a command of its own."""


@fleet.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="serial,kind,maker,model,badge,vehicle,from,to")],
    zone: Annotated[str, typer.Option(help="The zone of times without an offset, as America/Chicago.")] = "",
    as_json: AsJson = False,
) -> None:
    """Import the fleet list: all of it or nothing. The same file twice changes nothing."""
    done = _run(import_fleet, file, zone, as_json)
    if as_json:
        typer.echo(json.dumps(asdict(done) | {"changed": done.changed}, ensure_ascii=False))
    else:
        typer.echo(sentence(done))


@fleet.command("faults")
def faults(
    file: Annotated[Path, typer.Argument(help="serial,from,to,what")],
    zone: Annotated[str, typer.Option(help="The zone of times without an offset, as America/Chicago.")] = "",
    as_json: AsJson = False,
) -> None:
    """Import when cameras did not work: all of it or nothing. The same file twice changes nothing."""
    done = _run(import_faults, file, zone, as_json)
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        typer.echo(faults_sentence(done))


def _run(act: Callable[..., Done], file: Path, zone: str, as_json: bool) -> Done:
    """Does an import; says what is wrong and exits 1 where it can't be done."""
    try:
        with say.status(f"Reading {file.name} …"):
            return act(file, zone or None, actor=ACTOR, origin=command_origin())
    except OSError as problem:
        fail(f"{file}: {problem.strerror}. Give the path of a CSV file.", as_json)
    except UnknownZone as problem:
        fail(f"--zone: {problem}", as_json)
    except ImportRefused as refused:
        refuse(refused, as_json)


def faults_sentence(done: FaultsImported) -> str:
    """Returns what an import of faults did, in words."""
    counts = [(done.new, "new fault"), (done.changed, "corrected fault"), (done.unchanged, "unchanged row")]
    told = ", ".join(counted(n, word) for n, word in counts if n)
    return f"{done.file}: {counted(done.rows, 'row')}. {told or 'Nothing changed'}."


def sentence(done: Imported) -> str:
    """Returns what an import did, in words."""
    if not done.changed:
        return f"{done.file}: {counted(done.rows, 'row')}, and the fleet list says all of it already. Nothing changed."
    counts = [
        (done.cameras, "new camera", ""),
        (done.corrected, "corrected camera", ""),
        (done.vehicles, "new vehicle", ""),
        (done.carries, "new carry", "new carries"),
        (done.updated, "corrected carry", "corrected carries"),
        (done.closed, "ended carry", "ended carries"),
        (done.unchanged, "unchanged row", ""),
    ]
    told = ", ".join(counted(n, one, many) for n, one, many in counts if n)
    return f"{done.file}: {counted(done.rows, 'row')}. {told}."
