"""Only one process works on an arrival: its lease is renewed while it does, and taken over once it is dead."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import TracebackType
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from plainview.holdings.ingest.holder import is_gone, new_holder
from plainview.holdings.ingest.models import Arrival

LENGTH = timedelta(seconds=60)
BEAT = 15.0  # seconds between renewals: three may fail before the lease is lost


class LeaseLostError(Exception):
    """Somebody else works on this arrival now: this process was silent for too long, or the arrival has ended."""


def take_over(arrival: UUID) -> Arrival | None:
    """Returns the arrival under a new lease; None where it has ended, or somebody who is alive works on it."""
    with transaction.atomic():
        found = Arrival.objects.select_for_update().filter(pk=arrival, state=Arrival.State.RECEIVING).first()
        if found is None or not is_free(found):
            return None
        found.holder, found.lease_until = new_holder(), timezone.now() + LENGTH
        found.save(update_fields=["holder", "lease_until"])
        return found


def is_free(arrival: Arrival) -> bool:
    """Whether nobody works on it: given back, run out, or held by a process that has ended."""
    return not arrival.holder or arrival.lease_until <= timezone.now() or is_gone(arrival.holder)


def renew(arrival: Arrival) -> None:
    """Prolongs the lease of this piece of work. Raises LeaseLostError."""
    until = timezone.now() + LENGTH
    if not held(arrival).update(lease_until=until):
        raise LeaseLostError(f"arrival {arrival.pk} is in other hands")
    arrival.lease_until = until


def give_back(arrival: Arrival) -> None:
    """Ends this piece of work; the arrival waits for whoever goes on with it. Does nothing for a lease that is lost."""
    held(arrival).update(holder="", lease_until=timezone.now())
    arrival.holder = ""


def held(arrival: Arrival) -> QuerySet[Arrival]:
    """Returns the arrival's row as long as this piece of work holds it; nothing after."""
    return Arrival.objects.filter(pk=arrival.pk, holder=arrival.holder, state=Arrival.State.RECEIVING)


class Heartbeat:
    """Renews a lease from a thread of its own while a `with` block runs, however long one step of it takes."""

    def __init__(self, arrival: Arrival, every: float = BEAT) -> None:
        self._arrival, self._every = arrival, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lease {arrival.pk}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.wait(self._every):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            renew(self._arrival)
        except DatabaseError:  # it may come back; the lease outlives three beats
            connection.close()
        except LeaseLostError:
            self._ended.set()  # whoever ends the work finds out where it counts: in the registering transaction
