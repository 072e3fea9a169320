"""Arrivals: every file that came to a door, from the first byte to its end state."""

from __future__ import annotations

import uuid

from django.db import models


class Door(models.TextChoices):
    """How a file can come in."""

    COMMAND = "command", "Command"
    FOLDER = "folder", "Watched folder"
    BROWSER = "browser", "Browser"


class Arrival(models.Model):
    """One file at one door. Ends as stored, duplicate, quarantined, or failed; a dead lease is resumed or swept."""

    class State(models.TextChoices):
        RECEIVING = "receiving", "Receiving"
        STORED = "stored", "Stored"
        DUPLICATE = "duplicate", "Stored; the same bytes were here before"
        QUARANTINED = "quarantined", "Stored in quarantine"
        FAILED = "failed", "Not stored"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    handle = models.CharField(max_length=32, unique=True)  # of the file it becomes, or of its end as an arrival
    door = models.CharField(max_length=16, choices=Door.choices)
    name = models.TextField()
    name_bytes = models.BinaryField(null=True)  # the name exactly as it came, where text can't hold it
    source = models.TextField(blank=True)  # path at a folder or command door, made readable
    source_key = models.CharField(max_length=64, blank=True)  # SHA-256 of the path's bytes: paths can outgrow an index
    # What the source file was when it was read: {"size", "mtime_ns", "ctime_ns", "device", "inode"}
    identity = models.JSONField(null=True, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVING)
    reason = models.TextField(blank=True)
    actor = models.TextField()
    claims = models.JSONField(default=dict)  # camera, badge, start, zone … as given at the door
    object_id = models.UUIDField(null=True, blank=True)  # the object being written
    writer = models.JSONField(null=True, blank=True)  # storage's own state of an upload that may go on
    stored = models.JSONField(null=True, blank=True)  # storage.Stored once the bytes are durable and read back
    offset = models.BigIntegerField(default=0)  # bytes that are durable
    file = models.OneToOneField("evidence.File", models.PROTECT, null=True, blank=True, related_name="arrival")
    receipt = models.TextField(blank=True)  # path below the data folder; empty until the arrival is acknowledged
    began_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField()  # whoever works on it renews this; nobody does once it has passed
    holder = models.TextField(blank=True)  # who works on it; empty while an upload waits for bytes
    expires_at = models.DateTimeField(null=True, blank=True)  # an upload that nobody went on with ends here
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lease_until"], name="arrival_open", condition=models.Q(state="receiving")),
            models.Index(
                fields=["ended_at"],
                name="arrival_unacknowledged",
                condition=models.Q(receipt="") & ~models.Q(state__in=["receiving", "failed"]),
            ),
            models.Index(fields=["source_key"], name="arrival_source", condition=~models.Q(source_key="")),
            models.Index(fields=["-began_at", "-id"], name="arrival_latest"),
            models.Index(fields=["state", "-began_at", "-id"], name="arrival_by_state"),
            models.Index(fields=["actor", "-began_at", "-id"], name="arrival_by_actor"),
        ]
