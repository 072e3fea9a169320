"""What keeps a recording beyond its classes: the calls and matters it is tied to, and holds that people placed."""

from __future__ import annotations

from django.db import models


class RecordingCall(models.Model):
    """A recording of a call. One recording may belong to many calls, and a call has many recordings."""

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="call_ties")
    call = models.ForeignKey("incidents.Call", models.PROTECT, related_name="recording_ties")
    how = models.CharField(max_length=16)  # number: its call number says so · import · match

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "call"], name="recording_call_once")]


class RecordingMatter(models.Model):
    """A recording that a matter names directly, not through its call."""

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="matter_ties")
    matter = models.ForeignKey("incidents.Matter", models.PROTECT, related_name="recording_ties")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "matter"], name="recording_matter_once")]


class Hold(models.Model):
    """A hold that a person placed at once, with a reason. It beats every clock; two people lift it."""

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="person_holds")
    reason = models.TextField()
    placed_at = models.DateTimeField()
    placed_by = models.TextField()  # an actor identifier
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lift_asked_by = models.TextField(blank=True)
    lift_reason = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.TextField(blank=True)  # never the one who asked

    class Meta:
        indexes = [
            models.Index(fields=["recording"], name="hold_standing", condition=models.Q(lifted_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True) | ~models.Q(lifted_by=models.F("lift_asked_by")),
                name="hold_lifted_by_two",
            )
        ]
