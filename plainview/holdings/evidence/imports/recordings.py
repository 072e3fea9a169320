"""Recordings held elsewhere: only their metadata is ours. A file of them goes in by set-based SQL in one transaction.

A row is known by the id that the other system gave it. What the file says of times, officer and camera wins at every
import; classes are taken from it only the first time, for after that people and rules have had their say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_items, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.people.lookup import home_agency
from plainview.base.people.models import Assignment
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence.actions.tying import tie_recordings, untie_numbers
from plainview.holdings.evidence.imports.rows import FIELDS, FOLDER, BadRow, RecordingRow, read_recording
from plainview.holdings.evidence.models import TIES
from plainview.holdings.evidence.rules import Reason
from plainview.holdings.fleet.models import Camera, Vehicle
from plainview.holdings.incidents import maps
from plainview.holdings.incidents.actions import batches
from plainview.holdings.incidents.actions.batches import Parking, Progress, Sorting
from plainview.holdings.incidents.actions.mending import Mended, mend
from plainview.holdings.incidents.maps import Map, Place
from plainview.holdings.incidents.models import Batch
from plainview.holdings.incidents.reading import rows, survey
from plainview.holdings.incidents.roster import Roster
from plainview.ledger.canonical import Json
from plainview.ledger.event import uuid7

CHUNK = 20_000  # rows written at a time


@dataclass
class _Reader:
    """Reads one row and finds its officer, unit, camera and car."""

    layout: Map
    zone: ZoneInfo | None
    now: datetime = field(default_factory=timezone.now)
    roster: Roster = field(default_factory=Roster)
    home: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))

    def __call__(self, number: int, cells: Sequence[str], places: Mapping[str, Place]) -> tuple[Any, ...]:
        row = read_recording(number, cells, places, self.layout, self.zone, self.now)
        return _cells(row, self._officer(row) if row.badge else None)

    def _officer(self, row: RecordingRow) -> int:
        moment = row.start or row.uploaded
        assert moment is not None  # read_recording refuses a row with neither
        day = moment.astimezone(self.home).date()
        found = self.roster.officer(row.badge, day)
        if found is None:
            known = "was held by nobody" if self.roster.knows(row.badge) else "is on no roster; nobody held it"
            raise BadRow(self.layout.told("badge"), f"badge {row.badge} {known} on {day}. Mend the roster.")
        return found


def load_map(name: str) -> Map:
    """Returns a map for recordings. Raises maps.UnknownMap, maps.BadMap."""
    return maps.load(name, FOLDER, FIELDS)


def import_recordings(
    path: Path, layout: Map, zone: ZoneInfo | None, *, actor: str, progress: Progress | None = None
) -> Batch:
    """Takes a table of recordings held elsewhere. Running it again changes nothing; later rows correct earlier ones.

    Raises OSError, maps.WrongHeader. Everything else that is wrong is a parked row.
    """
    found = survey(path)
    sorting = Sorting(layout, _Reader(layout, zone), progress)
    with transaction.atomic():
        batch = batches.begin("recordings", path, found, layout.name, actor, zone.key if zone else "")
        taken, changed = _write(batch, sorting, sorting.good(rows(path, found.encoding)), actor)
        parked = batches.park(batch, sorting.parking)
        batches.end(batch, rows=sorting.seen, taken=taken, changed=changed, parked=parked, actor=actor)
        batches.refresh_statistics(taken + changed, *TIES)
    if progress is not None:
        progress(sorting.seen)
    return batch


def mend_recordings(*, actor: str, batch: int | None = None, row: int | None = None) -> Mended:
    """Tries parked rows of recordings again."""

    def take(of: Batch, header: list[str], lines: Iterator[tuple[int, list[str]]]) -> tuple[Parking, int]:
        layout = load_map(of.map)
        sorting = Sorting(layout, _Reader(layout, ZoneInfo(of.zone) if of.zone else None))
        taken, _ = _write(of, sorting, sorting.under(header, lines), actor)
        return sorting.parking, taken

    return mend("recordings", take, actor=actor, batch=batch, row=row)


def _write(batch: Batch, sorting: Sorting[Any], found: Iterator[tuple[Any, ...]], actor: str) -> tuple[int, int]:
    """Writes rows; returns how many recordings are new, and how many were corrected."""
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(f"copy incoming ({', '.join(_COLUMNS)}) from stdin") as out:
            for row in found:
                out.write_row(row)
        cursor.execute("analyze incoming")
        _refuse_contradictions(cursor, sorting)
        cursor.execute(_KNOWN)
        cursor.execute("create index on incoming (row) where recording is null")
        _add_vehicles(cursor)
        cursor.execute(_SERVED, [settings.TIME_ZONE])
        changed = _correct(cursor, batch, actor)
        taken = _add(cursor, batch, actor)
        cursor.execute("drop table incoming")
    return taken, changed


def _refuse_contradictions(cursor: Any, sorting: Sorting[Any]) -> None:
    """One id twice in a file: the same again is one recording; otherwise the later row waits for a person."""
    cursor.execute(_TWICE)
    cursor.execute("select row, external_id, first, same from twice order by row")
    for number, recording_id, first, same in cursor.fetchall():
        if not same:
            reason = f"{recording_id} stands in row {first} already and says otherwise there. Which is it?"
            sorting.refuse(number, sorting.layout.told("recording_id"), reason, [], [recording_id])
    cursor.execute("delete from incoming i using twice t where t.row = i.row")
    cursor.execute("drop table twice")


def _add_vehicles(cursor: Any) -> None:
    """A car that the fleet list lacks is entered by its name: the recording says that it is there."""
    cursor.execute("select distinct vehicle from incoming where vehicle <> ''")
    named = {row[0] for row in cursor.fetchall()}
    known = set(Vehicle.objects.filter(name__in=named).values_list("name", flat=True))
    Vehicle.objects.bulk_create(Vehicle(name=name) for name in sorted(named - known))


def _correct(cursor: Any, batch: Batch, actor: str) -> int:
    """Corrects what is here already and differs; the old values go into history."""
    cursor.execute(_CHANGED)
    found = cursor.fetchall()
    if not found:
        return 0
    cursor.execute(_CORRECT, [batch.pk])
    for begin in range(0, len(found), CHUNK):
        part = found[begin : begin + CHUNK]
        told = [(handle, _difference(json.loads(old), json.loads(new))) for _, handle, old, new in part]
        entries = [Entry(Kind.EVIDENCE_RECORDING_CORRECTED, handle, facts) for handle, facts in told]
        record_many(entries, actor=actor, policy=policy.current_hash())
    ids = [row[0] for row in found]
    untie_numbers(ids, actor=actor)
    tie_recordings(ids, actor=actor, how="import")
    return len(found)


def _difference(old: dict[str, Json], new: dict[str, Json]) -> dict[str, Json]:
    names = [name for name in old if old[name] != new[name]]
    return {"changed": list(names), "old": {n: old[n] for n in names}, "new": {n: new[n] for n in names}}


def _add(cursor: Any, batch: Batch, actor: str) -> int:
    """Adds what is new, some thousands at a time so that memory stays flat."""
    agency, now, total = home_agency().pk, timezone.now(), 0
    in_force = policy.current_hash()
    while True:
        cursor.execute(_NEXT, [CHUNK])
        fresh = cursor.fetchall()
        if not fresh:
            return total
        handles = open_items("recording", [new_handle() for _ in fresh])
        ids = [uuid7() for _ in fresh]
        cursor.execute(
            _ADD, {"rows": [r[0] for r in fresh], "ids": ids, "handles": handles, "agency": agency, "batch": batch.pk,
                   "now": now, "actor": actor, "unknown": Reason.START_UNKNOWN.value}
        )  # fmt: skip
        record_many(
            [Entry(Kind.EVIDENCE_RECORDING_CREATED, h, json.loads(r[1])) for h, r in zip(handles, fresh, strict=True)],
            actor=actor,
            policy=in_force,
        )
        _tie(ids, actor)
        total += len(fresh)


def _tie(ids: list[UUID], actor: str) -> None:
    tie_recordings(ids, actor=actor, how="import")


def _cells(row: RecordingRow, officer: int | None) -> tuple[Any, ...]:
    return (
        row.row, row.recording_id, row.badge, officer, row.serial, row.kind, row.vehicle, row.trigger_on, row.start,
        row.stop, row.uploaded, ";".join(row.classes), row.call_number, row.title,
    )  # fmt: skip


_COLUMNS = (
    "row", "external_id", "badge", "officer_id", "serial", "kind", "vehicle", "trigger_on", "start", "stop", "uploaded",
    "classes", "call_number", "title",
)  # fmt: skip
_INCOMING = """
create temporary table incoming (
    row bigint, external_id text, badge text, officer_id bigint, serial text, kind text, vehicle text,
    trigger_on timestamptz, start timestamptz, stop timestamptz, uploaded timestamptz, classes text, call_number text,
    title text, recording uuid, unit_id bigint
) on commit drop"""
_SAID = "badge, serial, kind, vehicle, trigger_on, start, stop, uploaded, classes, call_number, title"
_TWICE = f"""
create temporary table twice on commit drop as
select i.row, i.external_id, f.row as first,
       ({", ".join(f"i.{c.strip()}" for c in _SAID.split(","))})
       is not distinct from ({", ".join(f"f.{c.strip()}" for c in _SAID.split(","))}) as same
from incoming i join (select distinct on (external_id) * from incoming order by external_id, row) f
    on f.external_id = i.external_id and f.row < i.row"""
_KNOWN = """
update incoming i set recording = r.id from evidence_recording r where r.external_id = i.external_id"""
# The officer's unit on the day of the recording; where two assignments overlap, the later one counts.
_SERVED = f"""
update incoming i set unit_id = s.unit_id
from (
    select distinct on (w.row) w.row, a.unit_id
    from (select row, officer_id, (coalesce(start, uploaded) at time zone %s)::date as day from incoming) w
    join {Assignment._meta.db_table} a on a.officer_id = w.officer_id
        and a.began <= w.day and (a.ended is null or a.ended >= w.day)
    order by w.row, a.began desc
) s where s.row = i.row"""
_TABLES = f"""
left join {Camera._meta.db_table} c on c.serial = i.serial
left join {Vehicle._meta.db_table} v on v.name = i.vehicle"""
# What the file says of a recording beside what stands here, both in the words of history.
_CHANGED = f"""
select r.id, r.handle, b.said, a.said
from incoming i join evidence_recording r on r.id = i.recording {_TABLES}
left join people_officer o on o.id = r.officer_id left join {Vehicle._meta.db_table} rv on rv.id = r.vehicle_id
cross join lateral (select jsonb_build_object('badge', coalesce(o.badge, ''), 'camera', r.serial, 'kind', r.kind,
    'vehicle', coalesce(rv.name, ''), 'trigger_on', r.trigger_on, 'start', r.start, 'stop', r.stop,
    'uploaded', case when r.upload_stated then r.uploaded end, 'call_number', r.call_number, 'title', r.title)
    as said) b
cross join lateral (select jsonb_build_object('badge', i.badge, 'camera', i.serial, 'kind', i.kind,
    'vehicle', i.vehicle, 'trigger_on', i.trigger_on, 'start', i.start, 'stop', i.stop,
    'uploaded', i.uploaded, 'call_number', i.call_number, 'title', i.title) as said) a
where a.said is distinct from b.said
order by i.row"""
_CORRECT = f"""
update evidence_recording r set
    officer_id = i.officer_id, unit_id = i.unit_id, serial = i.serial, camera_id = c.id, kind = i.kind,
    vehicle_id = v.id, trigger_on = i.trigger_on, start = i.start, stop = i.stop,
    uploaded = coalesce(i.uploaded, r.uploaded), upload_stated = i.uploaded is not null,
    listed_at = coalesce(i.start, i.uploaded, r.uploaded), call_number = i.call_number, title = i.title,
    duration_ms = (extract(epoch from i.stop - i.start) * 1000)::bigint, batch_id = %s
from incoming i {_TABLES}
where i.recording = r.id
  and (r.officer_id, r.serial, r.kind, r.vehicle_id, r.trigger_on, r.start, r.stop, r.call_number, r.title,
       case when r.upload_stated then r.uploaded end)
   is distinct from (i.officer_id, i.serial, i.kind, v.id, i.trigger_on, i.start, i.stop, i.call_number, i.title,
       i.uploaded)"""
_NEXT = """
select i.row, jsonb_build_object('officer', nullif(i.badge, ''), 'camera', i.serial, 'kind', i.kind,
    'vehicle', nullif(i.vehicle, ''), 'start', i.start, 'stop', i.stop, 'trigger_on', i.trigger_on,
    'uploaded', i.uploaded, 'classes', string_to_array(i.classes, ';'), 'call', nullif(i.call_number, ''),
    'held_here', false, 'external_id', i.external_id)
from incoming i where i.recording is null order by i.row limit %s"""
_ADD = f"""
with new as (
    select * from unnest(%(rows)s::bigint[], %(ids)s::uuid[], %(handles)s::text[]) as n (row, id, handle)
),
added as (
    insert into evidence_recording (
        id, handle, agency_id, camera_id, vehicle_id, officer_id, unit_id, kind, serial, external_id, held_here,
        batch_id, trigger_on, start, stop, uploaded, upload_stated, listed_at, time_basis, press, title, call_number,
        classes, quarantined, size, duration_ms, has_picture)
    select n.id, n.handle, %(agency)s, c.id, v.id, i.officer_id, i.unit_id, i.kind, i.serial, i.external_id, false,
           %(batch)s, i.trigger_on, i.start, i.stop, coalesce(i.uploaded, %(now)s), i.uploaded is not null,
           coalesce(i.start, i.uploaded, %(now)s), '{{}}', '', i.title, i.call_number,
           string_to_array(i.classes, ';'), false, 0, (extract(epoch from i.stop - i.start) * 1000)::bigint, false
    from new n join incoming i on i.row = n.row {_TABLES}
    returning id, classes, start
),
marked as (
    insert into evidence_classmark (recording_id, class_id, marked_at, marked_by, reason, ended_by)
    select a.id, each, %(now)s, %(actor)s, 'as imported', '' from added a cross join lateral unnest(a.classes) each
),
asked as (
    insert into evidence_quarantine (recording_id, reason, detail, opened_at, resolved_by, resolution)
    select a.id, %(unknown)s, '', %(now)s, '', '' from added a where a.start is null
)
update incoming i set recording = n.id from new n where n.row = i.row"""
