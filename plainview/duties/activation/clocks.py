"""Cameras whose clocks are off: estimated from satellites' time or a steady offset, applied only once confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind as Event
from plainview.base.policy.lookup import current_hash
from plainview.duties.activation.models import Drift
from plainview.holdings.fleet.models import Camera
from plainview.ledger.canonical import Json

LOOK_BACK = timedelta(days=60)
LEAST = 8  # recordings, before an offset is called steady
NEAR = "20 minutes"  # a press this close to the begin of a call of its officer belongs to it
SPREAD = 120  # seconds between the quartiles: more is no offset, but people
WORTH = 60  # seconds: less is within what people press by
MOST = 24 * 3600  # seconds: a clock that is off by more shows another day, and its times are corrected one by one


class Refused(ValueError):
    """A clock that can't be confirmed or withdrawn; says why."""


@dataclass(frozen=True)
class Estimate:
    """What a camera's clock seems to be ahead by, and what that rests on."""

    camera: int
    serial: str
    seconds: int
    spread: int
    recordings: int
    source: str  # gps, calls
    basis: str


def estimates(now: datetime | None = None) -> list[Estimate]:
    """Returns the cameras whose clocks seem to be off, the most off first. Those confirmed already are left out."""
    since = (now or timezone.now()) - LOOK_BACK
    found: dict[int, Estimate] = {}
    with connection.cursor() as cursor:
        for source, sql in (("calls", _CALLS), ("gps", _GPS)):  # what satellites say goes before what calls say
            cursor.execute(sql, {"since": since, "near": NEAR, "least": LEAST if source == "calls" else 1})
            for camera, serial, middle, spread, number in cursor.fetchall():
                seconds, width = round(middle), round(spread)
                if source == "gps" or width <= SPREAD:
                    found[camera] = Estimate(
                        camera, serial, seconds, width, number, source, _basis(source, seconds, width, number)
                    )
    off = [each for each in found.values() if abs(each.seconds) >= WORTH]
    return sorted(off, key=lambda each: (-abs(each.seconds), each.serial))


def _basis(source: str, seconds: int, spread: int, number: int) -> str:
    ahead = f"{abs(seconds)} seconds {'ahead' if seconds > 0 else 'behind'}"
    if source == "gps":
        return f"{ahead} of the satellites' time, median of {number} files"
    return f"{ahead} of the calls' times, median of {number} presses, half of them within {spread} seconds"


@transaction.atomic
def confirm(camera: Camera, seconds: int, first: datetime, last: datetime | None, basis: str, *, actor: str) -> Drift:
    """Writes down that a camera's clock was off. The next audit counts with it; the recordings' own times stay.

    Raises Refused.
    """
    locked = Camera.objects.select_for_update().get(pk=camera.pk)
    if not 0 < abs(seconds) <= MOST:
        raise Refused("Give the seconds by which the clock was off: from 1 to 86,400, negative where it was slow.")
    if last is not None and last <= first:
        raise Refused("It can't end before it begins.")
    standing = Drift.objects.filter(camera=locked, withdrawn_at__isnull=True)
    for each in standing:
        if (last is None or each.first < last) and (each.last is None or each.last > first):
            raise Refused(f"{each.seconds} seconds are confirmed for a part of that time. Withdraw that first.")
    drift = Drift.objects.create(
        camera=locked, seconds=seconds, first=first, last=last, basis=basis.strip(), confirmed_at=timezone.now(),
        confirmed_by=actor,
    )  # fmt: skip
    custody.record(
        Event.ACTIVATION_DRIFT_CONFIRMED, locked.handle, actor=actor, facts=_facts(drift), policy=current_hash()
    )
    return drift


@transaction.atomic
def withdraw(drift: Drift, *, actor: str) -> Drift:
    """Takes a confirmation back; it stays on record. Raises Refused where that has happened."""
    locked = Drift.objects.select_for_update(of=("self",)).select_related("camera").get(pk=drift.pk)
    if locked.withdrawn_at is not None:
        raise Refused("It has been withdrawn already.")
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), actor
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    custody.record(
        Event.ACTIVATION_DRIFT_WITHDRAWN, locked.camera.handle, actor=actor, facts=_facts(locked), policy=current_hash()
    )
    return locked


def _facts(drift: Drift) -> dict[str, Json]:
    last = drift.last.isoformat() if drift.last else None
    return {"seconds": drift.seconds, "first": drift.first.isoformat(), "last": last, "basis": drift.basis}


_UNCONFIRMED = """
not exists (select 1 from activation_drift t where t.camera_id = r.camera_id and t.withdrawn_at is null
            and t.first <= r.start and (t.last is null or r.start < t.last))"""
# Each press against the nearest begin of a call of the same officer.
_CALLS = f"""
with offsets as (
    select r.camera_id, extract(epoch from r.trigger_on - n.begin) as off
    from evidence_recording r
    cross join lateral (
        select coalesce(d.arrived, d.dispatched) as begin from incidents_dispatch d
        where d.officer_id = r.officer_id and d.begun > r.trigger_on - interval '2 hours'
          and d.begun < r.trigger_on + %(near)s::interval
          and coalesce(d.arrived, d.dispatched)
              between r.trigger_on - %(near)s::interval and r.trigger_on + %(near)s::interval
        order by abs(extract(epoch from coalesce(d.arrived, d.dispatched) - r.trigger_on)) limit 1
    ) n
    where r.kind = 'body' and r.camera_id is not null and r.trigger_on is not null and r.listed_at > %(since)s
      and {_UNCONFIRMED}
),
quartiles as (
    select camera_id, percentile_cont(array[0.25, 0.5, 0.75]) within group (order by off) as q, count(*) as n
    from offsets group by camera_id having count(*) >= %(least)s
)
select c.id, c.serial, q.q[2], q.q[3] - q.q[1], q.n from quartiles q join fleet_camera c on c.id = q.camera_id"""
# The first point of a trail that knows both its place in the file and the satellites' time.
_GPS = f"""
with offsets as (
    select r.camera_id,
           extract(epoch from f.start) + ((p.value ->> 0)::float8 - (p.value ->> 3)::float8) / 1000 as off
    from evidence_recording r join evidence_file f on f.recording_id = r.id and f.start is not null
    join evidence_track t on t.file_id = f.id
    cross join lateral (
        select value from jsonb_array_elements(t.points) as e (value)
        where e.value ->> 0 is not null and e.value ->> 3 is not null limit 1
    ) p
    where r.camera_id is not null and r.listed_at > %(since)s and {_UNCONFIRMED}
)
select c.id, c.serial, percentile_cont(0.5) within group (order by off),
       percentile_cont(0.75) within group (order by off) - percentile_cont(0.25) within group (order by off), count(*)
from offsets o join fleet_camera c on c.id = o.camera_id group by c.id, c.serial having count(*) >= %(least)s"""
