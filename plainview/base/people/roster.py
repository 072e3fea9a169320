"""The roster between the database and the plan of an import, in sets: no statement for a single row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from plainview.base.people.models import Agency, Assignment, Officer, Unit
from plainview.base.people.rules.plan import Plan, Standing
from plainview.base.people.rules.rows import Path, Person

BATCH = 5_000  # rows a statement


class Roster:
    """The officers, units and assignments of one agency, as the database has them."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.people: dict[Person, int] = {
            (badge, name): pk for pk, badge, name in agency.officers.values_list("id", "badge", "name")
        }
        self.units: dict[Path, int] = {path: pk for pk, path in unit_paths(agency).items()}

    def standing(self) -> list[Standing]:
        """Returns every assignment."""
        people = {pk: person for person, pk in self.people.items()}
        paths = {pk: path for path, pk in self.units.items()}
        fields = ("id", "officer_id", "unit_id", "rank", "supervisor_id", "began", "ended")
        of_agency = Assignment.objects.filter(officer__agency=self.agency).values_list(*fields)
        return [
            Standing(people[officer], paths[unit], rank, people.get(supervisor or 0), began, ended, pk)
            for pk, officer, unit, rank, supervisor, began, ended in of_agency.iterator(BATCH)
        ]

    def write(self, plan: Plan) -> tuple[int, int]:
        """Writes the plan. Returns how many officers and units are new."""
        self._rename(plan)
        after = [*plan.new, *(new for _, new in plan.changed)]
        officers = self._add_people(after)
        units = self._add_units({entry.unit for entry in after})
        self._add_assignments(plan.new)
        self._change_assignments([new for _, new in plan.changed])
        return officers, units

    def _rename(self, plan: Plan) -> None:
        for old, new in plan.renames.items():
            pk = self.people.pop(old)
            self.people[new] = pk
            Officer.objects.filter(pk=pk).update(name=new[1])

    def _add_people(self, entries: Iterable[Standing]) -> int:
        missing = sorted({entry.person for entry in entries} - self.people.keys())
        made = Officer.objects.bulk_create(
            [Officer(agency=self.agency, badge=badge, name=name) for badge, name in missing], BATCH
        )
        self.people |= {(officer.badge, officer.name): officer.pk for officer in made}
        return len(made)

    def _add_units(self, paths: Iterable[Path]) -> int:
        wanted = {path[:stop] for path in paths for stop in range(1, len(path) + 1)} - self.units.keys()
        for path in sorted(wanted, key=lambda p: (len(p), p)):  # those above first
            parent = self.units[path[:-1]] if len(path) > 1 else None
            self.units[path] = Unit.objects.create(agency=self.agency, name=path[-1], parent_id=parent).pk
        return len(wanted)

    def _add_assignments(self, entries: Sequence[Standing]) -> None:
        columns = "officer_id, unit_id, rank, supervisor_id, began, ended"
        with connection.cursor() as cursor, cursor.copy(f"copy people_assignment ({columns}) from stdin") as copy:
            for e in entries:
                copy.write_row(self._row(e))

    def _change_assignments(self, entries: Sequence[Standing]) -> None:
        if not entries:
            return
        columns = zip(*[(e.id, *self._row(e)) for e in entries], strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, [list(column) for column in columns])

    def _row(self, entry: Standing) -> tuple[object, ...]:
        supervisor = self.people[entry.supervisor] if entry.supervisor else None
        unit = self.units[entry.unit]
        return (self.people[entry.person], unit, entry.rank, supervisor, entry.began, entry.ended)


def unit_paths(agency: Agency) -> dict[int, Path]:
    """Returns every unit's path: the names of those above it, and its own."""
    found = {pk: (name, parent) for pk, name, parent in agency.units.values_list("id", "name", "parent_id")}

    def path(pk: int) -> Path:
        name, parent = found[pk]
        return (*path(parent), name) if parent else (name,)

    return {pk: path(pk) for pk in found}


_CHANGE = """
update people_assignment was
   set officer_id = new.officer, unit_id = new.unit, rank = new.rank,
       supervisor_id = new.supervisor, began = new.began, ended = new.ended
  from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::date[], %s::date[])
       new (id, officer, unit, rank, supervisor, began, ended)
 where was.id = new.id"""
