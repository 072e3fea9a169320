"""Whom a loss concerns: recordings, the matters they belong to, directly or through their calls, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Concern:
    """A matter, and those of the given recordings that belong to it."""

    matter: int
    number: str
    kind: str
    status: str
    agency: str
    recordings: list[UUID]


def recordings_of(objects: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns the recording of each object that belongs to one, as its file or as something made from its file."""
    return dict(_rows(_RECORDINGS, [list(objects), list(objects)]))


def matters_of(recordings: Sequence[UUID]) -> list[Concern]:
    """Returns the matters that the recordings belong to, by number."""
    wanted = list(recordings)
    return [Concern(*row) for row in _rows(_MATTERS, [wanted, wanted])]


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


_RECORDINGS = """
select f.object_id, f.recording_id from evidence_file f where f.object_id = any(%s::uuid[])
union
select d.object_id, f.recording_id from evidence_derivative d join evidence_file f on f.id = d.file_id
where d.object_id = any(%s::uuid[])"""
_MATTERS = """
with tie as (
    select matter_id, recording_id from evidence_recordingmatter where recording_id = any(%s::uuid[])
    union
    select mc.matter_id, rc.recording_id from evidence_recordingcall rc
    join incidents_mattercall mc on mc.call_id = rc.call_id where rc.recording_id = any(%s::uuid[])
)
select m.id, m.number, m.kind, m.status, m.agency, array_agg(tie.recording_id order by tie.recording_id)
from tie join incidents_matter m on m.id = tie.matter_id
where m.merged_into_id is null
group by m.id order by m.number"""
