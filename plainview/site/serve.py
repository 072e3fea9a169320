"""`plainview up` serves, `plainview work` runs the jobs. `up` starts one `work` beside itself unless told not to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import Annotated

import typer
from rich.console import Console

say = Console(stderr=True)


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
    work_too: Annotated[bool, typer.Option("--work/--no-work", help="Also run the jobs.")] = True,
) -> None:
    """Serve this installation. Stops on Ctrl-C or SIGTERM."""
    refuse_if_broken()
    jobs = start_work() if work_too else None
    say.print(f"Plainview on [bold]http://{host}:{port}[/bold]  (Ctrl-C stops it)")
    try:
        serve(host, port, workers)
    finally:
        if jobs is not None:
            stop(jobs)


def refuse_if_broken() -> None:
    """Does not serve over a history that is older than what was already published."""
    from plainview.base.custody import guard

    problems = guard.check_start()
    if problems:
        for problem in problems:
            say.print(f"[red]{problem}[/red]")
        raise typer.Exit(1)


def start_work() -> subprocess.Popen[bytes]:
    """Starts `plainview work` as a child process."""
    return subprocess.Popen([sys.executable, "-m", "plainview", "work"], start_new_session=True)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ends a child by its own id: politely first."""
    child.terminate()
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def serve(host: str, port: int, workers: int) -> None:
    """Runs granian in WSGI mode: Django's ASGI would spool whole bodies before a view sees them."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "plainview.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # A viewer or an upload on a slow line keeps a thread for as long as it takes; threads that wait cost little.
        blocking_threads=40,
        log_access=os.environ.get("PLAINVIEW_ACCESS_LOG") == "1",
        log_level=LogLevels.error,
    ).serve()


def work(once: Annotated[bool, typer.Option("--once", help="Run what is waiting, then stop.")] = False) -> None:
    """Run jobs: the sequencer of the log, preparation of new footage, watched folders, the nightly checks."""
    refuse_if_broken()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    ended = threading.Event()
    threads = [] if once else _beside_the_jobs(ended)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()) as jobs:
            jobs.run_worker(wait=not once, concurrency=2, install_signal_handlers=not once, delete_jobs="successful")
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
        for thread in threads:
            thread.join(10)


def _beside_the_jobs(ended: threading.Event) -> list[threading.Thread]:
    """Starts what never ends: the sequencer of the log, and the watched folders."""
    from plainview.base.custody import sequencer
    from plainview.holdings.ingest import tasks

    work = {"sequencer": sequencer.run, "watch": tasks.watch}
    threads = [threading.Thread(target=run, args=(ended,), name=name, daemon=True) for name, run in work.items()]
    for thread in threads:
        thread.start()
    return threads
