"""Takes a table in: durable first, then a row and a job; the job has a lease and always comes to an end."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from plainview.base.custody.actions import open_item, record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.people.table import ImportRefused
from plainview.holdings.evidence.feeds.keeping import hash_of, keep, path_of
from plainview.holdings.evidence.feeds.models import HandedIn
from plainview.holdings.evidence.imports.calls import take_calls
from plainview.holdings.evidence.imports.matters import import_matters
from plainview.holdings.evidence.imports.recordings import import_recordings, load_map
from plainview.holdings.evidence.imports.says import matters_sentence, sentence
from plainview.holdings.incidents import maps
from plainview.holdings.incidents.maps import BadMap, Map, UnknownMap, WrongHeader
from plainview.holdings.incidents.models import Batch
from plainview.ledger.canonical import Json

log = logging.getLogger(__name__)
TASK = "evidence.take_table"
LEASE = timedelta(minutes=10)  # renewed every few thousand rows
TRIES = 3
State = HandedIn.State


class Refused(ValueError):
    """What can't be taken; says why and what to do."""


def layouts(kind: str) -> list[str]:
    """Returns the names of the maps for a kind of table; none for matters, which have one layout."""
    from plainview.holdings.evidence.imports.rows import FOLDER

    if kind == HandedIn.Kind.CALLS:
        return list(maps.names())
    return list(maps.names(FOLDER)) if kind == HandedIn.Kind.RECORDINGS else []


def headers(kind: str, layout: str) -> list[str]:
    """Returns the headers of a layout in their order, as a person knows the file; the database keeps no order."""
    try:
        found = _layout(kind, layout)
    except Refused:
        return []
    return [source for column in found.columns.values() for source in column.sources] if found else []


def hand_in(kind: str, name: str, layout: str, zone: str, blocks: Iterable[bytes], *, actor: str) -> HandedIn:
    """Keeps a table and asks for it to be taken. When this returns it is on disk, read back, and in history.

    Raises Refused, keeping.TooLarge, OSError.
    """
    if kind not in HandedIn.Kind.values:
        raise Refused(f"“{kind}” is no kind of table. It is one of {', '.join(HandedIn.Kind.values)}.")
    _layout(kind, layout)
    _zone(zone)
    handle = new_handle()
    sha256, size = keep(handle, blocks)
    with transaction.atomic():
        open_item("batch", handle)
        handed = HandedIn.objects.create(
            handle=handle, kind=kind, name=_name(name), map=layout, zone=zone, sha256=sha256, size=size, actor=actor,
            came_at=timezone.now(),
        )  # fmt: skip
        facts: dict[str, Json] = {
            "kind": kind, "name": handed.name, "map": layout, "zone": zone, "sha256": sha256.hex(), "bytes": size,
        }  # fmt: skip
        record(Kind.INCIDENTS_TABLE_HANDED_IN, handle, actor=actor, facts=facts)
        app.configure_task(TASK, lock="tables").defer(handed=handed.pk)
    return handed


def take(pk: int) -> HandedIn:
    """Takes a table that waits; returns it in its end state. One that somebody else is taking is left alone."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)
    claimed = HandedIn.objects.filter(free, pk=pk).update(
        state=State.RUNNING, lease_until=now + LEASE, tries=F("tries") + 1, rows_read=0
    )
    handed = HandedIn.objects.get(pk=pk)
    if not claimed:
        return handed
    try:
        batch, says = _take(handed)
    except (WrongHeader, UnknownMap, BadMap, ImportRefused, Refused) as problem:
        return _end(handed, State.REFUSED, f"{problem}"[:4000])
    except Exception as fault:  # whatever it is, the table stays and says what happened
        log.exception("taking the table %s failed", handed.handle)
        last = handed.tries >= TRIES
        says = f"A fault on our side ({type(fault).__name__}). The table is kept; nothing of it was taken."
        if last:
            return _end(handed, State.FAILED, says)
        HandedIn.objects.filter(pk=pk).update(state=State.WAITING, lease_until=None, says=says)
        raise
    return _end(handed, State.DONE, says, batch)


def _take(handed: HandedIn) -> tuple[Batch | None, str]:
    path = path_of(handed.handle)
    if hash_of(path) != bytes(handed.sha256):
        raise Refused("The table on disk is not the one that came. Hand it in again.")
    named = _named(path, handed.name)
    try:
        if handed.kind == HandedIn.Kind.MATTERS:
            done = import_matters(named, actor=handed.actor)
            batch = Batch.objects.filter(kind="matters", sha256=bytes(handed.sha256)).order_by("-began_at").first()
            return batch, matters_sentence(done)
        act = take_calls if handed.kind == HandedIn.Kind.CALLS else import_recordings
        layout, zone = _layout(handed.kind, handed.map), _zone(handed.zone)
        assert layout is not None
        taken = act(named, layout, zone, actor=handed.actor, progress=lambda rows: _renew(handed.pk, rows))
        return taken, sentence(taken)
    finally:
        named.unlink(missing_ok=True)
        named.parent.rmdir()


def _named(path: Path, name: str) -> Path:
    """A second name of the same bytes, so that errors and batches name the file as its sender does."""
    inside = path.with_suffix(".taking")
    inside.mkdir(exist_ok=True)
    named = inside / name
    named.unlink(missing_ok=True)
    named.hardlink_to(path)
    return named


def _renew(pk: int, rows: int) -> None:
    """Says how far it is. Seen by others only where the import isn't one transaction; the lease is what counts."""
    HandedIn.objects.filter(pk=pk).update(rows_read=rows, lease_until=timezone.now() + LEASE)


@transaction.atomic
def _end(handed: HandedIn, state: str, says: str, batch: Batch | None = None) -> HandedIn:
    handed.state, handed.says, handed.batch, handed.ended_at, handed.lease_until = (
        state,
        says,
        batch,
        timezone.now(),
        None,
    )
    handed.save(update_fields=["state", "says", "batch", "ended_at", "lease_until"])
    if state != State.DONE:
        record(Kind.INCIDENTS_TABLE_REFUSED, handed.handle, actor=handed.actor, facts={"why": says[:500]})
    return handed


def abandoned() -> list[int]:
    """Returns tables whose worker died, or whose job was lost."""
    late = timezone.now() - LEASE
    left = Q(state=State.RUNNING, lease_until__lt=timezone.now()) | Q(state=State.WAITING, came_at__lt=late)
    return list(HandedIn.objects.filter(left).order_by("came_at").values_list("pk", flat=True)[:100])


def try_again(handed: HandedIn, *, actor: str) -> None:
    """Asks once more for a table that failed or was refused, as after a map or the roster was mended."""
    with transaction.atomic():
        again = HandedIn.objects.filter(pk=handed.pk, state__in=(State.FAILED, State.REFUSED))
        if again.update(state=State.WAITING, tries=0, ended_at=None):
            facts: dict[str, Json] = {"again": True, "said": handed.says[:500]}
            record(Kind.INCIDENTS_TABLE_HANDED_IN, handed.handle, actor=actor, facts=facts)
            app.configure_task(TASK, lock="tables").defer(handed=handed.pk)


def _layout(kind: str, name: str) -> Map | None:
    if kind == HandedIn.Kind.MATTERS:
        return None
    try:
        return maps.load(name) if kind == HandedIn.Kind.CALLS else load_map(name)
    except (UnknownMap, BadMap) as problem:
        raise Refused(str(problem)) from problem


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"There is no zone {name}. Write it as America/Chicago.") from None


def _name(name: str) -> str:
    """Returns a name without folders and control characters; what a browser or a program sends may hold either."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip(". ")[:120]
    return clean or "table.csv"
