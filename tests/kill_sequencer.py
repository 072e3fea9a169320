"""`python -m tests.kill_sequencer --kills 100`: kills the log's sequencer while others write, and counts.

Works on a throw-away installation under a temporary folder, with a database that is as durable as a real one.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer


def main(
    kills: Annotated[int, typer.Option(help="How often.")] = 100,
    writers: Annotated[int, typer.Option(help="Processes that write meanwhile.")] = 8,
    events: Annotated[int, typer.Option(help="Events that each of them writes at least.")] = 500,
    seed: Annotated[int, typer.Option(help="Of the random moments.")] = 1,
) -> None:
    """Kill the sequencer of the log at random moments and count what became of every event."""
    data = Path(tempfile.mkdtemp(prefix="plainview-kill-"))
    os.environ.update(PLAINVIEW_DATA=str(data), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ.pop("PLAINVIEW_THROWAWAY_DATABASE", None)
    atexit.register(shutil.rmtree, data, ignore_errors=True)  # after the database has stopped, which ends the same way
    from plainview.site import installation

    installation.ensure(data)
    from plainview.base.custody.tests.killing import kill_and_count

    found = kill_and_count(kills=kills, writers=writers, events=events, seed=seed)
    typer.echo(
        f"{found.kills} kills, {found.events:,} events ({found.moved:,} moved by those killed): "
        f"{found.lost} lost, {found.doubled} doubled, {found.gaps} gaps, "
        f"{found.out_of_order} out of order, {len(found.findings)} findings of the full check."
    )
    for finding in found.findings[:20]:
        typer.echo(f"  {finding}")
    sys.exit(0 if found.clean else 1)


if __name__ == "__main__":
    typer.run(main)
