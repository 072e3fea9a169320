"""What runs by itself: the sweep of leftovers, and watched folders while a worker runs."""

from __future__ import annotations

import logging
import os
import threading

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="ingest.sweep", queueing_lock="ingest.sweep")
def sweep(timestamp: int) -> None:
    """Ends what a crash left."""
    from plainview.holdings.ingest import sweep as sweeping  # not at start-up: it draws in every room below

    counts = sweeping.sweep()
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
