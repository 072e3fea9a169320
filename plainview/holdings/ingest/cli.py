"""`plainview ingest`, `plainview watch`, `plainview sweep`."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from plainview.holdings.evidence.prepare import prepare
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest import names
from plainview.holdings.ingest import sweep as sweeping
from plainview.holdings.ingest.claims import ClaimError, read_claims
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.patience import DatabaseAwayError, patiently
from plainview.holdings.ingest.progress import Bar
from plainview.holdings.ingest.reception import failed
from plainview.holdings.ingest.sources import folder
from plainview.holdings.ingest.sources.command import Batch, Line
from plainview.holdings.ingest.sources.walk import Found, walk

say = Console(stderr=True, highlight=False, soft_wrap=True)
Paths = Annotated[list[str], typer.Argument(help="Files, or folders with everything under them.")]
Camera = Annotated[str, typer.Option(help="Serial of the camera, where the files don't say it.")]
Zone = Annotated[str, typer.Option(help="What times without an offset mean, such as America/Chicago.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Prepare = Annotated[bool, typer.Option("--prepare/--no-prepare", help="Make viewing copies now, or let a worker.")]


def ingest(
    paths: Paths,
    camera: Camera = "",
    badge: Annotated[str, typer.Option(help="Badge of the officer, where another carried the camera.")] = "",
    start: Annotated[str, typer.Option(help="When the recording began: ISO 8601 with an offset, or with --zone.")] = "",
    trigger_on: Annotated[str, typer.Option(help="When the camera was pressed: likewise.")] = "",
    zone: Zone = "",
    as_json: AsJson = False,
    prepare_now: Prepare = True,
) -> None:
    """Take files in: stored, read back, written into the log, each with a receipt."""
    claims = _claims(camera=camera, badge=badge, start=start, trigger_on=trigger_on, zone=zone)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Bar(say) as bar:
        lines = _show(_ingest(paths, Batch(claims, on_progress=bar.report)), as_json, bar)
        prepare_all(lines, prepare_now, bar)
    raise typer.Exit(_code(lines))


def _ingest(paths: Iterable[str], batch: Batch) -> Iterator[Line]:
    """Takes what the walk finds, and reports in the walk's order what it could not."""
    missing: list[Line] = []

    def found() -> Iterator[str]:
        for each in walk(paths):
            if isinstance(each, Found):
                yield each.path
            elif each.failed:
                missing.append(Line(each.path, failed(f"{each.why[:1].upper()}{each.why[1:]}.")))
            else:
                say.print(f"{names.on_screen(each.path)}: {each.why}", markup=False)

    for line in batch.take(found()):
        yield from _emptied(missing)
        yield line
    yield from _emptied(missing)


def _emptied(lines: list[Line]) -> Iterator[Line]:
    while lines:
        yield lines.pop(0)


def watch(
    folders: Annotated[list[str], typer.Argument(help="Folders to watch, with everything under them.")],
    once: Annotated[bool, typer.Option("--once", help="Take what is there and still, then stop.")] = False,
    settle: Annotated[float, typer.Option(min=0, help="Seconds for which a file must not change.")] = folder.SETTLE,
    camera: Camera = "",
    zone: Zone = "",
    as_json: AsJson = False,
    prepare_now: Prepare = True,
) -> None:
    """Watch folders: a file is taken once it is still, and gets a receipt beside it. Nothing there is ever removed."""
    claims = _claims(camera=camera, zone=zone)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tell = lambda text: say.print(text, markup=False)  # noqa: E731  # one line, used twice
    with Bar(say) as bar:
        watcher = folder.Watcher(folders, claims, settle, say=tell, on_progress=bar.report)
        if once:
            raise typer.Exit(_watch_once(watcher, as_json, prepare_now, bar))
        _watch_on(watcher, as_json, prepare_now, bar)


def _watch_once(watcher: folder.Watcher, as_json: bool, prepare_now: bool, bar: Bar) -> int:
    try:
        sweeping.sweep_arrivals(sweeping.GRACE)
        lines = _show(watcher.step(), as_json, bar)
        if watcher.settle and watcher.unsettled():
            time.sleep(watcher.settle)
            lines += _show(watcher.step(), as_json, bar)
    except folder.DATABASE_TROUBLE as problem:
        raise _away(problem) from None
    tried = {line.path for line in lines}
    for path in watcher.unsettled():
        if path not in tried:
            say.print(f"{names.on_screen(path)}: still changing, or being written; not taken", markup=False)
    prepare_all(lines, prepare_now, bar)
    return _code(lines)


def _watch_on(watcher: folder.Watcher, as_json: bool, prepare_now: bool, bar: Bar) -> None:
    shown: list[Line] = []

    def rest() -> None:  # only when nothing waits to be taken: a viewing copy may take long
        prepare_all(shown, prepare_now, bar)
        shown.clear()

    try:
        folder.run(watcher, threading.Event(), lambda line: shown.extend(_show([line], as_json, bar)), rest)
    except KeyboardInterrupt:
        say.print("Stopped watching.")


def sweep(
    grace: Annotated[float, typer.Option(min=0, help="Minutes for which bytes nobody explains are left alone.")] = 60,
    as_json: AsJson = False,
) -> None:
    """End what a crash left: finish what can be finished, remove what nobody will go on with."""
    try:
        counts = patiently(lambda: sweeping.sweep(timedelta(minutes=grace)))
    except DatabaseAwayError as problem:
        raise _away(problem) from None
    if as_json:
        sys.stdout.write(json.dumps(counts) + "\n")
    else:
        sys.stdout.write("".join(f"{count:6d}  {sweeping.WORDS[name]}\n" for name, count in counts.items()))


def _away(problem: Exception) -> typer.Exit:
    say.print(f"plainview: the database is away ({problem}). Try `plainview doctor`.", markup=False)
    return typer.Exit(1)


def _claims(**given: str) -> Claims:
    try:
        return read_claims(**given)
    except ClaimError as problem:
        say.print(f"plainview: --{problem} Nothing was taken.", markup=False)
        raise typer.Exit(2) from None


def _show(lines: Iterable[Line], as_json: bool, bar: Bar) -> list[Line]:
    shown = []
    for line in lines:
        bar.clear()
        text = json.dumps(line.outcome.as_json(line.path)) if as_json else _sentence(line.path, line.outcome)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        shown.append(line)
    return shown


def _sentence(path: str, outcome: Outcome) -> str:
    words = [outcome.status.ljust(11), names.on_screen(path)]
    if outcome.recording:
        words.append(f"→ recording {outcome.recording}")
    if outcome.reason:
        words.append(f"({names.on_screen(outcome.reason)})")
    return " ".join(words)


def prepare_all(lines: Iterable[Line], now: bool, bar: Bar) -> None:
    """Makes viewing copies of what was taken; what fails here a worker tries again."""
    for line in lines:
        if not now or not line.outcome.taken:
            continue
        name = names.on_screen(line.path)
        try:
            prepare(UUID(line.outcome.file), on_step=lambda step, name=name: bar.step(name, step))  # type: ignore[misc]
        except Exception as problem:
            say.print(f"{name}: taken, but its viewing copy could not be made now: {problem}", markup=False)
    bar.clear()


def _code(lines: Iterable[Line]) -> int:
    return 0 if all(line.outcome.taken for line in lines) else 1
