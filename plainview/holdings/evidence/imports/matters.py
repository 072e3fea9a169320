"""A file of matters with what they concern: calls, and recordings named directly. All of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction

from plainview.base.custody.actions import Entry, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.people.table import ImportRefused, Problem, read_table
from plainview.holdings.evidence.actions.taking_over import take_over
from plainview.holdings.evidence.models import TIES, Recording, RecordingMatter
from plainview.holdings.evidence.naming import matter_fact, recording_fact
from plainview.holdings.incidents.actions import batches
from plainview.holdings.incidents.actions.matter_files import take_matters
from plainview.holdings.incidents.matters_table import COLUMNS, MatterEntry, read_matters
from plainview.holdings.incidents.models import Batch, Matter
from plainview.holdings.incidents.reading import survey

CHUNK = 10_000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import of matters did."""

    file: str
    rows: int
    matters: int
    opened: int
    moved: int
    corrected: int
    calls: int  # ties to calls that are new
    recordings: int  # ties to recordings that are new
    taken_over: int  # matters that a rule had opened, and that these took the place of

    @property
    def changed(self) -> bool:
        """Whether anything is different now."""
        return any((self.opened, self.moved, self.corrected, self.calls, self.recordings, self.taken_over))


def import_matters(path: Path, *, actor: str, progress: Progress = lambda _: None) -> Imported:
    """Imports matters and their links. Running it again changes nothing. Raises ImportRefused, OSError."""
    found = survey(path)
    progress("Reading the file")
    lines = read_table(path.read_bytes(), path.name, COLUMNS)
    entries = read_matters(lines, path.name)
    with transaction.atomic():
        progress("Looking up recordings")
        recordings = _recordings(entries, path.name)
        batch = batches.begin("matters", path, found, "", actor)
        progress("Writing matters")
        taken = take_matters(entries, path.name, actor=actor)
        progress("Tying recordings")
        tied = link_recordings(_pairs(entries, recordings), actor=actor, why=f"{path.name} says so")
        moved = take_over([e.number for e in entries], actor=actor)
        done = Imported(
            file=path.name,
            rows=len(lines),
            matters=len(entries),
            opened=len(taken.opened),
            moved=len(taken.changed),
            corrected=len(taken.corrected),
            calls=taken.linked,
            recordings=tied,
            taken_over=moved,
        )
        _end(batch, done, len(lines), actor)
        batches.refresh_statistics(len(lines), *TIES)
    return done


def _end(batch: Batch, done: Imported, rows: int, actor: str) -> None:
    """A batch counts rows; matters have several. What it says adds up all the same."""
    taken = min(rows, done.opened)
    changed = min(rows - taken, done.moved + done.corrected + done.taken_over)
    batches.end(batch, rows=rows, taken=taken, changed=changed, parked=0, actor=actor)


def find_recordings(names: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """Returns the recordings that are named, by another system's id, by ours, or by handle: name → (id, handle)."""
    ids = {str(UUID(name)): name for name in names if _is_id(name)}
    found: dict[str, tuple[UUID, str]] = {}
    for begin in range(0, len(names), CHUNK):
        part = list(names[begin : begin + CHUNK])
        for key in ("handle", "external_id"):  # an outside id wins over a handle that looks alike
            rows = Recording.objects.filter(**{f"{key}__in": part}).values_list(key, "pk", "handle")
            found |= {name: (pk, handle) for name, pk, handle in rows}
    left = {i: name for i, name in ids.items() if name not in found}
    for pk, handle in Recording.objects.filter(pk__in=list(left)).values_list("pk", "handle"):
        found[left[str(pk)]] = (pk, handle)
    return found


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _recordings(entries: Sequence[MatterEntry], name: str) -> dict[str, tuple[UUID, str]]:
    wanted = {recording: row for e in entries for recording, row in e.recordings.items()}
    found = find_recordings(list(wanted))
    unknown = [
        Problem(row, "recording_id", f"no recording {each} is here. Import the recordings first, or leave it empty.")
        for each, row in wanted.items()
        if each not in found
    ]
    if unknown:
        raise ImportRefused(name, unknown)
    return found


def _pairs(entries: Sequence[MatterEntry], recordings: dict[str, tuple[UUID, str]]) -> list[tuple[Matter, UUID, str]]:
    matters = {m.number: m for m in Matter.objects.filter(number__in=[e.number for e in entries])}
    return [(matters[e.number], *recordings[name]) for e in entries for name in e.recordings]


@transaction.atomic
def link_recordings(pairs: Sequence[tuple[Matter, UUID, str]], *, actor: str, why: str = "") -> int:
    """Ties recordings (id, handle) to matters directly; told on both. Returns how many ties are new.

    Why is told on the matter alone: the recording's history goes to more people.
    """
    there = set(
        RecordingMatter.objects.filter(matter__in={m.pk for m, _, _ in pairs}).values_list("matter_id", "recording_id")
    )
    fresh = {(m.pk, pk): (m, handle) for m, pk, handle in pairs if (m.pk, pk) not in there}
    RecordingMatter.objects.bulk_create([RecordingMatter(matter_id=m, recording_id=r) for m, r in fresh], 5000)
    told = [(m, handle) for m, handle in fresh.values()]
    for begin in range(0, len(told), CHUNK):
        part = told[begin : begin + CHUNK]
        entries = [
            Entry(Kind.EVIDENCE_RECORDING_LINKED, handle, {"matter": matter_fact(m.handle)}) for m, handle in part
        ]
        entries += [
            Entry(Kind.INCIDENTS_MATTER_LINKED, m.handle, {"recording": recording_fact(handle), "why": why})
            for m, handle in part
        ]
        record_many(entries, actor=actor)
    return len(fresh)
