"""Policy versions: the exact text, its hash, where it stands between draft and superseded, and what was said about it.

What is published or adopted can't be rewritten, and nothing here is ever deleted: a trigger refuses it (0002).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone


class PolicyVersion(models.Model):
    """One text on its way. A later adopted one supersedes it from its own effective day."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published for comment"
        ADOPTED = "adopted", "Adopted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    handle = models.CharField(max_length=32, unique=True)
    policy_id = models.TextField()
    version = models.TextField()
    title = models.TextField(blank=True, default="")
    text = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.TextField(blank=True, default="")  # an actor identifier

    published_at = models.DateTimeField(null=True, blank=True)
    comments_until = models.DateField(null=True, blank=True)  # the last day on which comments are taken

    adopted_by = models.TextField(blank=True)  # the body that voted
    adopted_on = models.DateField(null=True, blank=True)  # the day of the vote
    vote = models.TextField(blank=True, default="")
    minutes = models.TextField(blank=True, default="")  # where the minutes are found
    effective = models.DateField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)  # when the adoption was logged: notice counts from here

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["effective", "adopted_at", "entered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy_id", "version"], condition=models.Q(state="adopted"), name="policy_version_once"
            ),
            models.UniqueConstraint(
                fields=["effective"], condition=models.Q(state="adopted"), name="policy_one_from_a_day"
            ),
            models.CheckConstraint(
                name="policy_adopted_says_when",
                condition=~models.Q(state="adopted")
                | models.Q(adopted_on__isnull=False, effective__isnull=False, adopted_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-effective"], name="policy_in_force", condition=models.Q(state="adopted"))]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.version}"

    @property
    def hash(self) -> str:
        """The SHA-256 of the exact text, in hex: the policy's identity everywhere."""
        return bytes(self.sha256).hex()

    @property
    def is_draft(self) -> bool:
        """Whether its text may still change."""
        return self.state == self.State.DRAFT

    def takes_comments(self, day: date | None = None) -> bool:
        """Whether comments are taken on a day, today unless given."""
        day = day or timezone.localdate()
        return self.state == self.State.PUBLISHED and (self.comments_until is None or day <= self.comments_until)


class Comment(models.Model):
    """What somebody said about a published text; stays with that version."""

    class Voice(models.TextChoices):
        AGENCY = "agency", "Agency"
        DEPARTMENT = "department", "Department"
        PUBLIC = "public", "Public"
        WORKING_GROUP = "working group", "Working group"

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="comments")
    voice = models.CharField(max_length=16, choices=Voice.choices)
    name = models.TextField(blank=True)  # who says it: a person, an office; empty for somebody who gave no name
    clause = models.TextField(blank=True)  # what it is about, where it is about one clause
    text = models.TextField()
    said_on = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.TextField()  # an actor identifier

    class Meta:
        ordering = ["said_on", "entered_at"]
