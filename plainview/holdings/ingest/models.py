"""Arrivals: every file that came to a door, from the first byte to its end state."""

from __future__ import annotations

import uuid

from django.db import models


class Arrival(models.Model):
    """One file at one door. Ends as stored, duplicate, quarantined, or failed; a dead lease is resumed or swept."""

    class State(models.TextChoices):
        RECEIVING = "receiving", "Receiving"
        STORED = "stored", "Stored"
        DUPLICATE = "duplicate", "Stored; the same bytes were here before"
        QUARANTINED = "quarantined", "Stored in quarantine"
        FAILED = "failed", "Not stored"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    door = models.CharField(max_length=16)  # command, browser, folder
    name = models.TextField()
    source = models.TextField(blank=True)  # path in the watched folder
    size = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVING)
    reason = models.TextField(blank=True)
    actor = models.TextField()
    claims = models.JSONField(default=dict)  # camera, badge, start, zone … as given at the door
    object_id = models.UUIDField(null=True, blank=True)  # the object being written
    writer = models.JSONField(null=True, blank=True)  # storage's own state of an upload that may go on
    offset = models.BigIntegerField(default=0)
    file = models.OneToOneField("evidence.File", models.PROTECT, null=True, blank=True, related_name="arrival")
    began_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lease_until"], name="arrival_open", condition=models.Q(state="receiving")),
            models.Index(fields=["source"], name="arrival_source"),
        ]
