"""Signed checkpoints: when one is due, how it is handed out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from plainview.base.custody import keys
from plainview.base.custody.models import Checkpoint as Row
from plainview.base.custody.rules import BETWEEN_CHECKPOINTS
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.tiles import TileLog


def latest() -> Row | None:
    """Returns the checkpoint that was signed last."""
    return Row.objects.order_by("-id").first()


def publish(tiles: TileLog, size: int) -> None:
    """Signs and hands out a checkpoint, if there is something new and the last one is old enough."""
    last, now = latest(), timezone.now()
    if last is not None and {tiles.checkpoint(), keys.sealed_head()} != {last.note}:
        _hand_out(tiles, last.note)  # a crash came between the row and the files
    if size and (last is None or (last.size < size and _old_enough(last.signed_at, now))):
        _sign(tiles, size, now)


def _sign(tiles: TileLog, size: int, now: datetime) -> None:
    signer = keys.signer_of_log()
    root = tiles.root(size)
    note = signer.sign(Checkpoint(signer.name, size, root).text())
    Row.objects.create(size=size, root=root, signed_at=now, note=note)
    _hand_out(tiles, note)


def _old_enough(signed_at: datetime, now: datetime) -> bool:
    # a clock that was set back must not stop the log
    return not timedelta(0) <= now - signed_at < BETWEEN_CHECKPOINTS


def _hand_out(tiles: TileLog, note: str) -> None:
    tiles.write_checkpoint(note)
    keys.seal(note)
