"""Tables that were handed in, and the keys of programs that hand them in."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify


class HandedIn(models.Model):
    """One table as it came, durable before it is acknowledged, and what became of it."""

    class Kind(models.TextChoices):
        CALLS = "calls", "Calls"
        MATTERS = "matters", "Matters"
        RECORDINGS = "recordings", "Recordings held elsewhere"

    class State(models.TextChoices):
        DONE = "done", "Taken"
        FAILED = "failed", "Failed"  # by a fault of ours; the table is kept and can be tried again
        REFUSED = "refused", "Refused"  # nothing of it was taken, and it says why
        RUNNING = "running", "Being taken"
        WAITING = "waiting", "Waiting"

    handle = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.TextField()  # as the sender calls it
    map = models.TextField(blank=True)
    zone = models.TextField(blank=True)
    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    actor = models.TextField()
    came_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    rows_read = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    says = models.TextField(blank=True)  # what it did, or why it was refused
    batch = models.ForeignKey("incidents.Batch", models.PROTECT, null=True, related_name="handed_in")

    class Meta:
        indexes = [
            models.Index(fields=["-came_at", "-id"], name="handed_in_latest"),
            models.Index(
                fields=["came_at"], name="handed_in_open", condition=models.Q(state__in=("waiting", "running"))
            ),
        ]


class FeedKey(models.Model):
    """A key with which one program may hand in tables, and nothing else. Only its hash is kept."""

    name = models.TextField(unique=True)
    sha256 = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(blank=True)
    used_at = models.DateTimeField(null=True)

    @property
    def actor(self) -> str:
        """The identifier that history keeps."""
        return f"system:feed-{slugify(self.name) or 'program'}-{self.pk}"
