"""What runs by itself: the sweep of leftovers, and watched folders while a worker runs."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="ingest.sweep_arrivals", queueing_lock="ingest.sweep_arrivals")
def sweep_arrivals(timestamp: int) -> None:
    """Ends arrivals that a dead process left."""
    from plainview.holdings.ingest import sweep  # not at start-up: it draws in every room below

    _tell(sweep.sweep_arrivals(sweep.GRACE))


@app.periodic(cron="17 3 * * *")
@app.task(name="ingest.sweep", queueing_lock="ingest.sweep")
def sweep_all(timestamp: int) -> None:
    """Ends whatever a crash left. Looks at every stored file, so only at night."""
    from plainview.holdings.ingest import sweep

    _tell(sweep.sweep())


def _tell(counts: Mapping[str, int]) -> None:
    if any(counts.values()):
        log.warning("sweep: %s", ", ".join(f"{n} {word}" for word, n in counts.items() if n))


def watch(stop: threading.Event) -> None:
    """Watches the folders of `PLAINVIEW_WATCH` (a list as in PATH) until told to stop; returns at once without any.

    `PLAINVIEW_WATCH_ZONE` says what times without a zone mean there, where cameras keep local time.
    A worker runs this in a thread of its own: taking a full card takes hours, and no job should wait for it.
    """
    from plainview.holdings.ingest.claims import read_claims
    from plainview.holdings.ingest.sources import folder

    claims = read_claims(zone=os.environ.get("PLAINVIEW_WATCH_ZONE", ""))
    folders = [each for each in os.environ.get("PLAINVIEW_WATCH", "").split(os.pathsep) if each]
    if folders:
        folder.run(folder.Watcher(folders, claims, say=log.warning), stop, folder.log_line)
