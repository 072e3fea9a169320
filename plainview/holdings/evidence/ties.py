"""What a recording is tied to: calls, matters, holds that people placed, places that are not public."""

from __future__ import annotations

from django.db import models


class RecordingCall(models.Model):
    """A recording of a call. One recording may belong to many calls, and a call has many recordings."""

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="call_ties")
    call = models.ForeignKey("incidents.Call", models.PROTECT, related_name="recording_ties")
    how = models.CharField(max_length=16)  # number: its call number says so · import · match
    sure = models.CharField(max_length=16, blank=True)  # of a match: certain, likely, weak

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


class PrivatePlace(models.Model):
    """A stretch of a recording where people may expect privacy: a home, a school, a clinic (RSMo 610.100.1(8)).

    It is a nonpublic location for everything later. `began` and `ended` are empty where it is the whole recording.
    """

    class Decision(models.TextChoices):
        OFF = "off", "The camera was switched off"
        ON = "on", "The camera stayed on"
        ON_AGAIN = "on again", "The camera was switched off, and on again when police action was taken"

    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="private_places")
    began = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    disclosed = models.BooleanField()  # the officer told the resident of the camera
    objected = models.BooleanField()  # a resident asked for it to be switched off
    said_at = models.DateTimeField(null=True, blank=True)  # when it was disclosed, or objected to
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    note = models.TextField(blank=True)
    marked_at = models.DateTimeField()
    marked_by = models.TextField()  # an actor identifier
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # taken back, or another mark took its place
    withdrawn_by = models.TextField(blank=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["recording"], name="private_standing", condition=models.Q(withdrawn_at__isnull=True))
        ]
