"""What audits found: one finding a dispatch, findings of other kinds, reasons given, and clocks that drift."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from plainview.duties.activation.rules.finding import FLAGS, Status
from plainview.duties.activation.rules.kinds import Kind


class Run(models.Model):
    """One audit of some days. What the last one found of a dispatch is kept; the event holds the table's hash."""

    handle = models.CharField(max_length=32, unique=True)
    first = models.DateField()  # local days, both included
    last = models.DateField()
    as_of = models.DateTimeField()  # the moment for which open calls and uploads were judged
    actor = models.TextField()
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    dispatches = models.BigIntegerField(default=0)
    unjudged = models.BigIntegerField(default=0)  # of days on which no policy said what is expected
    nobody = models.BigIntegerField(default=0)  # rows that name no officer, so that nobody is judged by them
    counts = models.JSONField(default=dict)  # by status, and by kind of the other findings
    sha256 = models.CharField(max_length=64, blank=True)  # of the table as the command writes it

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="run_latest")]


class Finding(models.Model):
    """What is said of one dispatch, with the clause that it rests on."""

    dispatch = models.OneToOneField(
        "incidents.Dispatch", models.PROTECT, primary_key=True, related_name="activation_finding"
    )
    run = models.ForeignKey(Run, models.PROTECT, related_name="findings", db_index=False)
    officer = models.ForeignKey("people.Officer", models.PROTECT, related_name="+", db_index=False)
    # the officer's unit on the day of the dispatch; empty where the roster knows none
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    day = models.DateField()  # the local day on which the expected time begins
    hour = models.SmallIntegerField()  # and the local hour
    begin = models.DateTimeField()  # the expected time
    end = models.DateTimeField()  # for a call that nobody cleared: how far it is judged
    status = models.CharField(max_length=16, choices=[(s.value, s.value.replace("_", " ")) for s in Status])
    flags = ArrayField(models.TextField(choices=[(flag, flag.replace("_", " ")) for flag in FLAGS]))
    reason = models.TextField(blank=True)
    coverage = models.SmallIntegerField()  # thousandths
    late = models.BigIntegerField(null=True)  # whole seconds; empty where nothing matched
    early = models.BigIntegerField(null=True)
    recordings = ArrayField(models.UUIDField())  # the officer's body recordings, by start
    in_car = ArrayField(models.UUIDField())  # recordings of the car that share time with it; no part of the status
    clause = models.TextField()
    policy = models.CharField(max_length=64)  # hex SHA-256 of the text whose clause it is

    class Meta:
        indexes = [
            models.Index(fields=["day", "status"], name="finding_by_day"),
            models.Index(fields=["unit", "day"], name="finding_by_unit"),
            models.Index(fields=["officer", "-begin"], name="finding_by_officer"),
        ]


class OtherFinding(models.Model):
    """A finding of its own kind. It never changes the status of a dispatch; it ends when it is no longer so."""

    kind = models.CharField(max_length=24, choices=[(k.value, k.label) for k in Kind])
    recording = models.ForeignKey("evidence.Recording", models.PROTECT, null=True, related_name="+", db_index=False)
    dispatch = models.ForeignKey("incidents.Dispatch", models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey("people.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()
    detail = models.TextField(blank=True)  # the plain facts: 31 hours, CITATION, the badges of who was in the car
    clause = models.TextField(blank=True)
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "dispatch", "kind"], name="other_finding_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["day", "kind"], name="other_finding_by_day", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["officer", "-at"], name="other_finding_of", condition=Q(ended_at__isnull=True)),
        ]


class GivenReason(models.Model):
    """Why there is no footage, as the officer or sergeant says. Never changed: a later one speaks, the earlier stay."""

    dispatch = models.ForeignKey("incidents.Dispatch", models.PROTECT, related_name="given_reasons", db_index=False)
    reason = models.TextField()  # in the words of the policy's list, where it has one
    text = models.TextField(blank=True)
    given_at = models.DateTimeField()
    given_by = models.TextField()  # an actor identifier

    class Meta:
        indexes = [models.Index(fields=["dispatch", "-id"], name="reason_latest")]


class Drift(models.Model):
    """A camera's clock was so many seconds ahead, from a moment to a moment. Counts only as a person confirmed it.

    The recording's own times stay as they are; audits take the seconds off.
    """

    camera = models.ForeignKey("fleet.Camera", models.PROTECT, related_name="drifts")
    seconds = models.IntegerField()  # positive: the camera's clock was fast
    first = models.DateTimeField()  # recordings that start in [first, last)
    last = models.DateTimeField(null=True, blank=True)
    basis = models.TextField()  # what the estimate rested on, in words
    confirmed_at = models.DateTimeField()
    confirmed_by = models.TextField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.TextField(blank=True)
