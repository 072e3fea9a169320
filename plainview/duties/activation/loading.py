"""Reads the dispatches and recordings of some days into arrays, in two or three statements however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from plainview.duties.activation.rules.finding import OPEN_CALL, until
from plainview.duties.activation.rules.matching import Ints, Spans

# Nearly nothing lasts longer. What does is read apart, so that the rest is found by one range of an index.
LONG = timedelta(hours=36)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def micros(moment: datetime) -> int:
    """Returns whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """Returns the moment of so many microseconds."""
    return EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True)
class Dispatches:
    """Dispatches by begin, call and badge; `end` is as far as they are judged, `cleared` -1 where nobody cleared."""

    id: list[int]
    number: list[str]
    badge: list[str]
    call_type: list[str]
    disposition: list[str]
    arrived: list[bool]
    vehicle: list[str]
    officer: Ints
    begin: Ints
    cleared: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Clips:
    """Recordings by owner's clock, corrected where a drift is confirmed."""

    id: list[Any]
    name: list[str]
    press: Ints
    spans: Spans


@dataclass(frozen=True)
class Known:
    """What is on record of a dispatch that nothing matched."""

    issued: bool = False
    fault: bool = False
    reason: str = ""


@dataclass
class Drifts:
    """Whether any drift is confirmed, and by how much times may move."""

    most: timedelta = field(default_factory=timedelta)

    @classmethod
    def now(cls) -> Drifts:
        """Looks once."""
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(max(abs(seconds)), 0) from activation_drift where withdrawn_at is null")
            return cls(timedelta(seconds=cursor.fetchone()[0]))


def dispatches(begin: datetime, end: datetime, now: datetime) -> Dispatches:
    """Returns the dispatches whose expected time begins in [begin, end); those that name no officer are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_DISPATCHES, [begin, end])
        rows = cursor.fetchall()
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(10)]
    ids, numbers, badges, kinds, outcomes, arrived, cars, officers, begins, cleared = columns
    at = micros(now)
    ends = [until(b, c, at) for b, c in zip(begins, cleared, strict=True)]
    return Dispatches(
        ids, numbers, badges, kinds, outcomes, arrived, cars, _ints(officers), _ints(begins),
        _ints([-1 if c is None else c for c in cleared]), _ints(ends),
    )  # fmt: skip


def body_clips(found: Dispatches, drifts: Drifts) -> Clips:
    """Returns every body recording of an officer that could share time with one of the dispatches."""
    return _clips(found, drifts, "r.kind = 'body' and r.officer_id is not null", "r.officer_id", found.officer.tolist())


def car_clips(found: Dispatches, drifts: Drifts) -> tuple[Clips, Ints]:
    """Returns the same of the cars' cameras, and each dispatch's car; -1 where it names none that records."""
    with connection.cursor() as cursor:
        cursor.execute("select name, id from fleet_vehicle where name = any (%s)", [sorted({*found.vehicle})])
        cars: dict[str, int] = dict(cursor.fetchall())
    own = [cars.get(name, -1) if name else -1 for name in found.vehicle]
    clips = _clips(found, drifts, "r.kind = 'in-car' and r.vehicle_id is not null", "r.vehicle_id", own)
    return clips, _ints(own)


def known(ids: Sequence[int], ends: Sequence[int]) -> dict[int, Known]:
    """Returns what is on record of dispatches by id; `ends` is as far as each is judged."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(ids), [moment(end) for end in ends]])
        return {row[0]: Known(*row[1:]) for row in cursor.fetchall()}


def _clips(found: Dispatches, drifts: Drifts, which: str, owner: str, owners: list[int]) -> Clips:
    if not len(found):
        return _arrays([])
    long = int(LONG / timedelta(microseconds=1))
    lengths = found.end - found.begin
    short = lengths <= long
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if short.any():
            first = moment(int(found.begin[short].min())) - drifts.most
            last = moment(int(found.end[short].max())) + drifts.most
            sql = _CLIPS.format(which=which, owner=owner, mine="")
            cursor.execute(sql, {"first": first, "last": last, "reach": first - LONG})
            rows = cursor.fetchall()
        # calls of many days are few: their own officers' recordings, whatever else went on in that time
        apart = [n for n in np.flatnonzero(~short).tolist() if owners[n] >= 0]
        if apart:
            first = moment(int(found.begin[apart].min())) - drifts.most
            last = moment(int(found.end[apart].max())) + drifts.most
            sql = _CLIPS.format(which=which, owner=owner, mine=f"and {owner} = any (%(owners)s)")
            mine = sorted({owners[n] for n in apart})
            cursor.execute(sql, {"first": first, "last": last, "reach": first - LONG, "owners": mine})
            rows = list({row[4]: row for row in [*rows, *cursor.fetchall()]}.values())
    rows.sort(key=lambda row: (row[2], row[5]))  # what starts together stands by name
    return _arrays(rows)


def _arrays(rows: list[tuple[Any, ...]]) -> Clips:
    owner, press, start, stop, ids, names = [list(c) for c in zip(*rows, strict=True)] or [[] for _ in range(6)]
    return Clips(ids, names, _ints(press), Spans(_ints(owner), _ints(start), _ints(stop)))


def _ints(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)


assert int(LONG / timedelta(microseconds=1)) >= OPEN_CALL  # an open call is never read apart

_US = "(extract(epoch from {}) * 1000000)::bigint"
_DISPATCHES = f"""
select d.id, c.number, d.badge, c.call_type, d.disposition, d.arrived is not null, d.vehicle, d.officer_id,
       {_US.format("coalesce(d.arrived, d.dispatched)")}, {_US.format("d.cleared")}
from incidents_dispatch d join incidents_call c on c.id = d.call_id
where coalesce(d.arrived, d.dispatched) >= %s and coalesce(d.arrived, d.dispatched) < %s and d.officer_id is not null
order by 9, c.number, d.badge, d.id"""
_DRIFT = "coalesce(t.seconds, 0) * 1000000::bigint"
# A recording without a start or a stop can't be matched; it is a finding of its own.
_CLIPS = f"""
select {{owner}}, {_US.format("coalesce(r.trigger_on, r.start)")} - {_DRIFT}, {_US.format("r.start")} - {_DRIFT},
       {_US.format("r.stop")} - {_DRIFT}, r.id, coalesce(r.external_id, r.id::text)
from (
    select * from evidence_recording
    where listed_at >= %(reach)s and listed_at < %(last)s and stop - start <= interval '36 hours'
    union all
    select * from evidence_recording where stop - start > interval '36 hours' and listed_at < %(last)s
) r left join activation_drift t on t.camera_id = r.camera_id and t.withdrawn_at is null
    and t.first <= r.start and (t.last is null or r.start < t.last)
where {{which}} {{mine}} and r.stop > %(first)s and r.start < %(last)s"""
# [began, ended) of what was carried or failed against the expected time; one that lasts no time is a moment.
_KNOWN = """
select d.id,
       exists (select 1 from fleet_carry c join fleet_camera m on m.id = c.camera_id and m.kind = 'body'
               where c.officer_id = d.officer_id and c.began < s.until and (c.ended is null or c.ended > s.since)),
       exists (select 1 from fleet_carry c join fleet_camera m on m.id = c.camera_id and m.kind = 'body'
               join fleet_fault f on f.camera_id = c.camera_id
               where c.officer_id = d.officer_id
                 and greatest(c.began, f.began, s.since)
                     < least(coalesce(c.ended, 'infinity'), coalesce(f.ended, 'infinity'), s.until)),
       coalesce((select g.reason from activation_givenreason g where g.dispatch_id = d.id order by g.id desc limit 1),
                '')
from unnest(%s::bigint[], %s::timestamptz[]) as asked (id, judged)
join incidents_dispatch d on d.id = asked.id
cross join lateral (
    select coalesce(d.arrived, d.dispatched) as since,
           greatest(asked.judged, coalesce(d.arrived, d.dispatched) + interval '1 microsecond') as until
) s"""
