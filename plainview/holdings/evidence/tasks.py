"""What runs by itself: preparation of new files, and sittings that have come to their end."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from plainview.holdings.evidence import lease, prepare, untagged
from plainview.holdings.evidence.actions import apply_rules, end_sittings
from plainview.holdings.evidence.feeds import tasks as feeds  # found through this module, as the room's others

__all__ = ["feeds"]
AT_ONCE = 1000


@app.task(name=lease.TASK, queue="prepare", retry=RetryStrategy(max_attempts=lease.TRIES, exponential_wait=4))
def prepare_file(file_id: str) -> None:
    """Prepares one file; a fault of the machine is tried again after 4, 16, 64, 256 seconds."""
    prepare.prepare(UUID(file_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="evidence.prepare_abandoned", queue="prepare")
def prepare_abandoned(timestamp: int) -> None:
    """Takes up files whose worker died, or whose job was lost."""
    for file_id in lease.abandoned().order_by("stored_at").values_list("pk", flat=True)[:AT_ONCE]:
        lease.queue(file_id)


@app.periodic(cron="* * * * *")
@app.task(name="evidence.end_sittings")
def end_past_sittings(timestamp: int) -> None:
    """Writes what was read into history."""
    end_sittings()


@app.periodic(cron="40 5 * * *")
@app.task(name="evidence.escalate_untagged")
def escalate_untagged(timestamp: int) -> None:
    """Tells of recordings that nobody has classed."""
    untagged.escalate()


@app.periodic(cron="20 * * * *")
@app.task(name="evidence.apply_rules")
def apply_the_rules(timestamp: int) -> None:
    """Applies the policy's rules to every call once more: a text that came into force today acts today."""
    apply_rules(actor="system:rules")
