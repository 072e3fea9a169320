"""`plainview demo`: everything, with a small city in it, on one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from plainview.site import serve
from plainview.site.demo import city

say = Console(stderr=True, highlight=False)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    footage: Annotated[Path | None, typer.Option(help="A folder of your own files instead of made ones.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when the city stands.")] = True,
) -> None:
    """Build a small fictional department with footage in it, and serve it. Its data survives a restart."""
    from plainview.site.demo import fill

    if footage is not None and not footage.is_dir():
        say.print(f"plainview: {footage} is not a folder. Give FOOTAGE=DIR with video files in it.")
        raise typer.Exit(2)
    serve.refuse_if_broken()
    fill.fill(footage, say)
    show_logins(host, port)
    if serving:
        serve.up(host=host, port=port, workers=2, work_too=True)


def show_logins(host: str, port: int) -> None:
    """Prints who can log in."""
    table = Table(title=f"{city.AGENCY}: who can log in on http://{host}:{port} (password of all: {city.PASSWORD})")
    for column in ("user name", "who", "sees"):
        table.add_column(column)
    for login in city.LOGINS:
        table.add_row(login.username, login.name, login.sees)
    say.print(table)
