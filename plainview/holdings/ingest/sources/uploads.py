"""What an upload does between its first byte and its last: create, go on, finish, discard. No HTTP here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from plainview.base.people.lookup import home_agency
from plainview.base.people.models import Account
from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Damaged, KeyUnusable, Missing, NoRoom
from plainview.base.storage.stored import Stored
from plainview.base.storage.writer import Writer
from plainview.holdings.ingest import actions, lease, names, receipts, reception
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.claims import ClaimError, read_claims
from plainview.holdings.ingest.lease import Heartbeat
from plainview.holdings.ingest.models import Arrival, Door
from plainview.holdings.ingest.origin import Origin
from plainview.holdings.ingest.patience import let_go, patiently
from plainview.holdings.ingest.sources.body import Body
from plainview.holdings.ingest.sources.protocol import Checksum, ProtocolError

DURABLE_EVERY = 64 << 20  # bytes of one request that may be lost when the server dies in it
RENEW_EVERY = timedelta(seconds=10)
TERMINATED = "The person who uploaded it discarded it before it was whole."
MISMATCH = 460  # tus: the checksum doesn't hold
CLAIMED = ("camera", "badge", "start", "trigger_on", "zone", "start_zone")


def limit() -> int:
    """Returns the largest file in bytes that may come over HTTP (`PLAINVIEW_UPLOAD_LIMIT`, 1 TB by default)."""
    return int(os.environ.get("PLAINVIEW_UPLOAD_LIMIT") or 10**12)


def days_kept() -> int:
    """Returns for how many days an unfinished upload waits to be gone on with (`PLAINVIEW_UPLOAD_DAYS`, 7)."""
    return int(os.environ.get("PLAINVIEW_UPLOAD_DAYS") or 7)


def is_expired(arrival: Arrival) -> bool:
    """Whether nobody went on with the upload in time, so that it may be gone at any moment."""
    if arrival.state != Arrival.State.RECEIVING or arrival.expires_at is None:
        return False
    return arrival.expires_at <= timezone.now() and arrival.offset != arrival.size


def create(account: Account, size: int, said: Mapping[str, bytes]) -> Arrival:
    """Begins an upload, under a lease. Raises ProtocolError for what can't be taken, NoRoom where it can't fit."""
    if size > limit():
        raise ProtocolError(413, f"The file is over the limit of {limit()} bytes.")
    try:
        claims = read_claims(**{field: said.get(field, b"").decode() for field in CLAIMED})
    except ClaimError as problem:
        raise ProtocolError(400, str(problem)) from None
    except UnicodeDecodeError:
        raise ProtocolError(400, "What is said of the file must be UTF-8.") from None
    _need_room(size)
    name = names.from_bytes(said.get("filename") or said.get("name") or b"upload")
    origin = Origin(identity=_identity(size, said.get("modified", b"")))
    coming = Coming(Door.BROWSER, name, account.actor, claims, origin, size, actions.expiry(days_kept()))
    return actions.begin(coming)


def _identity(size: int, modified: bytes) -> dict[str, int]:
    """What the browser knows of the file, so that the page finds an unfinished upload of it again."""
    return {"size": size, "modified_ms": int(modified)} if modified.isdigit() and len(modified) < 16 else {"size": size}


def _need_room(size: int) -> None:
    """Says early what storage would say late: half a file helps nobody."""
    disk = os.statvfs(settings.DATA)
    free = disk.f_bavail * disk.f_frsize
    if size > free:
        raise NoRoom(f"{size:,} bytes needed, {free:,} free")


def resume(arrival: Arrival, offset: int, body: Body, checksum: Checksum | None) -> Arrival:
    """Goes on with an upload. Raises LeaseLostError where another request is at it, ProtocolError 409 or 413."""
    taken = lease.take_over(arrival.pk)
    if taken is None:
        raise lease.LeaseLostError(f"arrival {arrival.pk} is in other hands")
    return go_on(taken, offset, body, checksum)


def go_on(arrival: Arrival, offset: int, body: Body, checksum: Checksum | None) -> Arrival:
    """Takes the body's bytes; registers and acknowledges the file with the last one. Ends the caller's lease."""
    try:
        size = arrival.size or 0
        if offset != arrival.offset:
            raise ProtocolError(409, f"The upload stands at byte {arrival.offset}, not {offset}.")
        if body.announced is not None and offset + body.announced > size:
            raise ProtocolError(413, f"More bytes than the {size} that were announced.")
        stored = actions.stored_of(arrival) or _take(arrival, body, checksum)
        return finish(arrival, stored) if stored else arrival
    except (Missing, Damaged, KeyUnusable) as problem:  # no later piece can mend that
        _end(arrival, reception.in_words(problem), arrival.actor)
        raise
    finally:
        with suppress(DatabaseError, InterfaceError):  # then it runs out by itself
            lease.give_back(arrival)


def _take(arrival: Arrival, body: Body, checksum: Checksum | None) -> Stored | None:
    """Writes the body; returns what the whole came to once the last byte is durable and read back."""
    size = arrival.size or 0
    with _writer(arrival) as writer:
        let_go()  # bytes may come for hours; the database has better uses for a connection
        while not body.ended and writer.offset < size:
            piece = body.allow(min(DURABLE_EVERY, size - writer.offset))
            writer.receive(cast(BinaryIO, piece), lambda _: _renew(arrival))  # it only reads
            if checksum is None and writer.offset < size:  # with one, nothing counts before all of it has passed
                _note(arrival, writer)
        if checksum is not None and not checksum.holds():
            raise ProtocolError(MISMATCH, "The bytes that came are not those that were announced; send them again.")
        if writer.offset < size:
            if checksum is not None:
                _note(arrival, writer)
            return None
        with Heartbeat(arrival):
            stored = writer.finish(expected_size=size)
    patiently(lambda: actions.keep_stored(arrival, stored))
    return stored


def _writer(arrival: Arrival) -> Writer:
    """Returns the writer where it stood; begins it with the first bytes, which are then read back as they come."""
    if arrival.writer is not None:
        return Writer.resume(arrival.writer)
    return Writer.begin(handle=arrival.handle, agency=home_agency().slug, size_hint=arrival.size)


def _note(arrival: Arrival, writer: Writer) -> None:
    state, expires = writer.state(), actions.expiry(days_kept())
    patiently(lambda: actions.progress(arrival, state, writer.offset, expires))
    let_go()


def _renew(arrival: Arrival) -> None:
    """Renews the lease as bytes come, and only then: a client that went silent loses it to one that comes back."""
    if arrival.lease_until - timezone.now() < lease.LENGTH - RENEW_EVERY:
        patiently(lambda: lease.renew(arrival))
        let_go()


def finish(arrival: Arrival, stored: Stored) -> Arrival:
    """Registers and acknowledges an upload that is whole. The caller holds the lease."""
    with Heartbeat(arrival):
        ended = reception.complete(arrival, stored)
    acknowledge(ended)
    return ended


def acknowledge(arrival: Arrival) -> bool:
    """Sees to it that an upload that was registered is in the log and has its receipt; returns whether it is so."""
    return bool(arrival.receipt) or receipts.acknowledge([arrival])[0].taken


def discard(arrival: Arrival, account: Account) -> None:
    """Removes what was received of an upload; history says so. Raises LeaseLostError where a request is at it."""
    taken = lease.take_over(arrival.pk)
    if taken is None:
        raise lease.LeaseLostError(f"arrival {arrival.pk} is in other hands")
    if taken.offset == taken.size:
        lease.give_back(taken)
        raise ProtocolError(403, "All of it is here; it becomes evidence and nobody discards it here.")
    _end(taken, TERMINATED, account.actor)


def _end(arrival: Arrival, reason: str, actor: str) -> None:
    actions.fail(arrival, reason, actor)
    if arrival.object_id is not None:
        storage.discard_unregistered(arrival.object_id)
