"""History: items with their counters, events, the outbox, leaves of the log, checkpoints.

Events, leaves and checkpoints are append-only, an item only advances; triggers refuse the rest (migrations/0002).
"""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    """Anything with a custody chain. Its row is locked first by everything that writes its history."""

    handle = models.CharField(max_length=32, primary_key=True)  # random 128 bits, hex
    kind = models.CharField(max_length=24)  # recording, file, derivative, package, account, camera, policy, log …
    opened_at = models.DateTimeField()
    n = models.BigIntegerField(default=0)  # events so far
    head = models.BinaryField(max_length=32, null=True)  # leaf hash of the latest event

    def __str__(self) -> str:
        return f"{self.kind} {self.handle}"


class Event(models.Model):
    """One act: a private body, and the public leaf that commits to it."""

    id = models.UUIDField(primary_key=True)  # uuid7, also inside the leaf
    # no index of its own: (item, n) below serves
    item = models.ForeignKey(Item, models.PROTECT, related_name="events", db_index=False)
    n = models.BigIntegerField()  # the item's own counter, from 1
    kind = models.CharField(max_length=64)
    logged_at = models.DateTimeField()  # whole milliseconds, exactly as in the leaf
    actor = models.TextField()
    leaf = models.BinaryField()  # the exact bytes that the log holds
    body = models.BinaryField()  # the exact bytes of the salted fields; empty where they were lost

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "n"], name="event_n_once")]
        indexes = [
            models.Index(fields=["actor", "-logged_at"], name="event_by_actor"),
            models.Index(fields=["kind", "-logged_at"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Outbox(models.Model):
    """Events that are not in the log yet. Written in the business transaction, drained by the sequencer."""

    event = models.OneToOneField(Event, models.PROTECT)


class Leaf(models.Model):
    """The place of an event in the log."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="place")
    hash = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """A signed statement of the log's size and root. Its row is written before the published file."""

    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["-signed_at"], name="checkpoint_latest")]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"
