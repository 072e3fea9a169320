"""The one way in, for every door: lease, store, read back, look inside, register, settle, receipt.

Nothing is acknowledged before it is durable, read back and in the log. Whatever dies in the middle leaves either an
arrival without a receipt, which the sweep ends or finishes, or bytes that nothing explains, which it removes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from django.db import InterfaceError, OperationalError

from plainview.base.custody.guard import LogBroken
from plainview.base.media import probe
from plainview.base.people.lookup import home_agency
from plainview.base.storage import actions as storage
from plainview.base.storage.errors import NoRoom, StorageError
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence.rules import Claims, Reason, Why
from plainview.holdings.ingest import actions, names, receipts
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.claims import claims_from
from plainview.holdings.ingest.identify import identify
from plainview.holdings.ingest.lease import Heartbeat, LeaseLostError
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.origin import NOWHERE, Origin
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.patience import DatabaseAwayError, away, patiently
from plainview.holdings.ingest.sources.reading import SourceError

log = logging.getLogger(__name__)
NO_CLAIMS = Claims()
# What a source, a disk, a database or another process can do to us; anything else is a mistake of ours and goes up.
TROUBLE = (SourceError, StorageError, OSError, DatabaseAwayError, LeaseLostError, LogBroken)


@dataclass(frozen=True)
class Incoming:
    """One file at a door: its bytes, and everything that is known of it beforehand."""

    stream: BinaryIO
    name: names.Name
    door: str
    actor: str
    claims: Claims = NO_CLAIMS
    origin: Origin = NOWHERE
    size: int | None = None
    changed: Callable[[], str] = str  # asked after the last byte: how the source differs from what was opened
    on_progress: Callable[[int], None] | None = None


def receive(
    stream: BinaryIO,
    *,
    name: str,
    door: str,
    actor: str,
    claims: Claims | None = None,
    source: str = "",
    size: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Takes one file from a stream and returns what became of it, with the path of its receipt.

    `source` is the path it came from, where it came from one. Never refuses footage: what is doubtful is stored and
    waits in quarantine. `failed` means that nothing is acknowledged; the reason says what to do.
    """
    incoming = Incoming(
        stream=stream,
        name=names.from_text(name),
        door=door,
        actor=actor,
        claims=claims or NO_CLAIMS,
        origin=Origin(names.from_text(source).text) if source else NOWHERE,
        size=size,
        on_progress=on_progress,
    )
    try:
        taken = take(incoming)
    except DatabaseAwayError as problem:
        return failed(in_words(problem))
    return taken if isinstance(taken, Outcome) else receipts.acknowledge([taken])[0]


def take(incoming: Incoming) -> Arrival | Outcome:
    """Stores and registers one file. Returns its ended arrival, still to be acknowledged, or what failed.

    Raises DatabaseAwayError where the database does not come back within a bounded time.
    """
    coming = Coming(incoming.door, incoming.name, incoming.actor, incoming.claims, incoming.origin, incoming.size)
    identifier = uuid4()  # known beforehand: a connection may be lost while the row is committed
    arrival = patiently(lambda: actions.begin(coming, identifier))
    try:
        with Heartbeat(arrival):
            stored = _store(arrival, incoming)
            return complete(arrival, stored, incoming.changed())
    except (DatabaseAwayError, OperationalError, InterfaceError) as problem:
        raise away(problem) from problem
    except TROUBLE as problem:
        return not_taken(arrival, problem)
    except BaseException:
        _give_up(arrival, "The program that received it was interrupted. Take the file again.")
        raise


def _store(arrival: Arrival, incoming: Incoming) -> Stored:
    begun: list[int] = []

    def progress(done: int) -> None:
        begun.append(done)
        if incoming.on_progress is not None:
            incoming.on_progress(done)

    def put() -> Stored:
        if begun:  # a stream is read once: trying again would store what is left of it
            raise DatabaseAwayError("it went away while the file was read")
        agency = home_agency().slug
        return storage.put(
            incoming.stream, handle=arrival.handle, agency=agency, size_hint=incoming.size, on_progress=progress
        )

    stored = patiently(put)
    patiently(lambda: actions.keep_stored(arrival, stored))
    return stored


def complete(arrival: Arrival, stored: Stored, changed: str = "") -> Arrival:
    """Looks into stored bytes and takes them into evidence; the caller holds the lease. Safe to do again.

    Raises DatabaseAwayError, LeaseLostError, or storage's errors where the bytes can't be had any more.
    """
    claims = claims_from(arrival.claims)
    with storage.open_object(stored) as source:
        facts = probe(source, _with_folder(arrival))
    reasons = [Why(Reason.CHANGED_WHILE_READ, f"{changed[:1].upper()}{changed[1:]}.")] if changed else []
    return patiently(
        lambda: actions.take_into_evidence(arrival, stored, facts, claims, identify(arrival, facts, claims), reasons)
    )


def _with_folder(arrival: Arrival) -> str:
    """The name with the folder it lay in: some cameras write serial and time on that."""
    folder = PurePosixPath(arrival.source).parent.name if arrival.source else ""
    return f"{folder}/{arrival.name}" if folder else arrival.name


def not_taken(arrival: Arrival, problem: Exception) -> Outcome:
    """Ends an arrival that came to nothing and returns that in words; bytes that are whole wait for the sweep."""
    reason = in_words(problem)
    if arrival.stored is not None:
        reason += " Its bytes are kept: `plainview sweep` finishes the work."
    else:
        _give_up(arrival, reason)
    return failed(reason, arrival)


def _give_up(arrival: Arrival, reason: str) -> None:
    if arrival.stored is not None:
        return
    try:
        patiently(lambda: actions.fail(arrival, reason), within=2)
    except Exception as problem:  # the sweep ends it later: its lease runs out
        log.warning("arrival %s could not be ended: %s", arrival.pk, problem)


def in_words(problem: Exception) -> str:
    """Returns a sentence that says what kept the file out, and the next step."""
    if isinstance(problem, SourceError):
        return f"The file {problem}. Nothing of it was kept."
    if isinstance(problem, NoRoom):
        return f"The disk is full: {problem}."
    if isinstance(problem, DatabaseAwayError):
        return f"The database is away ({problem}). Nothing was acknowledged; take the file again once it is back."
    if isinstance(problem, LeaseLostError):
        return "Another process took this arrival over, since this one was silent for too long."
    return f"It could not be stored: {problem}."


def failed(reason: str, arrival: Arrival | None = None) -> Outcome:
    """Returns the outcome of a file of which nothing is acknowledged."""
    return Outcome("failed", reason, arrival=str(arrival.pk) if arrival else "")
