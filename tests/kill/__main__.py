"""`python -m tests.kill --times 200`: kills the doors at random moments, sweeps, and counts every file."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tests.kill import stage
from tests.kill.material import Material
from tests.kill.telling import show

say = Console(stderr=True)


def main(
    times: Annotated[int, typer.Option(min=0, help="How often.")] = 200,
    seed: Annotated[int, typer.Option(help="Of files and moments; 0 takes the clock.")] = 0,
    largest: Annotated[int, typer.Option(help="Bytes of the largest file.")] = 3_000_000,
    faults: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Kill PostgreSQL too, and fill the disk.")
    ] = True,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the folder behind.")] = False,
) -> None:
    """Kill the doors at random moments and count: nothing acknowledged may be missing or different afterwards."""
    seed = seed or int(time.time())
    folder = Path(tempfile.mkdtemp(prefix="plainview-kill-"))
    say.print(f"seed {seed}, in {folder}")
    clean = False
    try:
        stage.prepare(folder / "data")
        counts, told = _kill(folder, seed, times, largest, faults)
        from tests.kill.counting import MUST_BE_ZERO  # it draws in Django

        clean = show("Killed at random moments", counts, MUST_BE_ZERO, told)
    finally:
        stage.close(folder / "data")
    if clean and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if clean else 1)


def _kill(folder: Path, seed: int, times: int, largest: int, faults: bool) -> tuple[Counter[str], list[str]]:
    # Not before the stage is set: these draw in Django.
    from tests.kill import faults as other
    from tests.kill.counting import count
    from tests.kill.rounds import Killing

    dice = random.Random(seed)
    killing = Killing(folder, dice, Material(folder / "files", dice), largest)
    with Progress(console=say, disable=not say.is_terminal) as progress:
        task = progress.add_task("killing", total=times)
        while killing.counts["kills"] < times:  # what was done before its end came is no kill
            killing.round()
            progress.update(task, completed=killing.counts["kills"])
    told = []
    if faults:
        for back in (True, False):
            came = other.database_killed(killing, folder / "data", comes_back=back)
            told.append(f"PostgreSQL killed under an ingest, {'and back after a second' if back else 'gone'}: {came}")
        told.append(f"a full disk: {other.disk_full(killing)}")
    killing.finish_watching()
    killing.sweep()
    found = count(folder / "data", killing.material.hashes, killing.outs, killing.watched)
    found.update(killing.counts)
    return found, told


if __name__ == "__main__":
    typer.run(main)
