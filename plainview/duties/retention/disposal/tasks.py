"""What runs by itself: going on with what people began, writing what is published, telling when a time has come."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

log = logging.getLogger(__name__)
NAME = "disposal.go_on"


def queue() -> None:
    """Asks for the destruction that was begun, now."""
    try:
        app.configure_task(NAME, queueing_lock=NAME).defer(timestamp=0)
    except AlreadyEnqueued:
        return


@app.periodic(cron="*/10 * * * *")
@app.task(name=NAME, queueing_lock=NAME)
def go_on(timestamp: int) -> None:
    """Goes on with every disposal that was begun: after a kill, or once a shelf is back."""
    from plainview.duties.retention.disposal import destroying  # not at start-up: it draws in every room below

    try:
        for batch in destroying.go_on_with_all():
            if batch.stopped:
                log.error("disposal %s: %s", batch.pk, batch.stopped)
    except destroying.AtWork as problem:
        log.warning("%s", problem)


@app.periodic(cron="*/10 * * * *")
@app.task(name="disposal.publish", queueing_lock="disposal.publish")
def publish(timestamp: int) -> None:
    """Writes what the published log has to say of disposals, and tells approvers of lists whose time has come."""
    from plainview.duties.retention.disposal import course, publishing, telling
    from plainview.duties.retention.disposal.models import Batch

    publishing.publish()
    days = timedelta(days=course.duties().waiting_days)
    for batch in Batch.objects.filter(state=Batch.State.ANNOUNCED, announced_at__lte=timezone.now() - days):
        telling.ripe(batch)
