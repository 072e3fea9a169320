"""Calls, dispatches and matters, and the files they were imported from."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce, Upper


class MatterKind(models.TextChoices):
    """What a matter is about. Sorted."""

    CIVIL = "civil", "Civil claim"
    COMPLAINT = "complaint", "Complaint"
    CRIMINAL = "criminal", "Criminal case"
    FORCE = "force", "Use of force"
    OUTSIDE = "outside", "Outside investigation"
    REQUEST = "request", "Public request"
    SHOOTING = "shooting", "Officer-involved shooting"


class Status(models.TextChoices):
    """Where a matter stands. Open and appealed ones hold what is linked to them."""

    APPEALED = "appealed", "Appealed"
    CONCLUDED = "concluded", "Concluded"
    INACTIVE = "inactive", "Inactive"
    OPEN = "open", "Open"


class Batch(models.Model):
    """One file of calls, recordings or matters that was imported."""

    handle = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16)  # calls, recordings, matters
    name = models.TextField()
    map = models.TextField(blank=True)
    zone = models.TextField(blank=True)  # named for times without an offset, empty where the map or the file says
    sha256 = models.BinaryField(max_length=32)
    actor = models.TextField()
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    rows = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)  # new
    changed = models.BigIntegerField(default=0)  # corrections of rows that were here
    unchanged = models.BigIntegerField(default=0)
    parked = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="batch_latest")]


class Parked(models.Model):
    """A row that could not go in: where it stands, why, and its cells as they came, so that it can be mended."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="parked_rows")
    row = models.BigIntegerField()  # as a spreadsheet counts: the header is row 1
    column = models.TextField(blank=True)
    reason = models.TextField()
    cells = models.JSONField()
    mended_at = models.DateTimeField(null=True, blank=True)
    mended_by = models.TextField(blank=True)  # an actor identifier
    set_aside = models.TextField(blank=True, db_default="")  # why it is not going in; then it was not mended

    class Meta:
        indexes = [
            models.Index(fields=["batch", "row"], name="parked_row"),
            models.Index(fields=["batch"], name="parked_waiting", condition=models.Q(mended_at__isnull=True)),
        ]


class Call(models.Model):
    """A CAD event."""

    number = models.TextField(unique=True)
    call_type = models.TextField(blank=True)
    priority = models.TextField(blank=True)
    lat_e6 = models.IntegerField(null=True, blank=True)
    lon_e6 = models.IntegerField(null=True, blank=True)

    class Meta:
        # Recordings name their call in capital letters, whatever a CAD writes.
        indexes = [models.Index(Upper("number"), name="call_by_upper_number")]


class Dispatch(models.Model):
    """One officer on one call."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="dispatches")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="dispatches")
    badge = models.TextField()
    # Empty where the layout names nobody: such a row tells of its call, and nobody is judged by it.
    officer = models.ForeignKey("people.Officer", models.PROTECT, null=True, blank=True, related_name="dispatches")
    vehicle = models.TextField(blank=True)
    begun = models.DateTimeField()  # dispatched, or arrived where there is no dispatch: part of what identifies a row
    occurrence = models.IntegerField(default=1)  # identical rows of one file are never merged: first, second …
    dispatched = models.DateTimeField(null=True, blank=True)
    arrived = models.DateTimeField(null=True, blank=True)
    cleared = models.DateTimeField(null=True, blank=True)
    disposition = models.TextField(blank=True)
    self_initiated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "badge", "vehicle", "begun", "occurrence"], name="dispatch_once")
        ]
        indexes = [
            models.Index(fields=["officer", "begun"], name="dispatch_of_officer"),
            models.Index(fields=["begun"], name="dispatch_when"),
            # From when a recording is expected: what an audit of some days asks for.
            models.Index(Coalesce("arrived", "dispatched"), name="dispatch_expected"),
        ]


class Matter(models.Model):
    """A case, complaint, claim, request or investigation. Holds hang on matters."""

    handle = models.CharField(max_length=32, unique=True)
    number = models.TextField(unique=True)
    kind = models.CharField(max_length=16, choices=MatterKind.choices)
    agency = models.TextField(blank=True)  # prosecutor's office, court, investigator
    charge_class = models.TextField(blank=True)
    title = models.TextField(blank=True)
    status = models.CharField(max_length=16, choices=Status.choices)
    status_on = models.DateField()  # a day in the department's zone
    reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    # The clause of the policy whose rule opened it by itself; empty where a person or a file did.
    clause = models.TextField(blank=True)
    # A matter that a rule had opened, and that a clerk's own number for the same thing took over, with all its links.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    calls: models.ManyToManyField[Call, MatterCall] = models.ManyToManyField(
        Call, through="MatterCall", related_name="matters"
    )

    class Meta:
        indexes = [
            models.Index(fields=["status", "-status_on", "-id"], name="matter_by_status"),
            models.Index(fields=["kind", "-id"], name="matter_by_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class MatterCall(models.Model):
    """A matter concerns a call, and with it every recording of the call."""

    matter = models.ForeignKey(Matter, models.PROTECT)
    call = models.ForeignKey(Call, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "call"], name="matter_call_once")]


class StatusChange(models.Model):
    """Where a matter stood from a day on. The latest is the matter's own status."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="changes")
    status = models.CharField(max_length=16, choices=Status.choices)
    status_on = models.DateField()
    reason = models.TextField(blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.TextField()
