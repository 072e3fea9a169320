"""Imports calls: good rows go in by set-based SQL in one transaction, the rest are parked with their reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from plainview.holdings.incidents.actions import batches
from plainview.holdings.incidents.actions.batches import Refused
from plainview.holdings.incidents.maps import Map, WrongHeader
from plainview.holdings.incidents.models import Batch
from plainview.holdings.incidents.reading import BrokenTable, rows, survey
from plainview.holdings.incidents.roster import Roster
from plainview.holdings.incidents.rows import BadRow, DispatchRow, read_row

Progress = Callable[[int], None]

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


@dataclass
class _Sorting:
    """Sorts a file's rows into good ones and refused ones while they stream by."""

    layout: Map
    zone: ZoneInfo | None
    roster: Roster
    home: ZoneInfo
    refused: list[Refused] = field(default_factory=list)
    seen: int = 0

    def good(self, lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[DispatchRow, int]]:
        """Yields (dispatch, officer id) and keeps the rest. Raises WrongHeader."""
        first = next(lines, None)
        if first is None:
            raise WrongHeader("the file is empty.")
        header = first[1]
        places = self.layout.places(header)
        try:
            for number, cells in lines:
                self.seen += 1
                try:
                    row = read_row(number, cells, places, self.layout, self.zone)
                    yield row, self._officer(row)
                except BadRow as problem:
                    self._refuse(number, problem.column, str(problem), header, cells)
        except BrokenTable as problem:
            self.seen += 1
            self._refuse(problem.row, "", f"{problem} Nothing after this row could be read.", header, [])

    def _officer(self, row: DispatchRow) -> int:
        day = row.begun.astimezone(self.home).date()
        found = self.roster.officer(row.badge, day)
        if found is None:
            known = "was held by nobody" if self.roster.knows(row.badge) else "is on no roster; nobody held it"
            raise BadRow(self.layout.columns["badge"].source, f"badge {row.badge} {known} on {day}. Mend the roster.")
        return found

    def _refuse(self, number: int, column: str, reason: str, header: list[str], cells: list[str]) -> None:
        named = dict(zip(header, cells, strict=False))
        extra = {f"cell {n + 1}": text for n, text in enumerate(cells[len(header) :], len(header))}
        self.refused.append(Refused(number, column, reason, {**named, **extra}))


def import_calls(
    path: Path, layout: Map, zone: ZoneInfo | None, *, actor: str, progress: Progress | None = None
) -> Batch:
    """Takes a CAD export. Running it again changes nothing; later rows correct earlier ones of the same dispatch.

    Raises OSError, WrongHeader. Everything else that is wrong is a parked row.
    """
    found = survey(path)
    sorting = _Sorting(layout, zone, Roster(), ZoneInfo(settings.TIME_ZONE))
    with transaction.atomic():
        batch = batches.begin("calls", path, found, layout.name, actor)
        with connection.cursor() as cursor:
            cursor.execute(INCOMING)
            with cursor.copy(f"copy incoming ({COLUMNS}) from stdin") as out:
                for row, officer in sorting.good(rows(path, found.encoding)):
                    out.write_row(_cells(row, officer))
                    if progress is not None and sorting.seen % 5000 == 0:
                        progress(sorting.seen)
            cursor.execute("analyze incoming")
            cursor.execute(CALLS)
            cursor.execute(DISPATCHES, [batch.pk])
            taken, changed = cursor.fetchone()
            cursor.execute("drop table incoming")
        parked = batches.park(batch, sorting.refused)
        batches.end(batch, rows=sorting.seen, taken=taken, changed=changed, parked=parked, actor=actor)
    if progress is not None:
        progress(sorting.seen)
    return batch


def _cells(row: DispatchRow, officer: int) -> tuple[object, ...]:
    return (
        row.row, row.call_id, row.call_type, row.priority, row.badge, officer, row.vehicle, row.begun, row.dispatched,
        row.arrived, row.cleared, row.disposition, row.self_initiated, row.lat_e6, row.lon_e6,
    )  # fmt: skip
