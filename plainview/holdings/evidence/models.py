"""Recordings, their files, what was derived from them, the classes they bear, and what is in quarantine."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from plainview.holdings.evidence.rules import UNCLASSIFIED
from plainview.holdings.fleet.models import CameraKind
from plainview.ledger.event import uuid7


def _unclassified() -> list[str]:
    return [UNCLASSIFIED]


class Recording(models.Model):
    """One press of one camera, from trigger to stop, with one or more files."""

    # Columns below that lead an index of Meta need no index of their own.
    id = models.UUIDField(primary_key=True, default=uuid7)
    handle = models.CharField(max_length=32, unique=True)
    agency = models.ForeignKey("people.Agency", models.PROTECT, related_name="recordings")
    camera = models.ForeignKey(
        "fleet.Camera", models.PROTECT, null=True, blank=True, related_name="recordings", db_index=False
    )
    vehicle = models.ForeignKey("fleet.Vehicle", models.PROTECT, null=True, blank=True, related_name="recordings")
    officer = models.ForeignKey(
        "people.Officer", models.PROTECT, null=True, blank=True, related_name="recordings", db_index=False
    )
    # The officer's unit on the day of the recording: a later transfer does not move old footage.
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, blank=True, related_name="recordings", db_index=False
    )
    kind = models.CharField(max_length=16, choices=CameraKind.choices, blank=True)
    serial = models.TextField(blank=True)  # of the camera as stated, whether or not it is registered
    external_id = models.TextField(null=True, blank=True, unique=True)
    held_here = models.BooleanField(default=True)
    # The file of metadata that it came from, where it is held elsewhere.
    batch = models.ForeignKey("incidents.Batch", models.PROTECT, null=True, blank=True, related_name="recordings")

    trigger_on = models.DateTimeField(null=True, blank=True)  # the press
    start = models.DateTimeField(null=True, blank=True)  # with the pre-event buffer
    stop = models.DateTimeField(null=True, blank=True)
    uploaded = models.DateTimeField()
    # False where nobody stated it: a recording held elsewhere, of which `uploaded` is only the day we heard of it.
    upload_stated = models.BooleanField(default=True)
    listed_at = models.DateTimeField()  # start, or uploaded where the start can't be known: what lists sort by
    # of the file that begins it: what the file says, what we believe, and why
    time_basis = models.JSONField(default=dict)
    press = models.TextField(blank=True)  # what the segments of one press share, as far as the files tell

    title = models.TextField(blank=True)
    call_number = models.TextField(blank=True)
    classes = ArrayField(models.TextField(), default=_unclassified)  # open ClassMarks, kept beside for the list
    quarantined = models.BooleanField(default=False)
    size = models.BigIntegerField(default=0)  # bytes of its files
    duration_ms = models.BigIntegerField(null=True, blank=True)
    has_picture = models.BooleanField(default=False)
    # The lawful end: what it held is gone, this row, its history and the certificate stay.
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.CharField(max_length=32, blank=True, default="", db_default="")  # handle of the disposal

    class Meta:
        indexes = [
            # What is included lets a walk pass over rows that don't fit without visiting them.
            models.Index(fields=["-listed_at", "-id"], name="recording_latest", include=["call_number", "classes"]),
            models.Index(fields=["officer", "-listed_at", "-id"], name="recording_by_officer"),
            models.Index(fields=["officer", "unit", "-listed_at", "-id"], name="recording_by_officer_unit"),
            models.Index(
                fields=["unit", "-listed_at", "-id"], name="recording_by_unit", include=["call_number", "classes"]
            ),
            models.Index(fields=["camera", "-listed_at", "-id"], name="recording_by_camera"),
            GinIndex(fields=["classes"], name="recording_by_class"),
            models.Index(
                fields=["-listed_at", "-id"],
                name="recording_no_class",
                condition=models.Q(classes=[UNCLASSIFIED]),
            ),
            models.Index(
                fields=["unit", "-listed_at", "-id"],
                name="recording_no_class_in_unit",
                condition=models.Q(classes=[UNCLASSIFIED]),
            ),
            models.Index(
                fields=["-listed_at", "-id"], name="recording_quarantined", condition=models.Q(quarantined=True)
            ),
            models.Index(fields=["-listed_at", "-id"], name="recording_no_call", condition=models.Q(call_number="")),
            models.Index(
                OpClass(models.F("call_number"), name="text_pattern_ops"),
                name="recording_by_call",
                condition=~models.Q(call_number=""),
            ),
            models.Index(
                fields=["serial", "-listed_at"], name="recording_stray", condition=models.Q(camera__isnull=True)
            ),
            models.Index(
                fields=["destroyed_at"], name="recording_destroyed", condition=models.Q(destroyed_at__isnull=False)
            ),
        ]


class Playable(models.TextChoices):
    """Whether a browser can play a file, through whichever copy."""

    NONE = "none", "Being prepared"
    READY = "ready", "Ready to play"
    UNPLAYABLE = "unplayable", "Can't be played here"


class File(models.Model):
    """One file as it came. Its bytes are a StoredObject with the same handle, never rewritten."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    handle = models.CharField(max_length=32, unique=True)
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="files", db_index=False)
    object = models.OneToOneField("storage.StoredObject", models.PROTECT, related_name="file")
    name = models.TextField()  # exactly as it came, newlines and all; NUL can't occur in a name
    sequence = models.IntegerField(default=0)  # order within the press
    role = models.CharField(max_length=16, default="footage")  # footage, sidecar (a GPS trail, a JSON …), other
    start = models.DateTimeField(null=True, blank=True)
    stop = models.DateTimeField(null=True, blank=True)
    press = models.TextField(blank=True)  # what the file's name shares with the other segments of its press
    # {"believed": …, "why": …, "basis": …, "says": [{"source", "value", "zone"}]}
    time_basis = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)  # media.Facts.as_json(): container, streams, what the file says
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    playable = models.CharField(max_length=16, choices=Playable.choices, default=Playable.NONE)
    why_not = models.TextField(blank=True)  # why it can't be played, in plain words
    prepared_at = models.DateTimeField(null=True, blank=True)  # preparation came to its end, whatever the end was
    preparing = models.TextField(blank=True)  # the step that is under way
    preparing_until = models.DateTimeField(null=True, blank=True)  # its lease: past this, another worker may take it
    preparing_tries = models.IntegerField(default=0)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sequence", "stored_at"]
        indexes = [
            models.Index(fields=["recording", "sequence"], name="file_in_order"),
            models.Index(fields=["stored_at"], name="file_unprepared", condition=models.Q(prepared_at__isnull=True)),
            models.Index(fields=["press"], name="file_of_press", condition=~models.Q(press="")),
        ]


class Track(models.Model):
    """Where the camera was: points of one file, [[ms into the file or null, lat, lon, unix ms or null], …].

    Latitude and longitude are microdegrees, north and east positive; the unix time is the satellites'.
    """

    file = models.OneToOneField(File, models.PROTECT, related_name="track")
    source = models.TextField()
    points = models.JSONField()


class Derivative(models.Model):
    """Something made from a file; a new item that names parent, tool, version and parameters."""

    class Kind(models.TextChoices):
        POSTER = "poster", "Poster picture"
        PROXY = "proxy", "Viewing copy (re-encoded)"
        REMUX = "remux", "Viewing copy (same streams, new container)"
        SCRUB = "scrub", "Scrub pictures"
        WAVEFORM = "waveform", "Waveform"

    handle = models.CharField(max_length=32, unique=True)
    file = models.ForeignKey(File, models.PROTECT, related_name="derivatives", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    object = models.OneToOneField("storage.StoredObject", models.PROTECT, related_name="derivative")
    tool = models.TextField()
    parameters = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "kind"], name="derivative_once")]


class ClassMark(models.Model):
    """A class that somebody, or a rule, gave a recording; ended ones stay."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="marks")
    class_id = models.TextField()
    marked_at = models.DateTimeField()
    marked_by = models.TextField()  # an actor identifier
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.TextField(blank=True)


class Quarantine(models.Model):
    """Why a recording waits for a person, and what that person decided."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="quarantines")
    file = models.ForeignKey(File, models.PROTECT, null=True, blank=True, related_name="quarantines")
    reason = models.TextField()  # one of evidence.rules.Reason
    detail = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.TextField(blank=True)
    resolution = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["opened_at", "id"], name="quarantine_open", condition=models.Q(resolved_at__isnull=True)
            )
        ]


class MultiRange(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's set of disjoint integer ranges: the union of what was read, kept small by the database itself."""

    def db_type(self, connection: object) -> str:
        return "int8multirange"


class Sitting(models.Model):
    """What an account is reading at this moment: one file, or one list. Becomes one event of history when it ends.

    The row is written before the first byte or line goes out, so a crash loses no reading.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sittings")
    file = models.ForeignKey(File, models.PROTECT, null=True, blank=True, related_name="sittings")
    about = models.TextField()  # which bytes of the file (media, view), or the filters of the list as JSON
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ranges = MultiRange(null=True)  # bytes handed out, [from, to)
    times = models.IntegerField(default=1)  # requests
    shown = models.IntegerField(default=0)  # lines of a list shown

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "file", "about"], name="sitting_once", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["last_at"], name="sitting_stale")]


# Ties lean on the models above, so they come last: Django finds a room's tables through this module.
from plainview.holdings.evidence.changes import BulkChange, BulkLine, ClassRequest, UntieRequest  # noqa: E402
from plainview.holdings.evidence.feeds.models import FeedKey, HandedIn  # noqa: E402
from plainview.holdings.evidence.ties import Hold, PrivatePlace, RecordingCall, RecordingMatter  # noqa: E402
from plainview.holdings.incidents.models import Matter, MatterCall  # noqa: E402

# What an import of calls, recordings or matters ties together, with what the planner has to know of it.
TIES = (Recording, ClassMark, RecordingCall, RecordingMatter, Matter, MatterCall)

__all__ = [
    "TIES",
    "BulkChange",
    "BulkLine",
    "ClassMark",
    "ClassRequest",
    "Derivative",
    "FeedKey",
    "File",
    "HandedIn",
    "Hold",
    "PrivatePlace",
    "Quarantine",
    "Recording",
    "RecordingCall",
    "RecordingMatter",
    "Sitting",
    "Track",
    "UntieRequest",
]
