"""What a matter holds, and what would be free if it were over. Set-based: a shooting may concern hundreds of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from plainview.holdings.incidents.models import Matter


@dataclass(frozen=True)
class Grip:
    """How many recordings a matter concerns, and how many of them nothing else holds."""

    recordings: int
    only: int
    size: int  # bytes of those that are held here


def grip(matter: Matter) -> Grip:
    """Returns what a matter concerns, directly or through its calls, whatever its status."""
    with connection.cursor() as cursor:
        cursor.execute(_GRIP, [matter.pk, matter.pk, matter.pk])
        return Grip(*cursor.fetchone())


_LINKED = """
    select recording_id from evidence_recordingmatter where matter_id = %s
    union
    select t.recording_id from incidents_mattercall mc join evidence_recordingcall t on t.call_id = mc.call_id
    where mc.matter_id = %s"""
_GRIP = f"""
with mine as ({_LINKED})
select count(*), count(*) filter (where not exists (
           select from evidence_hold h where h.recording_id = r.id and h.lifted_at is null)
       and not exists (
           select from incidents_matter m where m.id <> %s and m.status in ('open', 'appealed') and (
               exists (select from evidence_recordingmatter t where t.matter_id = m.id and t.recording_id = r.id)
            or exists (select from incidents_mattercall mc join evidence_recordingcall t on t.call_id = mc.call_id
                       where mc.matter_id = m.id and t.recording_id = r.id)))),
       coalesce(sum(r.size), 0)
from mine join evidence_recording r on r.id = mine.recording_id"""
