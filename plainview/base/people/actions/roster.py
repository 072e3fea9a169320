"""The roster, imported from a file: all of it or nothing, and the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Agency
from plainview.base.people.origin import Origin
from plainview.base.people.roster import Roster
from plainview.base.people.rules.plan import Plan, Standing, make_plan
from plainview.base.people.rules.rows import COLUMNS, Row, read_rows
from plainview.base.people.rules.units import full_paths
from plainview.base.people.table import ImportRefused, read_table
from plainview.ledger.canonical import Json

A_PART = 250_000  # characters of changes an event: a body holds 1 MiB


@dataclass(frozen=True)
class Imported:
    """What an import did. `unchanged` are rows that say what the roster said before."""

    file: str
    rows: int
    officers: int = 0
    units: int = 0
    assignments: int = 0
    updated: int = 0
    closed: int = 0
    renamed: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        return self.unchanged < self.rows or bool(self.closed or self.updated or self.renamed)


def import_roster(path: Path, *, actor: str, origin: Origin | None = None) -> Imported:
    """Imports `badge,name,unit,rank,supervisor_badge,from,to`. Raises ImportRefused with every problem it found."""
    data = path.read_bytes()
    rows = read_rows(read_table(data, path.name, COLUMNS), path.name)
    return _import(rows, path.name, sha256(data).hexdigest(), actor, origin)


@transaction.atomic
def _import(rows: list[Row], name: str, digest: str, actor: str, origin: Origin | None) -> Imported:
    agency = Agency.objects.select_for_update().get(pk=home_agency().pk)  # one import at a time
    roster = Roster(agency)
    paths, problems = full_paths(rows, roster.units)
    if problems:
        raise ImportRefused(name, problems)
    plan = make_plan([replace(row, unit=paths[row.unit]) for row in rows], roster.standing(), name)
    if plan.empty:
        return Imported(name, len(rows), unchanged=plan.unchanged)
    officers, units = roster.write(plan)
    done = Imported(
        name,
        len(rows),
        officers,
        units,
        len(plan.new),
        len(plan.changed) - plan.closed,
        plan.closed,
        len(plan.renames),
        plan.unchanged,
    )
    _record(agency.handle, plan, done, digest, actor, origin)
    return done


def _record(handle: str, plan: Plan, done: Imported, digest: str, actor: str, origin: Origin | None) -> None:
    """Writes every change into history, many an event, each event naming the file and its place in the whole."""
    parts = list(_parts(_changes(plan)))
    counts: dict[str, Json] = {
        "file": done.file,
        "sha256": digest,
        "rows": done.rows,
        "officers": done.officers,
        "units": done.units,
        "assignments": done.assignments,
        "updated": done.updated,
        "closed": done.closed,
        "renamed": done.renamed,
        "origin": dict(origin or {}),
    }
    custody.record_many(
        [
            custody.Entry(
                Kind.PEOPLE_ROSTER_IMPORTED, handle, {**counts, "part": n, "parts": len(parts), "changes": part}
            )
            for n, part in enumerate(parts, 1)
        ],
        actor=actor,
    )


def _parts(changes: Iterable[Json]) -> Iterator[list[Json]]:
    part: list[Json] = []
    size = 0
    for change in changes:
        part.append(change)
        size += len(str(change))
        if size >= A_PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _changes(plan: Plan) -> Iterator[Json]:
    for (badge, old), (_, new) in plan.renames.items():
        yield {"badge": badge, "name": {"old": old, "new": new}}
    for entry in plan.new:
        yield {"badge": entry.person[0], "new": _words(entry)}
    for before, after in plan.changed:
        yield {"badge": after.person[0], "old": _words(before), "new": _words(after)}


def _words(entry: Standing) -> Json:
    return {
        "name": entry.person[1],
        "unit": " / ".join(entry.unit),
        "rank": entry.rank,
        "supervisor": entry.supervisor[0] if entry.supervisor else None,
        "from": entry.began.isoformat(),
        "to": _day(entry.ended),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
