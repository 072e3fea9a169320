"""A disposal: the list of what is to go, who approved it, and the certificate. None of it decides: history does."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

from plainview.holdings.evidence.models import Recording


class Batch(models.Model):
    """One disposal on its way."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being reviewed"
        ANNOUNCED = "announced", "Announced"
        DESTROYING = "destroying", "Being destroyed"
        FINISHED = "finished", "Finished"
        WITHDRAWN = "withdrawn", "Withdrawn"

    handle = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    on = models.DateField()  # the day for which everything on it was judged
    early = models.TextField(blank=True)  # the policy's reason, where it goes before its time
    reference = models.TextField(blank=True)  # the order of the court, the report of the accident
    reason = models.TextField(blank=True)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.TextField()  # an actor identifier
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.TextField(blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)  # the list lies in the published log
    begun_at = models.DateTimeField(null=True, blank=True)
    begun_by = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # finished or withdrawn
    ended_by = models.TextField(blank=True)
    why_ended = models.TextField(blank=True)
    stopped = models.TextField(blank=True)  # why nothing goes on, as the last attempt said
    recordings = models.IntegerField(default=0)  # as announced
    size = models.BigIntegerField(default=0)
    # Approvers stand in public leaves under a name made with it, which means nothing outside this batch.
    salt = models.CharField(max_length=64, default=secrets.token_hex)

    class Meta:
        indexes = [models.Index(fields=["-drafted_at"], name="disposal_latest")]


class Line(models.Model):
    """One recording of a disposal."""

    class State(models.TextChoices):
        ASKED = "asked", "A person has to decide"
        GOING = "going", "Goes"
        KEPT = "kept", "Taken off the list"
        SPARED = "spared", "Stays: something keeps it"
        GONE = "gone", "Destroyed"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines", db_index=False)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="disposal_lines", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices)
    clause = models.TextField(blank=True)
    until = models.DateField(null=True, blank=True)
    decided = models.BooleanField(default=False)  # a person decided that it may go, where the policy wants that
    why = models.TextField(blank=True)  # why it stays
    items = models.IntegerField(default=0)  # files, and what was made from them
    size = models.BigIntegerField(default=0)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "state", "id"], name="disposal_lines")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "recording"], name="disposal_line_once"),
            models.UniqueConstraint(
                fields=["recording"], condition=models.Q(state__in=["asked", "going", "gone"]), name="disposal_one_open"
            ),
        ]


class Manifest(models.Model):
    """The published list, byte for byte."""

    batch = models.OneToOneField(Batch, models.PROTECT, primary_key=True, related_name="manifest")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)


class Approval(models.Model):
    """Somebody's approval, given after showing once more who they are. It counts by its event, not by this row."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="approvals", db_index=False)
    approved_by = models.TextField()  # an actor identifier
    approved_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "approved_by"], name="disposal_approved_once")]


class Certificate(models.Model):
    """What is said of a disposal for ever, byte for byte."""

    batch = models.OneToOneField(Batch, models.PROTECT, primary_key=True, related_name="certificate")
    data = models.BinaryField()  # JSON
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
