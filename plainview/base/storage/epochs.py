"""The end of a month's key: every copy of an object key wrapped under it, in any backup, is worthless from then on."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from plainview.base.storage import files, keys
from plainview.base.storage.errors import NotAllowed
from plainview.base.storage.models import Epoch, StoredObject


def close_epoch(name: str) -> Epoch:
    """Destroys the key of an epoch in which every object is destroyed and unlinked; returns its row.

    In the caller's transaction, or one of its own; the file of the key goes once that has committed. Raises NotAllowed
    where an object still needs it or the month isn't over, and Epoch.DoesNotExist.
    """
    with transaction.atomic():
        epoch = Epoch.objects.select_for_update().get(name=name)  # keeps new objects out: they share-lock this row
        if epoch.destroyed_at is None:
            _require_done(epoch)
            epoch.destroyed_at = timezone.now()
            epoch.save(update_fields=["destroyed_at"])
        transaction.on_commit(lambda: _shred(name), robust=True)
    epoch.refresh_from_db()
    return epoch


def finish_closings() -> list[str]:
    """Removes the keys of closed epochs that a killed process left; returns their names."""
    waiting = Epoch.objects.filter(destroyed_at__isnull=False, key_gone_at=None).order_by("name")
    names = list(waiting.values_list("name", flat=True))
    for name in names:
        _shred(name)
    return names


def _require_done(epoch: Epoch) -> None:
    living = StoredObject.objects.filter(epoch=epoch, destroyed_at=None).count()
    if living:
        raise NotAllowed(f"epoch {epoch.name} still has {living:,} objects that are not destroyed; its key stays")
    if StoredObject.objects.filter(epoch=epoch, unlinked_at=None).exists():
        raise NotAllowed(f"epoch {epoch.name} has destroyed objects that are not unlinked yet; run `plainview sweep`")
    if epoch.name[-7:] >= f"{datetime.now(UTC):%Y-%m}":
        raise NotAllowed(f"the month of epoch {epoch.name} isn't over: new objects may still go in")


def _shred(name: str) -> None:
    """Overwrites the key's file and unlinks it, durably. What a disk keeps of its own can't be reached from here."""
    path = keys.folder() / f"{name}.key"
    if path.exists():
        _overwrite(path)
        path.unlink(missing_ok=True)
        files.sync_folder(path.parent)
    Epoch.objects.filter(name=name, key_gone_at=None).update(key_gone_at=timezone.now())


def _overwrite(path: Path) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        files.write_at(file, bytes(os.fstat(file).st_size), 0)
        os.fsync(file)
    finally:
        os.close(file)
