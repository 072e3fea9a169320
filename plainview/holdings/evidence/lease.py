"""Who prepares a file now. A worker that dies leaves a lease that runs out: nothing is "being prepared" for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from plainview.holdings.evidence.models import File

LEASE = timedelta(minutes=5)  # renewed at every step, and while a copy is being written
TRIES = 5
TASK = "evidence.prepare"


def queue(file_id: UUID) -> bool:
    """Asks for a file's preparation as part of the transaction that runs now. False where that is asked already."""
    name = f"prepare/{file_id}"
    try:
        with transaction.atomic():
            app.configure_task(TASK, queue="prepare", lock=name, queueing_lock=name).defer(file_id=str(file_id))
    except AlreadyEnqueued:
        return False
    return True


def claim(file_id: UUID) -> bool:
    """Takes the file for this worker. False where it is prepared, or another worker has it."""
    now = timezone.now()
    free = Q(preparing_until__isnull=True) | Q(preparing_until__lt=now)
    return bool(
        File.objects.filter(free, pk=file_id, prepared_at__isnull=True).update(
            preparing_until=now + LEASE, preparing="", preparing_tries=F("preparing_tries") + 1
        )
    )


def renew(file_id: UUID, step: str) -> None:
    """Says what is being done, and that somebody still does it."""
    File.objects.filter(pk=file_id).update(preparing=step, preparing_until=timezone.now() + LEASE)


def release(file_id: UUID) -> None:
    """Lets another worker try at once."""
    File.objects.filter(pk=file_id).update(preparing="", preparing_until=None)


def abandoned(now: datetime | None = None) -> QuerySet[File]:
    """Returns files that nobody prepares although they wait for it longer than a lease."""
    now = now or timezone.now()
    left = Q(preparing_until__isnull=True, stored_at__lt=now - LEASE) | Q(preparing_until__lt=now)
    return File.objects.filter(left, prepared_at__isnull=True)
