"""The fleet between the database and the plan of an import, in sets: no statement for a single row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from plainview.base import custody
from plainview.base.people.models import Agency, Assignment
from plainview.holdings.fleet.models import Camera, Carry, Vehicle
from plainview.holdings.fleet.rules.cameras import Device
from plainview.holdings.fleet.rules.holders import Holder
from plainview.holdings.fleet.rules.plan import Standing

BATCH = 5_000  # rows a statement


class Fleet:
    """The cameras that a file names, as the database has them, and all vehicles."""

    def __init__(self, serials: Iterable[str]) -> None:
        self.cameras = {camera.serial: camera for camera in Camera.objects.filter(serial__in=list(serials))}
        self.vehicles: dict[str, int] = dict(Vehicle.objects.values_list("name", "id"))

    def devices(self) -> dict[str, Device]:
        """Returns how the fleet list describes its cameras."""
        return {s: Device(s, c.kind, c.maker, c.model) for s, c in self.cameras.items()}

    def standing(self) -> list[Standing]:
        """Returns every carry of these cameras."""
        fields = ("id", "camera__serial", "officer_id", "vehicle__name", "began", "ended")
        carries = Carry.objects.filter(camera__in=[c.pk for c in self.cameras.values()]).values_list(*fields)
        return [Standing(serial, officer, car or "", b, e, pk) for pk, serial, officer, car, b, e in carries.iterator()]

    def add_cameras(self, devices: Sequence[Device]) -> None:
        """Enters cameras, each with a custody chain of its own."""
        made = [Camera(serial=d.serial, kind=d.kind, maker=d.maker, model=d.model) for d in devices]
        Camera.objects.bulk_create(made, BATCH)
        custody.open_items("camera", [camera.handle for camera in made])
        self.cameras |= {camera.serial: camera for camera in made}

    def correct_cameras(self, devices: Sequence[Device]) -> None:
        """Writes what a file corrects."""
        changed = []
        for device in devices:
            camera = self.cameras[device.serial]
            camera.kind, camera.maker, camera.model = device.kind, device.maker, device.model
            changed.append(camera)
        Camera.objects.bulk_update(changed, ["kind", "maker", "model"], BATCH)

    def add_vehicles(self, names: Iterable[str]) -> int:
        """Enters the vehicles that are not there yet. Returns how many."""
        made = Vehicle.objects.bulk_create(
            [Vehicle(name=name) for name in sorted(set(names) - self.vehicles.keys() - {""})], BATCH
        )
        self.vehicles |= {vehicle.name: vehicle.pk for vehicle in made}
        return len(made)

    def add_carries(self, entries: Sequence[Standing]) -> None:
        """Enters new carries."""
        columns = "camera_id, officer_id, vehicle_id, began, ended"
        with connection.cursor() as cursor, cursor.copy(f"copy fleet_carry ({columns}) from stdin") as copy:
            for entry in entries:
                copy.write_row(self._row(entry))

    def change_carries(self, entries: Sequence[Standing]) -> None:
        """Writes what a file changes about carries."""
        if not entries:
            return
        columns = zip(*[(entry.id, *self._row(entry)) for entry in entries], strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, [list(column) for column in columns])

    def _row(self, entry: Standing) -> tuple[object, ...]:
        vehicle = self.vehicles[entry.vehicle] if entry.vehicle else None
        return (self.cameras[entry.serial].pk, entry.officer, vehicle, entry.began, entry.ended)


def holders(agency: Agency, badges: Iterable[str]) -> list[Holder]:
    """Returns everybody who ever held one of the badges, with the days."""
    fields = ("officer__badge", "officer_id", "officer__name", "began", "ended")
    held = Assignment.objects.filter(officer__agency=agency, officer__badge__in=list(badges)).values_list(*fields)
    return [Holder(*row) for row in held]


_CHANGE = """
update fleet_carry was
   set camera_id = new.camera, officer_id = new.officer, vehicle_id = new.vehicle, began = new.began, ended = new.ended
  from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
       new (id, camera, officer, vehicle, began, ended)
 where was.id = new.id"""
