"""Changes beyond one person's act on one recording: what waits for a second person, what is undone whole."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ClassRequest(models.Model):
    """Taking a class off after an arrest or force: asked by one, decided by another."""

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="class_requests")
    wanted = ArrayField(models.TextField())  # the classes it would bear
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()  # an actor identifier
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.TextField(blank=True)  # never the one who asked
    granted = models.BooleanField(null=True, blank=True)
    decision = models.TextField(blank=True)  # why

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], name="classrequest_open", condition=models.Q(decided_at=None))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recording"], condition=models.Q(decided_at=None), name="classrequest_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="classrequest_by_two",
            ),
        ]


class BulkChange(models.Model):
    """Many recordings given classes at once; can be undone whole."""

    handle = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()  # an actor identifier
    reason = models.TextField(blank=True)
    count = models.IntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["made_by", "-made_at"], name="bulkchange_latest")]


class BulkLine(models.Model):
    """What one bulk change did to one recording."""

    change = models.ForeignKey(BulkChange, models.PROTECT, related_name="lines")
    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="bulk_lines")
    before = ArrayField(models.TextField())
    after = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "recording"], name="bulkline_once")]


class UntieRequest(models.Model):
    """Taking a call or a recording off a matter, which may let footage go: asked by one, decided by another."""

    matter = models.ForeignKey("incidents.Matter", models.PROTECT, related_name="untie_requests")
    call = models.ForeignKey("incidents.Call", models.PROTECT, null=True, blank=True, related_name="untie_requests")
    recording = models.ForeignKey(
        "evidence.Recording", models.PROTECT, null=True, blank=True, related_name="untie_requests"
    )
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()  # an actor identifier
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.TextField(blank=True)
    granted = models.BooleanField(null=True, blank=True)  # never by the one who asked
    decision = models.TextField(blank=True)  # why not

    class Meta:
        indexes = [
            models.Index(fields=["asked_at", "id"], name="untie_open", condition=models.Q(decided_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(call=None, recording__isnull=False) | models.Q(call__isnull=False, recording=None),
                name="untie_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["matter", "call", "recording"],
                condition=models.Q(decided_at=None),
                nulls_distinct=False,
                name="untie_one_open",
            ),
            models.CheckConstraint(
                condition=~models.Q(granted=True) | ~models.Q(decided_by=models.F("asked_by")), name="untie_by_two"
            ),
        ]
