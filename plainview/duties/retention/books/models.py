"""The ledger of what came in, the nightly balance, how far the reading is, alarms with their letters, moves."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.models import Recording


class Entry(models.Model):
    """One item with bytes of its own, as history tells it: taken from its first event, never from storage's rows."""

    handle = models.CharField(max_length=32, primary_key=True)
    what = models.CharField(max_length=24)  # the item's kind: file, derivative …
    month = models.DateField()  # its first day, in the department's zone
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)


class Book(models.Model):
    """One balance: in = held + destroyed + quarantined, or not."""

    struck_at = models.DateTimeField(default=timezone.now)
    balanced = models.BooleanField()
    items_in = models.BigIntegerField()
    bytes_in = models.BigIntegerField()
    items_held = models.BigIntegerField()
    bytes_held = models.BigIntegerField()
    items_destroyed = models.BigIntegerField()
    bytes_destroyed = models.BigIntegerField()
    items_quarantined = models.BigIntegerField()
    bytes_quarantined = models.BigIntegerField()
    differences = models.IntegerField(default=0)  # items that one side knows and the other doesn't, or otherwise
    listed = models.BigIntegerField(default=0)  # objects whose existence was looked at
    read_items = models.BigIntegerField(default=0)  # objects that this sweep read from end to end
    read_bytes = models.BigIntegerField(default=0)
    unread = models.BigIntegerField(default=0)  # objects that no sweep has read yet
    oldest_read = models.DateTimeField(null=True)  # every object was read at this moment or later, where none is unread
    findings = models.IntegerField(default=0)  # new ones of this sweep
    shelves = models.JSONField(default=list)  # what lay where, as `storage status` says

    class Meta:
        indexes = [models.Index(fields=["-struck_at"], name="book_latest")]


class Line(models.Model):
    """One class and month of a balance."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="lines")
    what = models.CharField(max_length=24)
    classes = models.TextField()  # of the recording, joined by " + "
    month = models.DateField()
    items_in = models.BigIntegerField()
    bytes_in = models.BigIntegerField()
    items_held = models.BigIntegerField()
    bytes_held = models.BigIntegerField()
    items_destroyed = models.BigIntegerField()
    bytes_destroyed = models.BigIntegerField()
    items_quarantined = models.BigIntegerField()
    bytes_quarantined = models.BigIntegerField()


class Reading(models.Model):
    """When an object was last read from end to end: where the sweep goes on."""

    object = models.OneToOneField(StoredObject, models.PROTECT, primary_key=True, related_name="reading")
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(models.F("read_at").asc(nulls_first=True), "object", name="reading_oldest")]


class Alarm(models.Model):
    """Something is not as the books say. Open until a person closes it with a reason."""

    handle = models.CharField(max_length=32, unique=True)
    opened_at = models.DateTimeField(default=timezone.now)
    summary = models.TextField()
    count = models.IntegerField(default=0)  # findings
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.TextField(blank=True)  # an actor identifier
    closed_why = models.TextField(blank=True)
    # What it found stays as it is, a file that is lost for good say: the same findings don't alarm again.
    accepted = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["opened_at"], name="alarm_open", condition=models.Q(closed_at=None))]


class Finding(models.Model):
    """One thing that is wrong, by its name."""

    class What(models.TextChoices):
        BALANCE = "balance", "Doesn't balance"
        CHANGED = "changed", "Changed"
        HISTORY = "history", "History disagrees"
        MISSING = "missing", "Missing"
        UNEXPECTED = "unexpected", "Unexpected"

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="findings")
    what = models.CharField(max_length=12, choices=What.choices)
    key = models.TextField(db_index=True)  # the same thing is told once while its alarm is open
    says = models.TextField()
    stored = models.UUIDField(null=True, blank=True)  # an object; a row may be what is missing, so no foreign key
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)


class Letter(models.Model):
    """A draft to one prosecutor's office. A person reads, completes and signs it; nothing is sent by itself."""

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="letters")
    agency = models.TextField(blank=True)  # empty where no matter states one
    matters = models.JSONField(default=list)  # their numbers
    text = models.TextField()
    drafted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "agency"], name="letter_once")]


class Move(models.Model):
    """Footage on its way to another shelf: begun, finished, and released once the books balance on the new place."""

    handle = models.CharField(max_length=32, unique=True)
    to = models.CharField(max_length=32)
    folder = models.TextField()
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.TextField()
    finished_at = models.DateTimeField(null=True, blank=True)  # everything is there, compared
    items = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    bad = models.IntegerField(default=0)
    releasing_by = models.TextField(blank=True)  # a release that was begun and may have to be gone on with
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(released_at=None), name="one_move_at_a_time")
        ]
