"""When a camera did not work. It explains missing footage, so it is written down by whoever looks after the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.lookup import home_agency
from plainview.base.people.models import Agency
from plainview.base.people.origin import Origin
from plainview.base.people.table import ImportRefused, read_table
from plainview.holdings.fleet.actions.imports import named_zone
from plainview.holdings.fleet.models import Camera, Fault
from plainview.holdings.fleet.rules.faults import COLUMNS, WHAT_LENGTH, FaultRow, read_faults, unknown
from plainview.holdings.fleet.rules.rows import Zones
from plainview.ledger.canonical import Json


class Refused(ValueError):
    """A fault that can't be: says why."""


@dataclass(frozen=True)
class FaultsImported:
    """What an import did."""

    file: str
    rows: int
    new: int
    changed: int
    unchanged: int


@transaction.atomic
def report_fault(
    camera: Camera, what: str, *, began: datetime, actor: str, ended: datetime | None = None, at: datetime | None = None
) -> Fault:
    """Writes down that a camera did not work from a moment on. Raises Refused."""
    camera = Camera.objects.select_for_update(no_key=True).get(pk=camera.pk)
    now = at or timezone.now()
    if not what.strip() or len(what) > WHAT_LENGTH:
        raise Refused(f"Say in 1 to {WHAT_LENGTH} characters what was wrong with it.")
    if began > now or (ended is not None and ended > now):
        raise Refused("A fault can't be dated in the future.")
    if ended is not None and ended <= began:
        raise Refused("It ends before it begins.")
    if camera.faults.filter(began=began).exists():
        raise Refused("A fault from that very moment on is written down already.")
    if camera.faults.filter(ended=None).exists():
        raise Refused("A fault of this camera is open already. End it first.")
    fault = Fault.objects.create(camera=camera, began=began, ended=ended, what=what.strip(), reported_by=actor)
    custody.record(Kind.FLEET_CAMERA_FAULT_REPORTED, camera.handle, actor=actor, facts=_facts(fault))
    return fault


@transaction.atomic
def end_fault(fault: Fault, ended: datetime, *, actor: str) -> Fault:
    """Writes down since when the camera works again. Raises Refused."""
    fault = Fault.objects.select_for_update(of=("self",)).select_related("camera").get(pk=fault.pk)
    if fault.ended is not None:
        raise Refused("It has ended already.")
    if not fault.began < ended <= timezone.now():
        raise Refused("The end must lie after the beginning and not in the future.")
    fault.ended = ended
    fault.save(update_fields=["ended"])
    custody.record(Kind.FLEET_CAMERA_FAULT_ENDED, fault.camera.handle, actor=actor, facts=_facts(fault))
    return fault


def import_faults(path: Path, zone: str | None = None, *, actor: str, origin: Origin | None = None) -> FaultsImported:
    """Imports `serial,from,to,what`: all or nothing, again and again. Raises ImportRefused, UnknownZone, OSError."""
    zones = Zones(named_zone(zone) if zone else None, ZoneInfo(settings.TIME_ZONE))
    data = path.read_bytes()
    rows = read_faults(read_table(data, path.name, COLUMNS), path.name, zones)
    return _import(rows, path.name, sha256(data).hexdigest(), actor, origin)


@transaction.atomic
def _import(rows: list[FaultRow], name: str, digest: str, actor: str, origin: Origin | None) -> FaultsImported:
    agency = Agency.objects.select_for_update().get(pk=home_agency().pk)  # one import at a time
    cameras = Camera.objects.in_bulk({row.serial for row in rows}, field_name="serial")
    problems = list(unknown(rows, cameras))
    if problems:
        raise ImportRefused(name, problems)
    there = {(f.camera_id, f.began): f for f in Fault.objects.filter(camera__in=cameras.values())}
    new, changed = [], []
    for row in rows:
        camera = cameras[row.serial]
        before = there.get((camera.pk, row.began))
        if before is None:
            new.append(Fault(camera=camera, began=row.began, ended=row.ended, what=row.what, reported_by=actor))
        elif (before.ended, before.what) != (row.ended, row.what):
            before.ended, before.what, before.camera = row.ended, row.what, camera
            changed.append(before)
    Fault.objects.bulk_create(new)
    Fault.objects.bulk_update(changed, ["ended", "what"])
    done = FaultsImported(name, len(rows), len(new), len(changed), len(rows) - len(new) - len(changed))
    if new or changed:
        _record(agency, [*new, *changed], done, digest, actor, origin)
    return done


def _record(
    agency: Agency, faults: list[Fault], done: FaultsImported, digest: str, actor: str, origin: Origin | None
) -> None:
    facts: dict[str, Json] = {"file": done.file, "rows": done.rows, "sha256": digest, "origin": dict(origin or {})}
    entries = [custody.Entry(Kind.FLEET_CAMERA_FAULT_REPORTED, f.camera.handle, _facts(f)) for f in faults]
    custody.record_many([*entries, custody.Entry(Kind.FLEET_FAULTS_IMPORTED, agency.handle, facts)], actor=actor)


def _facts(fault: Fault) -> dict[str, Json]:
    return {
        "serial": fault.camera.serial,
        "began": fault.began.isoformat(),
        "ended": fault.ended.isoformat() if fault.ended else None,
        "what": fault.what,
    }
