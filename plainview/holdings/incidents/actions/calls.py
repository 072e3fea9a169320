"""Imports calls: good rows go in by set-based SQL in one transaction, the rest are parked with their reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from plainview.holdings.incidents import maps
from plainview.holdings.incidents.actions import batches
from plainview.holdings.incidents.actions.batches import Parking, Progress, Sorting
from plainview.holdings.incidents.actions.mending import Mended, mend
from plainview.holdings.incidents.maps import Map, Place
from plainview.holdings.incidents.models import Batch
from plainview.holdings.incidents.reading import rows, survey
from plainview.holdings.incidents.roster import Roster
from plainview.holdings.incidents.rows import BadRow, DispatchRow, read_row

INCOMING = """
create temporary table incoming (
    row bigint, number text, call_type text, priority text, badge text, officer_id bigint, vehicle text,
    begun timestamptz, dispatched timestamptz, arrived timestamptz, cleared timestamptz,
    disposition text, self_initiated boolean, lat_e6 integer, lon_e6 integer
) on commit drop"""
# An empty cell never takes away what an earlier file said.
CALLS = """
insert into incidents_call as c (number, call_type, priority, lat_e6, lon_e6)
select distinct on (number) number, call_type, priority, lat_e6, lon_e6 from incoming order by number, row desc
on conflict (number) do update set
    call_type = coalesce(nullif(excluded.call_type, ''), c.call_type),
    priority = coalesce(nullif(excluded.priority, ''), c.priority),
    lat_e6 = coalesce(excluded.lat_e6, c.lat_e6), lon_e6 = coalesce(excluded.lon_e6, c.lon_e6)
where (coalesce(nullif(excluded.call_type, ''), c.call_type), coalesce(nullif(excluded.priority, ''), c.priority),
       coalesce(excluded.lat_e6, c.lat_e6), coalesce(excluded.lon_e6, c.lon_e6))
   is distinct from (c.call_type, c.priority, c.lat_e6, c.lon_e6)"""
DISPATCHES = """
with written as (
    insert into incidents_dispatch as d (call_id, batch_id, badge, officer_id, vehicle, begun, occurrence,
                                         dispatched, arrived, cleared, disposition, self_initiated)
    select c.id, %s, i.badge, i.officer_id, i.vehicle, i.begun,
           row_number() over (partition by i.number, i.badge, i.vehicle, i.begun order by i.row),
           i.dispatched, i.arrived, i.cleared, i.disposition, i.self_initiated
    from incoming i join incidents_call c on c.number = i.number
    on conflict (call_id, badge, vehicle, begun, occurrence) do update set
        batch_id = excluded.batch_id, officer_id = excluded.officer_id, dispatched = excluded.dispatched,
        arrived = excluded.arrived, cleared = excluded.cleared, disposition = excluded.disposition,
        self_initiated = excluded.self_initiated
    where (excluded.officer_id, excluded.dispatched, excluded.arrived, excluded.cleared, excluded.disposition,
           excluded.self_initiated)
       is distinct from (d.officer_id, d.dispatched, d.arrived, d.cleared, d.disposition, d.self_initiated)
    returning (xmax = 0) as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from written"""
COLUMNS = (
    "row, number, call_type, priority, badge, officer_id, vehicle, begun, dispatched, arrived, cleared, disposition, "
    "self_initiated, lat_e6, lon_e6"
)


Found = tuple[DispatchRow, int | None]  # and the officer's id


@dataclass
class Taken:
    """What a file of calls did: the batch, and the calls that it speaks of."""

    batch: Batch
    calls: list[int]  # ids


@dataclass
class _Reader:
    """Reads one row and finds its officer."""

    layout: Map
    zone: ZoneInfo | None
    roster: Roster = field(default_factory=Roster)
    home: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))

    def __call__(
        self, number: int, cells: Sequence[str], places: Mapping[str, Place]
    ) -> tuple[DispatchRow, int | None]:
        row = read_row(number, cells, places, self.layout, self.zone)
        return row, self._officer(row) if row.badge else None

    def _officer(self, row: DispatchRow) -> int:
        day = row.begun.astimezone(self.home).date()
        found = self.roster.officer(row.badge, day)
        if found is None:
            known = "was held by nobody" if self.roster.knows(row.badge) else "is on no roster; nobody held it"
            raise BadRow(self.layout.told("badge"), f"badge {row.badge} {known} on {day}. Mend the roster.")
        return found


def import_calls(
    path: Path, layout: Map, zone: ZoneInfo | None, *, actor: str, progress: Progress | None = None
) -> Taken:
    """Takes a CAD export. Running it again changes nothing; later rows correct earlier ones of the same dispatch.

    Raises OSError, WrongHeader. Everything else that is wrong is a parked row.
    """
    found = survey(path)
    sorting = Sorting(layout, _Reader(layout, zone), progress)
    with transaction.atomic():
        batch = batches.begin("calls", path, found, layout.name, actor, zone.key if zone else "")
        taken, changed, calls = _write(batch, sorting.good(rows(path, found.encoding)))
        parked = batches.park(batch, sorting.parking)
        batches.end(batch, rows=sorting.seen, taken=taken, changed=changed, parked=parked, actor=actor)
    if progress is not None:
        progress(sorting.seen)
    return Taken(batch, calls)


def mend_calls(*, actor: str, batch: int | None = None, row: int | None = None) -> tuple[Mended, list[int]]:
    """Tries parked rows of calls again; returns what came of it, and the ids of the calls that they speak of."""
    touched: list[int] = []

    def take(of: Batch, header: list[str], lines: Iterator[tuple[int, list[str]]]) -> tuple[Parking, int]:
        layout = maps.load(of.map)
        sorting = Sorting(layout, _Reader(layout, ZoneInfo(of.zone) if of.zone else None))
        taken, _, calls = _write(of, sorting.under(header, lines))
        touched.extend(calls)
        return sorting.parking, taken

    return mend("calls", take, actor=actor, batch=batch, row=row), touched


def _write(batch: Batch, found: Iterator[Found]) -> tuple[int, int, list[int]]:
    """Writes rows; returns how many dispatches are new and corrected, and the ids of their calls."""
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        with cursor.copy(f"copy incoming ({COLUMNS}) from stdin") as out:
            for row, officer in found:
                out.write_row(_cells(row, officer))
        cursor.execute("analyze incoming")
        cursor.execute(CALLS)
        cursor.execute(DISPATCHES, [batch.pk])
        taken, changed = cursor.fetchone()
        cursor.execute("select c.id from incidents_call c where c.number in (select number from incoming)")
        calls = [row[0] for row in cursor.fetchall()]
        cursor.execute("drop table incoming")
    return taken, changed, calls


def _cells(row: DispatchRow, officer: int | None) -> tuple[object, ...]:
    return (
        row.row, row.call_id, row.call_type, row.priority, row.badge, officer, row.vehicle, row.begun, row.dispatched,
        row.arrived, row.cleared, row.disposition, row.self_initiated, row.lat_e6, row.lon_e6,
    )  # fmt: skip
