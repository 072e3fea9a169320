"""Cycles that were drawn, what they were drawn from, and the reviews that people have to do."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Cycle(models.Model):
    """One draw by chance. Seed and candidates stay, so that anybody can draw again."""

    handle = models.CharField(max_length=32, unique=True)
    name = models.TextField(unique=True)  # 2026-10, 2026-W44, 2026-Q4
    first = models.DateField()
    last = models.DateField()  # both days of the department's zone, both included
    seed = models.BinaryField(max_length=32)  # the root hash of that checkpoint
    checkpoint = models.ForeignKey("custody.Checkpoint", models.PROTECT, related_name="+")
    per_officer = models.IntegerField()
    candidates = models.BigIntegerField()
    candidates_sha256 = models.BinaryField(max_length=32)
    clause = models.TextField(blank=True)
    drawn_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-last", "-id"], name="review_cycle_latest")]

    def __str__(self) -> str:
        return self.name


class Pool(models.Model):
    """The candidates of one officer in a cycle, as they were when it was drawn: later footage changes no draw."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="pools", db_index=False)
    officer = models.ForeignKey("people.Officer", models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")  # on the last day
    recordings = ArrayField(models.UUIDField())  # sorted; no foreign keys: what is destroyed later was drawn from

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "officer"], name="review_pool_once")]


class Task(models.Model):
    """One recording that somebody has to review."""

    class Why(models.TextChoices):
        CHANCE = "chance", "Drawn by chance"
        COMMAND = "command", "For command"
        RULE = "rule", "By rule"

    class State(models.TextChoices):
        DONE = "done", "Done"
        OPEN = "open", "Open"
        SKIPPED = "skipped", "Skipped"

    handle = models.CharField(max_length=32, unique=True)
    recording = models.ForeignKey("evidence.Recording", models.PROTECT, related_name="reviews")
    officer = models.ForeignKey("people.Officer", models.PROTECT, null=True, related_name="reviews")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    day = models.DateField()  # of the recording, in the department's zone
    why = models.CharField(max_length=8, choices=Why.choices)
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="tasks")
    call = models.ForeignKey("incidents.Call", models.PROTECT, null=True, related_name="+")
    cause = models.TextField(blank=True)  # the outcome of the call, or of the review, that asks for it
    clause = models.TextField(blank=True)
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="instead")
    made_at = models.DateTimeField()
    due = models.DateField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="reviews")
    assigned_at = models.DateTimeField(null=True)
    told_on = models.DateField(null=True)  # the day of the notice that names it
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcomes = ArrayField(models.TextField(), default=list)
    note = models.TextField(blank=True)  # of the reviewer; the reason where it was skipped

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "cycle"], condition=models.Q(why="chance"), name="review_by_chance_once"
            ),
            models.UniqueConstraint(
                fields=["recording", "why"], condition=~models.Q(why="chance"), name="review_by_rule_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | ~models.Q(note=""), name="review_skipped_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "due", "id"], name="review_queue", condition=models.Q(state="open")),
            models.Index(fields=["unit", "day"], name="review_of_unit"),
            models.Index(fields=["day", "id"], name="review_by_day"),
        ]
