"""Takes tables that were handed in; what a dead worker left is taken up again."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from plainview.holdings.evidence.feeds import actions


@app.task(name=actions.TASK, retry=RetryStrategy(max_attempts=actions.TRIES, exponential_wait=4))
def take_table(handed: int) -> None:
    """Takes one table."""
    actions.take(handed)


@app.periodic(cron="*/5 * * * *")
@app.task(name="evidence.take_abandoned_tables")
def take_abandoned(timestamp: int) -> None:
    """Takes tables whose job was lost."""
    for pk in actions.abandoned():
        actions.take(pk)
