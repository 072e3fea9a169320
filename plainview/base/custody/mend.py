"""What an administrator does about a broken log, when no better backup is there.

Two things can be mended without contradicting anything that was published. Tiles that are gone are written again from
the database, if that gives the root that was signed. Leaves that the database has lost are taken back from the tiles:
their public part, so that the chain goes on where it stood; the private bodies are gone for good, and the log says so.
Everything else is evidence of tampering and is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from plainview.base.custody import actions, guard, keys, lock, moving, place, sequencer
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint as CheckpointRow
from plainview.base.custody.models import Event, Item, Leaf, Outbox
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.event import LeafFacts, read_leaf
from plainview.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash

LOST = "system:lost"  # the actor of an event whose body is gone, the kind of an item that came back with it
BATCH = 1000


class CanNotMend(RuntimeError):
    """What is wrong can't be mended from what is left; the message says why."""


def mend(actor: str) -> list[str]:
    """Mends what can be mended and returns what was done, in sentences. Raises CanNotMend, and then changed nothing."""
    with lock.only_one() as alone:
        if not alone:
            raise CanNotMend("The sequencer is at work. Stop `plainview up` and `plainview work` first.")
        done = [*_tiles(), *_database(actor)]
    problems = guard.check_start()
    if problems:
        raise CanNotMend(" ".join([*done, *problems]))
    return done


def _tiles() -> Iterator[str]:
    """Writes tiles again that end before what was signed."""
    log, signed = place.tile_log(), _signed()
    size, database = log.size, guard.end_of_database()[0]
    if size >= signed.size or database < signed.size:
        return
    if _root_of_database(signed.size) != signed.root:
        raise CanNotMend(
            f"The database doesn't give the root that was signed for {signed.size:,} leaves, so it can't replace the "
            "tiles. Put log/ back from the backup."
        )
    moving.catch_up(log)
    yield f"Wrote the tiles of {database - size:,} leaves again from the database; they give the root that was signed."


def _database(actor: str) -> Iterator[str]:
    """Takes leaves back that the database has lost."""
    log, signed = place.tile_log(), _signed()
    size, (database, last) = log.size, guard.end_of_database()
    if database >= size:
        return
    if database and last != log.leaf_hash(database - 1):
        raise CanNotMend("The database was written on after it was put back: its leaves aren't those of the log.")
    lost = 0
    with transaction.atomic():
        for first in range(database, size, BATCH):
            lost += _take_back(first, list(log.entries(first, min(first + BATCH, size))))
        if _root_of_database(signed.size) != signed.root:
            raise CanNotMend("The entries don't give the root that was signed, so they can't replace the database.")
        _take_back_checkpoint(signed)
        _say_so(actor, database, size, lost)
    yield (
        f"Took {size - database:,} leaves back from the published log. What {lost:,} of them said in private, and what "
        "other rooms had written with them, is gone: compare with the receipts that were given away."
    )


def _take_back(first: int, entries: Sequence[bytes]) -> int:
    """Inserts leaves and their events; returns how many events the database did not have any more."""
    log, facts = place.tile_log(), [read_leaf(entry) for entry in entries]
    hashes = [leaf_hash(entry) for entry in entries]
    if any(each != log.leaf_hash(first + i) for i, each in enumerate(hashes)):
        raise CanNotMend(f"An entry after {first:,} doesn't hash to what its tile says.")
    kept = dict(Event.objects.filter(pk__in=[each.id for each in facts]).values_list("pk", "leaf"))
    lost = [(each, entry) for each, entry in zip(facts, entries, strict=True) if each.id not in kept]
    if any(bytes(kept.get(each.id, entry)) != entry for each, entry in zip(facts, entries, strict=True)):
        raise CanNotMend("An event that waits in the database isn't the one in the log.")
    Outbox.objects.filter(event__in=kept).delete()
    _insert_events(lost)
    Leaf.objects.bulk_create(Leaf(index=first + i, event_id=each.id, hash=hashes[i]) for i, each in enumerate(facts))
    _advance_items([(each, leaf_hash(entry)) for each, entry in lost])
    return len(lost)


def _insert_events(lost: Sequence[tuple[LeafFacts, bytes]]) -> None:
    Item.objects.bulk_create(
        [Item(handle=each.handle, kind="lost", opened_at=each.logged_at) for each, _ in lost if each.n == 1],
        ignore_conflicts=True,
    )
    rows = [
        Event(
            id=each.id,
            item_id=each.handle,
            n=each.n,
            kind=each.kind,
            logged_at=each.logged_at,
            actor=LOST,
            leaf=entry,
            body=b"",
        )
        for each, entry in lost
    ]
    try:
        with transaction.atomic():
            Event.objects.bulk_create(rows)
    except IntegrityError as problem:
        raise CanNotMend(
            "Events were recorded after the old copy of the database was put back, in the places of lost ones. They "
            f"were never acknowledged. ({str(problem).splitlines()[-1].strip()})"
        ) from problem


def _advance_items(lost: Sequence[tuple[LeafFacts, bytes]]) -> None:
    last = {each.handle: (each.n, digest) for each, digest in lost}
    with connection.cursor() as cursor:
        cursor.execute(
            "update custody_item i set n = new.n, head = new.head "
            "from unnest(%s::text[], %s::bigint[], %s::bytea[]) new (handle, n, head) "
            "where i.handle = new.handle and i.n < new.n",
            [list(last), [n for n, _ in last.values()], [digest for _, digest in last.values()]],
        )


def _take_back_checkpoint(signed: Checkpoint) -> None:
    note = _signed_note()
    if note and not CheckpointRow.objects.filter(note=note).exists():
        CheckpointRow.objects.create(size=signed.size, root=signed.root, signed_at=timezone.now(), note=note)


def _say_so(actor: str, first: int, end: int, lost: int) -> None:
    """Whoever reads the log later learns which bodies may be missing, and that it was us who lost them."""
    actions.record(
        Kind.CUSTODY_LOG_MENDED,
        sequencer.log_item(),
        actor=actor,
        facts={"lost": lost},
        public={"first": first, "end": end},
    )


def _signed() -> Checkpoint:
    note = _signed_note()
    return keys.open_checkpoint(note) if note else Checkpoint(keys.signer_of_log().name, 0, EMPTY_ROOT)


def _signed_note() -> str | None:
    """Returns the largest checkpoint that was published or sealed."""
    notes = [note for note in (place.tile_log().checkpoint(), keys.sealed_head()) if note]
    return max(notes, key=lambda note: keys.open_checkpoint(note).size, default=None)


def _root_of_database(size: int) -> bytes:
    hashes = Leaf.objects.filter(index__lt=size).order_by("index").values_list("hash", flat=True)
    frontier = Frontier()
    for each in hashes.iterator(chunk_size=10_000):
        frontier.append(bytes(each))
    return frontier.root() if frontier.size == size else b""
