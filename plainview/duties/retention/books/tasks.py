"""What runs by itself: the books, nightly, after the sweep of leftovers."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="47 3 * * *")
@app.task(name="books.sweep", queueing_lock="books.sweep")
def sweep_books(timestamp: int) -> None:
    """Lists, balances and reads what there is time for; alarms where something isn't as it should be."""
    from plainview.duties.retention.books import sweep  # not at start-up: it draws in every room below

    try:
        now = sweep.sweep()
    except sweep.AtWork as problem:
        log.warning("books: %s", problem)
        return
    if now.findings:
        log.error("books: %d findings, alarm %s", now.findings, now.alarm and now.alarm.pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="books.finish", queueing_lock="books.finish")
def finish(timestamp: int) -> None:
    """Goes on with unlinking what was destroyed by a process that died, or while a disk was away."""
    from plainview.base.storage import actions as storage

    for problem in storage.finish_destructions():
        log.error("%s", problem)
    storage.finish_closings()
