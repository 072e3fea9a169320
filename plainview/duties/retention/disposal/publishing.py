"""What the published log says of disposals beside its leaves: lists, policy texts, what is pending, what is gone.

Plain files, written from what the database keeps byte for byte; safe to write again. No persons in any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from plainview.base.custody import place
from plainview.base.policy.models import PolicyVersion
from plainview.duties.retention.disposal.models import Batch

LISTS, POLICY = "disposal", "policy"
State = Batch.State


def list_path(batch: Batch) -> Path:
    """Returns where the list of a batch is published."""
    return place.log_folder() / LISTS / f"{batch.handle}.jsonl"


def publish() -> None:
    """Writes whatever is missing or differs; afterwards nothing that was announced is unpublished."""
    _texts()
    for batch in Batch.objects.filter(announced_at__isnull=False).select_related("manifest").defer("manifest__data"):
        _list(batch)
    _put("pending.json", "plainview-pending/1", "pending", map(_pending, _of(State.ANNOUNCED, State.DESTROYING)))
    _put("destroyed.json", "plainview-destroyed/1", "destroyed", map(_destroyed, _of(State.FINISHED)))


def published(batch: Batch) -> bool:
    """Whether the list lies in the published log exactly as it was announced. Reads it from end to end."""
    try:
        return sha256(list_path(batch).read_bytes()).hexdigest() == batch.manifest.sha256
    except OSError:
        return False


def _list(batch: Batch) -> None:
    path = list_path(batch)
    with connection.cursor() as cursor:  # its size is known without fetching it
        cursor.execute("select octet_length(data) from disposal_manifest where batch_id = %s", [batch.pk])
        ((size,),) = cursor.fetchall()
    if not path.exists() or path.stat().st_size != size:
        place.write_durably(path, bytes(batch.manifest.data).decode())
    if batch.published_at is None:
        Batch.objects.filter(pk=batch.pk, published_at=None).update(published_at=timezone.now())


def _texts() -> None:
    for version in PolicyVersion.objects.filter(state=PolicyVersion.State.ADOPTED).defer("text"):
        path = place.log_folder() / POLICY / f"{version.hash}.toml"
        if not path.exists():
            place.write_durably(path, bytes(version.text).decode())


def _put(name: str, kind: str, key: str, rows: Iterable[dict[str, Any]]) -> None:
    text = json.dumps({"format": kind, key: list(rows)}, indent=1, sort_keys=True) + "\n"
    path = place.log_folder() / name
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        place.write_durably(path, text)


def _of(*states: str) -> list[Batch]:
    found = Batch.objects.filter(state__in=states).select_related("manifest").defer("manifest__data")
    return list(found.order_by("announced_at"))


def _pending(batch: Batch) -> dict[str, Any]:
    from plainview.duties.retention.disposal.radius import radius

    found = radius(batch, ("going", "gone", "spared"))
    return {
        **_named(batch),
        "state": batch.state,
        "oldest": str(found.now.oldest),
        "newest": str(found.now.newest),
        "classes": [{"classes": row[0], "recordings": row[1], "bytes": row[2]} for row in found.by_class],
    }


def _destroyed(batch: Batch) -> dict[str, Any]:
    count = batch.lines.filter(state="gone").count()
    return {
        **_named(batch),
        "destroyed": count,
        "finished": batch.ended_at.isoformat() if batch.ended_at else None,
        "certificate": batch.certificate.sha256,
    }


def _named(batch: Batch) -> dict[str, Any]:
    return {
        "disposal": batch.handle,
        "announced": batch.announced_at.isoformat() if batch.announced_at else None,
        "early": batch.early,
        "recordings": batch.recordings,
        "bytes": batch.size,
        "list": f"{LISTS}/{batch.handle}.jsonl",
        "sha256": batch.manifest.sha256,
    }
