"""Refuses to write over a history that disagrees with what was already published.

In an honest installation, at any moment: sealed head ≤ published checkpoint ≤ tiles ≤ leaves in the database, and each
is the beginning of the next. A database restored from an old copy breaks that order, and so does a log folder put back.
Small things are compared here, in a few milliseconds, at the start of every process; `plainview log check` reads all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from django.db import connection

from plainview.base.custody import keys, place
from plainview.base.custody.models import Checkpoint as CheckpointRow
from plainview.base.custody.models import Leaf
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import Signer
from plainview.ledger.tiles import TileError, TileLog

REFUSED = "refused"

_sound: set[str] = set()


class LogBroken(RuntimeError):
    """History disagrees with the published log: nothing may be written until an administrator has dealt with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def check_start() -> list[str]:
    """Returns what is wrong with the log, each with the next step; an empty list if nothing. Takes milliseconds."""
    problems = list(_problems())
    _remember(problems)
    return problems


def require_sound() -> None:
    """Raises LogBroken if the log is broken. After the first time in a process it costs one look at one file."""
    folder = f"{place.root()}/{place.LOG}"  # text: asked before each event, and a Path would cost more than the answer
    if folder in _sound and not os.path.exists(f"{folder}/{REFUSED}"):  # noqa: PTH110
        return
    problems = check_start()
    if problems:
        raise LogBroken(problems)


def end_of_database() -> tuple[int, bytes]:
    """Returns the size of the log as the database has it, and the hash of its last leaf."""
    with connection.cursor() as cursor:
        cursor.execute("select index + 1, hash from custody_leaf order by index desc limit 1")
        row = cursor.fetchone()
    return (int(row[0]), bytes(row[1])) if row else (0, b"")


def _remember(problems: list[str]) -> None:
    """Tells the other processes: they look for the file before they write."""
    folder = place.log_folder()
    flag = folder / REFUSED
    if problems:
        _sound.discard(str(folder))
        place.write_durably(flag, "\n".join(problems) + "\n")
    else:
        _sound.add(str(folder))
        flag.unlink(missing_ok=True)


def _problems() -> Iterator[str]:
    # The order of reading matters: what may only be behind is read first, so that a sequencer at work in the
    # middle of our reading never looks like a database that lost something.
    try:
        signer = keys.create()
        stated = list(_stated(signer))
    except keys.KeyProblem as problem:
        yield str(problem)
        return
    log = place.tile_log()
    tiles = log.size
    database, _ = end_of_database()
    yield from _sizes(stated, tiles, database)
    try:
        yield from _roots(stated, tiles, log)
        yield from _last_leaf(min(tiles, database), log)
    except TileError as problem:
        yield f"The tiles of the log are damaged: {problem}. Put log/ back from the backup."


def _stated(signer: Signer) -> Iterator[tuple[str, Checkpoint]]:
    """Yields the checkpoints that were given away or sealed, each under its plain name."""
    for name, note in (("sealed head", keys.sealed_head()), ("published checkpoint", place.tile_log().checkpoint())):
        if note is None:
            continue
        try:
            yield name, keys.open_checkpoint(note, signer)
        except keys.KeyProblem as problem:
            raise keys.KeyProblem(
                f"The {name} is {problem}. Find out who replaced it; put it back from the backup."
            ) from problem
    row = CheckpointRow.objects.order_by("-id").first()
    if row is not None:
        yield "latest checkpoint in the database", Checkpoint(signer.name, row.size, bytes(row.root))


def _sizes(stated: list[tuple[str, Checkpoint]], tiles: int, database: int) -> Iterator[str]:
    name, published = max(((n, c.size) for n, c in stated), key=lambda each: each[1], default=("", 0))
    if database < max(tiles, published):
        yield (
            f"The database is older than the published log: it holds {database:,} leaves, the log has "
            f"{max(tiles, published):,}. An old copy of the database was put back. Put the newest back instead; "
            "if there is none, `plainview log mend` takes the lost leaves from the published log."
        )
    if tiles < published:
        yield (
            f"The tiles of the log end at {tiles:,} leaves, but the {name} states {published:,}. "
            "Put log/ back from the backup, or run `plainview log mend` to write the tiles again from the database."
        )


def _roots(stated: list[tuple[str, Checkpoint]], tiles: int, log: TileLog) -> Iterator[str]:
    for name, checkpoint in stated:
        if checkpoint.size <= tiles and log.root(checkpoint.size) != checkpoint.root:
            yield (
                f"The tiles don't give the root that the {name} states for {checkpoint.size:,} leaves: the log on disk "
                "was changed. Keep a copy of it as evidence, then put log/ back from the backup."
            )


def _last_leaf(size: int, log: TileLog) -> Iterator[str]:
    if not size:
        return
    row = Leaf.objects.filter(index=size - 1).values_list("hash", flat=True).first()
    if row is None or bytes(row) != log.leaf_hash(size - 1):
        yield (
            f"Leaf {size - 1:,} in the database isn't the one in the published log: the database was changed, or an "
            "old copy of it was put back and written on. Keep it as evidence, then put the newest backup back."
        )
