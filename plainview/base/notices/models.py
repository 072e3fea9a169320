"""What somebody was told, and what they still have to do."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One message to one account. Never holds a resident's name."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", db_index=False)
    key = models.TextField()  # says what it is about, so that the same thing is told once
    subject = models.TextField()
    body = models.TextField(blank=True)
    path = models.TextField(blank=True)  # where to act
    due = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)  # told to whoever supervises the account

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="notice_inbox"),
            models.Index(
                fields=["due"],
                name="notice_overdue",
                condition=models.Q(done_at__isnull=True, escalated_at__isnull=True),
            ),
        ]
