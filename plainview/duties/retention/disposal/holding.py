"""Locks everything that could hold a recording, then asks what does: rows and history, as they stand then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from plainview.duties.retention.disposal.drafting import judge
from plainview.duties.retention.disposal.history import Said, matters_said, said_of
from plainview.duties.retention.disposal.models import Batch
from plainview.holdings.evidence.models import File, Recording

LATER = "a file came to it after it was announced"
WAIT = "set local lock_timeout = '20s'"
# Recordings against new holds, ties and files; their calls against being tied to a matter; matters against being
# opened again. Each in the order of its ids.
_LOCKS = (
    "select id from evidence_recording where id = any(%s) order by id for update",
    "select id from incidents_call where id in (select call_id from evidence_recordingcall "
    "where recording_id = any(%s)) order by id for update",
    "select id from incidents_matter where id in ("
    "select matter_id from evidence_recordingmatter where recording_id = any(%s) "
    "union select mc.matter_id from evidence_recordingcall t join incidents_mattercall mc on mc.call_id = t.call_id "
    "where t.recording_id = any(%s)) order by id for share",
    "select id from evidence_file where recording_id = any(%s) order by id for update",
)
_THINGS = """
select f.recording_id, o.id, o.handle, encode(o.sha256, 'hex'), o.size, true
from evidence_file f join storage_storedobject o on o.id = f.object_id
where f.recording_id = any(%s) and o.destroyed_at is null
union all
select f.recording_id, o.id, o.handle, encode(o.sha256, 'hex'), o.size, false
from evidence_derivative d join evidence_file f on f.id = d.file_id join storage_storedobject o on o.id = d.object_id
where f.recording_id = any(%s) and o.destroyed_at is null
order by 1, 6 desc, 2"""


@dataclass(frozen=True)
class Locked:
    """One recording as it stands now; nobody can change that before our transaction ends."""

    handle: str
    why_spared: str  # empty where it may go
    differs: str  # how its row differs from its history


@dataclass(frozen=True)
class Thing:
    """A file, or something made from one."""

    object_id: UUID
    handle: str
    sha256: str
    size: int
    original: bool


def lock(batch: Batch, recordings: Sequence[UUID]) -> dict[UUID, Locked]:
    """Locks the recordings with all that could hold them; returns each with why it must stay, if it must."""
    ids = list(recordings)
    with connection.cursor() as cursor:
        cursor.execute(WAIT)
        for statement in _LOCKS:
            cursor.execute(statement, [ids] * statement.count("%s"))
    rows = Recording.objects.in_bulk(ids)
    judged = judge(ids, max(timezone.localdate(), batch.on))
    said = said_of(row.handle for row in rows.values())
    came = set(
        File.objects.filter(recording__in=ids, stored_at__gt=batch.announced_at).values_list("recording", flat=True)
    )
    matters = matters_said(ids)
    found = {}
    for pk, row in rows.items():
        differs = said[row.handle].differs(row.classes, row.start) or matters.get(pk, "")
        why = _of_row(row) or (LATER if pk in came else "")
        why = why or (f"rows were changed: {differs}" if differs else "")
        why = why or _of_history(said[row.handle]) or _of_policy(batch, judged[pk], said[row.handle])
        found[pk] = Locked(row.handle, why, differs)
    return found


def things_of(recordings: Sequence[UUID]) -> dict[UUID, list[Thing]]:
    """Returns what each recording is made of, whatever was made from it, as far as it isn't destroyed."""
    found: dict[UUID, list[Thing]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_THINGS, [list(recordings)] * 2)
        for recording, *thing in cursor.fetchall():
            found[recording].append(Thing(*thing))
    return found


def _of_row(row: Recording) -> str:
    if row.destroyed_at:
        return "it was destroyed before"
    if row.quarantined:
        return "it is in quarantine"
    return "" if row.held_here else "it is held elsewhere"


def _of_history(said: Said) -> str:
    if said.holds:
        return f"a person holds it: {', '.join(sorted(said.holds))}"
    return ""


def _of_policy(batch: Batch, judged: tuple[date, str, bool, list[str], bool], said: Said) -> str:
    until, _, known, held_by, review = judged
    if held_by:
        return f"it is held by {', '.join(held_by)}"
    if batch.early:
        return ""
    if not known:
        return "the policy doesn't know its class"
    if until > batch.on:
        return f"it is kept until {until} now"
    return "nobody has decided that it may go" if review and not said.may_go else ""
