"""The `plainview` command: one group a noun, gathered from the rooms' `cli` modules."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import typer

# Where each noun lives. Rooms are imported only once the installation under them is ready.
GROUPS = {
    "admin": "plainview.base.people.cli:admin",
    "roster": "plainview.base.people.cli:roster",
    "fleet": "plainview.holdings.fleet.cli:fleet",
    "policy": "plainview.base.policy.cli:policy",
    "calls": "plainview.holdings.evidence.imports.cli:calls",
    "matters": "plainview.holdings.evidence.imports.cli:matters",
    "recordings": "plainview.holdings.evidence.imports.cli:recordings",
    "activation": "plainview.duties.activation.cli:activation",
    "retention": "plainview.duties.retention.cli:retention",
    "review": "plainview.duties.review.cli:review",
    "package": "plainview.holdings.evidence.cli:package",
    "log": "plainview.base.custody.cli:log",
    "storage": "plainview.duties.retention.books.cli:storage",
    "disposal": "plainview.duties.retention.disposal.cli:disposal",
}
# Commands that a higher floor adds to the noun of a lower one.
MORE = {("policy", "simulate"): "plainview.duties.retention.cli:simulate_draft"}
COMMANDS = {
    "ingest": "plainview.holdings.ingest.cli:ingest",
    "watch": "plainview.holdings.ingest.cli:watch",
    "sweep": "plainview.duties.retention.books.cli:sweep",
    "backup": "plainview.site.backup.cli:backup",
    "restore": "plainview.site.backup.cli:restore",
    "city": "plainview.site.city.cli:city",
    "demo": "plainview.site.demo.cli:demo",
    "up": "plainview.site.serve:up",
    "work": "plainview.site.serve:work",
    "doctor": "plainview.site.doctor:doctor",
}


def main() -> None:
    """Entry point of the console script."""
    words = [a for a in sys.argv[1:] if not a.startswith("-")]
    if words[:1] == ["verify"]:  # needs no installation, no database, no Django
        from plainview.verify.command import main as verify

        sys.exit(verify(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainview.site.settings")
    if words[:1] == ["restore"]:  # into a folder in which nothing may have been made ready
        from plainview.site.backup.cli import restoring

        restoring(sys.argv[2:])
        return
    asks_for_help = not words or "--help" in sys.argv[1:]
    if not asks_for_help and words[0] in (*GROUPS, *COMMANDS, "manage") and words[0] != "city":
        _prepare(words[0])
    if words[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["plainview manage", *sys.argv[2:]])
        return
    build(words[0] if words else "")()


def build(noun: str = "") -> typer.Typer:
    """Returns the command tree. Only the named noun's room is imported, all of them for an empty name."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    import django

    django.setup()  # `plainview policy --help` comes here without an installation made ready
    for name, where in GROUPS.items():
        if noun in ("", name):
            app.add_typer(_with_more(name, _load(where)), name=name)
    for name, where in COMMANDS.items():
        if noun in ("", name):
            app.command(name)(_load(where))

    @app.callback()
    def plainview() -> None:
        """Runs a police department's camera program, and lets the people it films check that it does."""

    return app


def _with_more(noun: str, group: typer.Typer) -> typer.Typer:
    """Adds what other rooms have to say under the same noun; once, however often the tree is built."""
    for (of, name), where in MORE.items():
        if of == noun and name not in [command.name for command in group.registered_commands]:
            group.command(name)(_load(where))
    return group


def _load(where: str) -> typer.Typer:
    module, name = where.split(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _prepare(noun: str) -> None:
    """Makes the installation ready; says plainly what stands in the way."""
    from plainview.site import installation

    data = installation.data_folder()
    try:
        if noun == "demo":  # settings differ for a demo: say so before they are read
            data.mkdir(parents=True, exist_ok=True)
            (data / "demo").mkdir(exist_ok=True)
        installation.ensure(data)
    except OSError as problem:
        if noun != "doctor":
            sys.exit(f"plainview: can't prepare the data folder {data}: {problem}. Try `plainview doctor`.")


def data() -> Path:
    """Returns the data folder of this process."""
    from django.conf import settings

    return Path(settings.DATA)
