"""Cameras, vehicles, and who carried what, when."""

from __future__ import annotations

from django.db import models

from plainview.base.people.models import new_handle


class CameraKind(models.TextChoices):
    """What a camera is mounted on."""

    BODY = "body", "Body-worn"
    IN_CAR = "in-car", "In-car"
    INTERVIEW = "interview", "Interview room"


class Camera(models.Model):
    """One device that records."""

    serial = models.TextField(unique=True)
    kind = models.CharField(max_length=16, choices=CameraKind.choices)
    maker = models.TextField(blank=True)
    model = models.TextField(blank=True)
    handle = models.CharField(max_length=32, unique=True, default=new_handle)  # its own custody chain

    class Meta:
        ordering = ["serial"]

    def __str__(self) -> str:
        return self.serial


class Vehicle(models.Model):
    """A car that carries a camera."""

    name = models.TextField(unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Carry(models.Model):
    """Who carried a camera, or which car did, and when: [began, ended) in UTC, open while `ended` is empty."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="carries", db_index=False)
    officer = models.ForeignKey(
        "people.Officer", models.PROTECT, null=True, blank=True, related_name="carries", db_index=False
    )
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="carries")
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["officer", "-began"], name="carry_by_officer")]
        # The index of this constraint answers "who carried camera S at time T": one probe backward from T.
        constraints = [models.UniqueConstraint(fields=["camera", "began"], name="carry_once")]


class Fault(models.Model):
    """When a camera did not work, and why: [began, ended) in UTC, open while `ended` is empty."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="faults", db_index=False)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    what = models.TextField()
    reported_at = models.DateTimeField(auto_now_add=True)
    reported_by = models.TextField()  # an actor identifier

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "began"], name="fault_once")]
