"""What is stored where, under which key. The bytes themselves lie outside the database."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Epoch(models.Model):
    """A key-encrypting key, one per agency and month; the key itself is in the key folder, never here."""

    name = models.CharField(max_length=64, primary_key=True)  # "<agency>-2026-11"
    fingerprint = models.CharField(max_length=32)  # tells whether the key on the disk is the one that was meant
    created_at = models.DateTimeField(auto_now_add=True)
    # From here on its key is worth nothing to us; a trigger lets it be set only when no living object needs it.
    destroyed_at = models.DateTimeField(null=True)
    key_gone_at = models.DateTimeField(null=True)  # the file of the key was overwritten and unlinked


class StoredObject(models.Model):
    """One write-once encrypted object. A row exists only once the bytes were durable and read back.

    The row outlives the bytes: destroyed objects keep size, hashes and times for the books.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    handle = models.CharField(max_length=32, unique=True)  # the item whose bytes these are; bound in as AAD
    epoch = models.ForeignKey(Epoch, models.PROTECT)
    wrapped_key = models.BinaryField()  # empty once destroyed
    size = models.BigIntegerField()  # plaintext bytes
    stored_size = models.BigIntegerField()  # ciphertext bytes
    sha256 = models.BinaryField(max_length=32)  # of the plaintext
    chunk_root = models.BinaryField(max_length=32)  # RFC 6962 root over 1 MiB chunks
    stored_at = models.DateTimeField(auto_now_add=True)
    shelf = models.CharField(max_length=32, default="data", db_default="data")  # where its bytes lie
    destroyed_at = models.DateTimeField(null=True, blank=True)  # the key was removed from this row
    order = models.CharField(max_length=32, blank=True, default="", db_default="")  # handle of what ordered that
    unlinked_at = models.DateTimeField(null=True, blank=True)  # no shelf lists anything of it any more
    found = models.JSONField(null=True, blank=True)  # shelf: what was removed there, and what the listing showed

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="object_by_hash"),
            models.Index(fields=["shelf", "id"], name="object_on_shelf", condition=models.Q(destroyed_at=None)),
            models.Index(
                fields=["destroyed_at"],
                name="object_to_unlink",
                condition=models.Q(destroyed_at__isnull=False, unlinked_at=None),
            ),
        ]


class Copy(models.Model):
    """Bytes of an object on another shelf than its row names: a move under way, or one that isn't released yet."""

    class State(models.TextChoices):
        COMING = "coming", "Being copied"
        GOOD = "good", "Read back and compared"
        BAD = "bad", "Could not be copied"
        LEAVING = "leaving", "Being removed"

    object = models.ForeignKey(StoredObject, models.PROTECT, related_name="copies", db_index=False)
    shelf = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices)
    begun_at = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.BinaryField(max_length=32, null=True, blank=True)  # of the plaintext, as read from this shelf
    says = models.TextField(blank=True)  # what is wrong with it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object", "shelf"], name="copy_once")]
        indexes = [models.Index(fields=["shelf", "state"], name="copy_by_state")]


class Destruction(models.Model):
    """An order to destroy an object. It counts in the transaction that wrote it, and in no other: a trigger looks."""

    object = models.ForeignKey(StoredObject, models.PROTECT, related_name="destructions")
    order = models.CharField(max_length=32)  # handle of the item that ordered it
    authorized_at = models.DateTimeField(default=timezone.now)
    authorized_in = models.TextField(default="")  # the transaction; the database fills it in
