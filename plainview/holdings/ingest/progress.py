"""A bar on a terminal for files that take their time; nothing where nobody looks."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from plainview.holdings.ingest import names

WIDTH = 40


class Bar:
    """Shows the file in hand."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._on = console.is_terminal
        self._task = self._bar.add_task("", total=None, visible=False)
        self._path = ""

    def __enter__(self) -> Bar:
        if self._on:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on:
            self._bar.stop()

    def report(self, path: str, done: int, total: int) -> None:
        """Shows how far a file is."""
        if path != self._path:
            self._path = path
            self._bar.reset(self._task, total=total, visible=True, description=_short(path))
        self._bar.update(self._task, completed=done)

    def step(self, name: str, what: str) -> None:
        """Shows what is made of a file."""
        self._path = ""
        self._bar.reset(self._task, total=None, visible=True, description=f"{_short(name)}: {what}")

    def clear(self) -> None:
        """Shows nothing."""
        self._path = ""
        self._bar.update(self._task, visible=False)


def _short(path: str) -> str:
    shown = names.on_screen(path)
    return shown if len(shown) <= WIDTH else "…" + shown[1 - WIDTH :]
