"""What is stored where, under which key. The bytes themselves lie outside the database."""

from __future__ import annotations

import uuid

from django.db import models


class Epoch(models.Model):
    """A key-encrypting key, one per agency and month; the key itself is in the key folder, never here."""

    name = models.CharField(max_length=64, primary_key=True)  # "<agency>-2026-11"
    fingerprint = models.CharField(max_length=32)  # tells whether the key on the disk is the one that was meant
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)


class StoredObject(models.Model):
    """One write-once encrypted object. A row exists only once the bytes were durable and read back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    handle = models.CharField(max_length=32, unique=True)  # the item whose bytes these are; bound in as AAD
    epoch = models.ForeignKey(Epoch, models.PROTECT)
    wrapped_key = models.BinaryField()
    size = models.BigIntegerField()  # plaintext bytes
    stored_size = models.BigIntegerField()  # ciphertext bytes
    sha256 = models.BinaryField(max_length=32)  # of the plaintext
    chunk_root = models.BinaryField(max_length=32)  # RFC 6962 root over 1 MiB chunks
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="object_by_hash")]
