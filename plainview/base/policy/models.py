"""Policy versions: the exact text, its hash, who adopted it, and from which day it is in force."""

from __future__ import annotations

from django.db import models


class PolicyVersion(models.Model):
    """One adopted text. Its bytes never change; a later version supersedes it from its own effective day."""

    handle = models.CharField(max_length=32, unique=True)
    policy_id = models.TextField()
    version = models.TextField()
    text = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    adopted_by = models.TextField()
    adopted_on = models.DateField()
    effective = models.DateField()
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["effective", "entered_at"]
        constraints = [models.UniqueConstraint(fields=["policy_id", "version"], name="policy_version_once")]
