"""What was going, as of a moment: counted by unit, classes and day, so that no page has to judge everything anew."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Summary(models.Model):
    """One count of everything. Only the latest is shown; older ones tell what was unusual."""

    made_at = models.DateTimeField(auto_now_add=True)
    on = models.DateField()  # the day judged, in the department's zone
    policy = models.CharField(max_length=64, blank=True)  # hex SHA-256 of the text in force; empty where there is none
    recordings = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="summary_latest")]


class Line(models.Model):
    """Recordings of one unit and the same classes that go on the same day, or for the same reason do not."""

    class End(models.TextChoices):
        CONCLUDED = "until concluded", "Until a matter is concluded"
        DAY = "day", "On a day"
        FOREVER = "forever", "Kept forever"

    summary = models.ForeignKey(Summary, models.CASCADE, related_name="lines")
    unit = models.ForeignKey("people.Unit", models.CASCADE, null=True, related_name="+")
    classes = ArrayField(models.TextField())
    end = models.CharField(max_length=16, choices=End.choices)
    until = models.DateField(null=True)  # the day; those beyond the horizon stand together under none
    held = models.BooleanField()  # by a matter or a person
    review = models.BooleanField()  # a person decides at the end
    known = models.BooleanField()
    here = models.BooleanField()
    recordings = models.BigIntegerField()
    seconds = models.BigIntegerField()
    bytes = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["summary", "until"], name="line_by_day")]
