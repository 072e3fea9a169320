"""The fleet, imported from a file: all of it or nothing, and the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.lookup import home_agency
from plainview.base.people.models import Agency, Officer
from plainview.base.people.origin import Origin
from plainview.base.people.table import ImportRefused, read_table
from plainview.holdings.fleet.rules.cameras import Device, devices, merged
from plainview.holdings.fleet.rules.holders import officers_of
from plainview.holdings.fleet.rules.plan import Plan, Standing, make_plan
from plainview.holdings.fleet.rules.rows import COLUMNS, Row, Zones, read_rows
from plainview.holdings.fleet.store import Fleet, holders
from plainview.ledger.canonical import Json


class UnknownZone(ValueError):
    """A zone that no clock goes by."""


@dataclass(frozen=True)
class Imported:
    """What an import did. `unchanged` are rows that say what the fleet list said before."""

    file: str
    rows: int
    cameras: int = 0
    corrected: int = 0  # cameras
    vehicles: int = 0
    carries: int = 0
    updated: int = 0  # carries
    closed: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        return any((self.cameras, self.corrected, self.vehicles, self.carries, self.updated, self.closed))


def import_fleet(path: Path, zone: str | None = None, *, actor: str, origin: Origin | None = None) -> Imported:
    """Imports `serial,kind,maker,model,badge,vehicle,from,to`. Times without an offset are read in `zone`.

    Raises ImportRefused with every problem it found, UnknownZone, OSError.
    """
    zones = Zones(named_zone(zone) if zone else None, ZoneInfo(settings.TIME_ZONE))
    data = path.read_bytes()
    rows = read_rows(read_table(data, path.name, COLUMNS), path.name, zones)
    return _import(rows, path.name, zones, sha256(data).hexdigest(), actor, origin)


def named_zone(name: str) -> ZoneInfo:
    """Returns a zone by its name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(f"there is no zone {name}. Write it as America/Chicago.") from None


@transaction.atomic
def _import(rows: list[Row], name: str, zones: Zones, digest: str, actor: str, origin: Origin | None) -> Imported:
    agency = Agency.objects.select_for_update().get(pk=home_agency().pk)  # one import at a time
    said, problems = devices(rows)
    officers, unknown = officers_of(rows, holders(agency, {row.badge for row in rows}), zones.department)
    if problems or unknown:
        raise ImportRefused(name, [*problems, *unknown])
    fleet = Fleet(said)
    before = fleet.devices()
    plan = make_plan(rows, officers, fleet.standing(), name)
    new = [device for serial, device in said.items() if serial not in before]
    corrected = [m for s, was in before.items() if (m := merged(was, said[s])) != was]
    touched = {entry.row for entry in [*plan.new, *(after for _, after in plan.changed)]}
    moved = {device.serial for device in [*new, *corrected]}
    done = Imported(
        name,
        len(rows),
        cameras=len(new),
        corrected=len(corrected),
        vehicles=_write(fleet, plan, new, corrected),
        carries=len(plan.new),
        updated=len(plan.changed) - plan.closed,
        closed=plan.closed,
        unchanged=sum(row.number not in touched and row.serial not in moved for row in rows),
    )
    if done.changed:
        _record(agency, fleet, before, plan, [*new, *corrected], done, digest, actor, origin)
    return done


def _write(fleet: Fleet, plan: Plan, new: list[Device], corrected: list[Device]) -> int:
    fleet.add_cameras(new)
    fleet.correct_cameras(corrected)
    after = [entry for _, entry in plan.changed]
    vehicles = fleet.add_vehicles(entry.vehicle for entry in [*plan.new, *after])
    fleet.add_carries(plan.new)
    fleet.change_carries(after)
    return vehicles


def _record(
    agency: Agency,
    fleet: Fleet,
    before: Mapping[str, Device],
    plan: Plan,
    written: Iterable[Device],
    done: Imported,
    digest: str,
    actor: str,
    origin: Origin | None,
) -> None:
    """Tells every camera's own chain what changed about it, and the department's that the list was imported."""
    handles = {serial: camera.handle for serial, camera in fleet.cameras.items()}
    facts: dict[str, Json] = {**asdict(done), "sha256": digest, "origin": dict(origin or {})}
    entries = [
        *_of_devices(written, before, handles),
        *_of_carries(plan, handles),
        custody.Entry(Kind.FLEET_LIST_IMPORTED, agency.handle, facts),
    ]
    custody.record_many(entries, actor=actor)


def _of_devices(
    written: Iterable[Device], before: Mapping[str, Device], handles: Mapping[str, str]
) -> Iterator[custody.Entry]:
    for device in written:
        new: dict[str, Json] = asdict(device)
        was = before.get(device.serial)
        if was is None:
            yield custody.Entry(Kind.FLEET_CAMERA_REGISTERED, handles[device.serial], new)
        else:
            facts: dict[str, Json] = {"serial": device.serial, "old": asdict(was), "new": new}
            yield custody.Entry(Kind.FLEET_CAMERA_CHANGED, handles[device.serial], facts)


def _of_carries(plan: Plan, handles: Mapping[str, str]) -> Iterator[custody.Entry]:
    changes = [*((None, new) for new in plan.new), *plan.changed]
    everybody = {e.officer for pair in changes for e in pair if e and e.officer}
    badges = dict(Officer.objects.filter(pk__in=everybody).values_list("id", "badge"))
    for old, new in changes:
        facts = _words(new, badges) | {"old": _words(old, badges) if old else None}
        yield custody.Entry(Kind.FLEET_CAMERA_ASSIGNED, handles[new.serial], facts)


def _words(entry: Standing, badges: Mapping[int, str]) -> dict[str, Json]:
    return {
        "badge": badges[entry.officer] if entry.officer else None,
        "vehicle": entry.vehicle or None,
        "began": entry.began.isoformat(),
        "ended": entry.ended.isoformat() if entry.ended else None,
    }
