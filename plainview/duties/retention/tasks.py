"""What runs by itself: the count of what is going, every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from plainview.duties.retention import counting


@app.periodic(cron="30 4 * * *")
@app.task(name="retention.count")
def count(timestamp: int) -> None:
    """Counts what is going, as of this morning."""
    counting.refresh()
