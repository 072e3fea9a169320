"""Reading evidence is an act. Many small requests become one event per sitting of at most ten minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_item, record, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item
from plainview.base.people.models import Account
from plainview.holdings.evidence.filters import Filters
from plainview.holdings.evidence.models import File, Recording, Sitting
from plainview.ledger.canonical import Json

SITTING = timedelta(minutes=10)
IDLE = timedelta(minutes=2)  # a sitting without a request for so long has ended
_TABLE = Sitting._meta.db_table
# Only for what names no item: bytes and pages wait for the disk. Sent in one trip with what follows it.
_NOT_WAITING = "SET LOCAL synchronous_commit = off;"

# One statement, so that two requests of a player at the same moment both count.
_GO_ON = f"""
    UPDATE {_TABLE} SET last_at = %s, times = times + 1, shown = shown + %s,
        ranges = coalesce(ranges, '{{}}'::int8multirange) + %s::int8multirange
    WHERE account_id = %s AND file_id IS NOT DISTINCT FROM %s AND about = %s AND began_at > %s"""
_BEGIN = f"""
    INSERT INTO {_TABLE} AS s (account_id, file_id, about, began_at, last_at, times, shown, ranges)
    VALUES (%s, %s, %s, %s, %s, 1, %s, %s::int8multirange)
    ON CONFLICT (account_id, file_id, about) DO UPDATE SET last_at = excluded.last_at, times = s.times + 1,
        shown = s.shown + excluded.shown, ranges = s.ranges + excluded.ranges"""


def note_play(account: Account, file: File, about: str, span: tuple[int, int]) -> None:
    """Notes that these bytes [from, to) of a file's original or viewing copy go out. Call it before they do."""
    _note(account, file, about, f"{{[{span[0]},{span[1]})}}", 0)


def note_list(account: Account, filters: Filters, shown: int) -> None:
    """Notes that lines of the list were shown. A crash of the database may lose the last half second of these."""
    _note(account, None, json.dumps(filters.as_dict(), sort_keys=True), "{}", shown, before=_NOT_WAITING)


def _note(account: Account, file: File | None, about: str, ranges: str, shown: int, before: str = "") -> None:
    now = timezone.now()
    file_id = file.pk if file else None
    with connection.cursor() as cursor:
        cursor.execute(before + _GO_ON, [now, shown, ranges, account.pk, file_id, about, now - SITTING])
        while cursor.nextset():
            pass
        if cursor.rowcount:
            return
    with transaction.atomic(), connection.cursor() as cursor:
        end_sittings(Sitting.objects.filter(account=account, file=file, about=about))
        cursor.execute(before + _BEGIN, [account.pk, file_id, about, now, now, shown, ranges])


def note_view(account: Account, recording: Recording) -> Event | None:
    """Notes that the account opened the recording's page; once in ten minutes."""
    with transaction.atomic():
        recently = Event.objects.filter(
            item_id=recording.handle,
            kind=Kind.EVIDENCE_RECORDING_VIEWED.value,
            actor=account.actor,
            logged_at__gt=timezone.now() - SITTING,
        )
        if recently.exists():
            return None
        return record(Kind.EVIDENCE_RECORDING_VIEWED, recording.handle, actor=account.actor, facts={})


def note_download(account: Account, file: File) -> Event:
    """Notes that the account takes a copy of the original. Call it before the first byte goes out."""
    facts: dict[str, Json] = {"name": file.name, "size": file.object.size, "sha256": bytes(file.object.sha256).hex()}
    with transaction.atomic():
        return record(Kind.EVIDENCE_FILE_DOWNLOADED, file.handle, actor=account.actor, facts=facts)


def note_export(account: Account, filters: Filters) -> Event:
    """Notes that the account takes the list as a table. Call it before the first line goes out."""
    with transaction.atomic():
        _own_item(account)
        facts: dict[str, Json] = {"filters": dict(filters.as_dict())}
        return record(Kind.EVIDENCE_LIST_EXPORTED, account.handle, actor=account.actor, facts=facts)


def end_sittings(which: QuerySet[Sitting] | None = None) -> int:
    """Turns sittings into history and returns how many: those given, else all that have ended by now."""
    with transaction.atomic():
        chosen = which if which is not None else Sitting.objects.filter(_ended(timezone.now()))
        sittings = list(
            chosen.select_related("account", "file__object", "file__recording")
            .prefetch_related("file__derivatives__object")
            .select_for_update(of=("self",), skip_locked=which is None)
            .order_by("pk")
        )
        by_actor: dict[str, list[Sitting]] = {}
        for sitting in sittings:
            by_actor.setdefault(sitting.account.actor, []).append(sitting)
        for actor in sorted(by_actor):
            record_many([_entry(each) for each in by_actor[actor]], actor=actor)
        Sitting.objects.filter(pk__in=[each.pk for each in sittings]).delete()
        return len(sittings)


def _ended(now: datetime) -> Q:
    return Q(last_at__lt=now - IDLE) | Q(began_at__lt=now - SITTING)


def _entry(sitting: Sitting) -> Entry:
    facts: dict[str, Json] = {
        "began": sitting.began_at.isoformat(),
        "ended": sitting.last_at.isoformat(),
        "requests": sitting.times,
    }
    if sitting.file is None:
        _own_item(sitting.account)
        facts |= {"filters": json.loads(sitting.about), "shown": sitting.shown}
        return Entry(Kind.EVIDENCE_LIST_READ, sitting.account.handle, facts)
    read = spans(sitting.ranges)
    facts |= {
        "copy": sitting.about,
        "ranges": [[first, last] for first, last in read],
        "bytes": sum(last - first for first, last in read),
        "of_bytes": _length(sitting.file, sitting.about),
    }
    return Entry(Kind.EVIDENCE_FILE_PLAYED, sitting.file.handle, facts)


def _length(file: File, about: str) -> int:
    """The size of what was read from: the original, or the viewing copy of that name."""
    copies = {d.kind: d.object.size for d in file.derivatives.all()}
    return copies.get(about, file.object.size)


def spans(ranges: Sequence[Any] | None) -> list[tuple[int, int]]:
    """Returns a multirange as plain pairs [from, to)."""
    return [(each.lower, each.upper) for each in ranges or []]


def _own_item(account: Account) -> None:
    """Begins the account's own chain where nobody has: reading a list is the first thing many accounts do."""
    if not Item.objects.filter(handle=account.handle).exists():
        open_item("account", handle=account.handle)
