"""Every checkpoint that was ever signed states a root that the log still has."""

from __future__ import annotations

from collections.abc import Iterator

from plainview.base.custody import keys, place
from plainview.base.custody.audit.finding import Finding
from plainview.base.custody.models import Checkpoint
from plainview.ledger.tiles import TileError, TileLog

TABLE = "custody_checkpoint"


def check(size: int) -> Iterator[Finding]:
    """Checks the rows of the database, the published file and the sealed head."""
    log, before = place.tile_log(), 0
    try:
        keys.signer_of_log()
    except keys.KeyProblem as problem:
        yield Finding("keys/log.key", str(problem))
        return
    for row in Checkpoint.objects.order_by("id").iterator(chunk_size=1000):
        if row.size <= before:
            yield Finding(TABLE, f"Checkpoint {row.pk} states {row.size:,} leaves; an earlier one stated {before:,}.")
        before = row.size
        yield from _row(row, size, log)
    yield from _handed_out()


def _row(row: Checkpoint, size: int, log: TileLog) -> Iterator[Finding]:
    name = f"Checkpoint {row.pk} (of {row.size:,} leaves)"
    try:
        stated = keys.open_checkpoint(row.note)
    except keys.KeyProblem as problem:
        yield Finding(TABLE, f"{name} is {problem}.")
        return
    if (stated.size, stated.root) != (row.size, bytes(row.root)):
        yield Finding(TABLE, f"{name}: size or root in the row differs from its signed note.")
    try:
        if stated.size <= size and log.root(stated.size) != stated.root:
            yield Finding(TABLE, f"{name} states another root than the log has at this size.")
    except TileError as problem:
        yield Finding(TABLE, f"{name} can't be compared: {problem}.")


def _handed_out() -> Iterator[Finding]:
    """What was published or sealed was signed by us, so its row must be there."""
    for name, note in (("log/checkpoint", place.tile_log().checkpoint()), ("keys/log.head", keys.sealed_head())):
        if note is not None and not Checkpoint.objects.filter(note=note).exists():
            yield Finding(
                TABLE, f"The checkpoint in {name} has no row in the database: the row was changed or removed."
            )
