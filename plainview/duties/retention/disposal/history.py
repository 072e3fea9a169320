"""What history says of recordings, beside what their rows say: who edits a row as the superuser frees nothing by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from plainview.base.custody.kinds import Kind
from plainview.ledger.event import read_body

_CLASSES = (Kind.EVIDENCE_RECORDING_CREATED, Kind.EVIDENCE_RECORDING_CLASSED)
_SPAN = (Kind.EVIDENCE_RECORDING_CREATED, Kind.EVIDENCE_RECORDING_EXTENDED)
_MOVED = (Kind.EVIDENCE_RECORDING_RESOLVED, Kind.EVIDENCE_RECORDING_CORRECTED)
_HOLDS = (Kind.EVIDENCE_HOLD_PLACED, Kind.EVIDENCE_HOLD_LIFTED)
_KINDS = (*_CLASSES, *_SPAN, *_MOVED, *_HOLDS, Kind.DISPOSAL_RECORDING_DECIDED)
_EVENTS = """
select item_id, kind, body from custody_event where item_id = any(%s) and kind = any(%s) order by item_id, n"""


@dataclass
class Said:
    """What the events of one recording come to."""

    classes: list[str] | None = None  # None: history says nothing, or nothing that can be read
    start: str | None = None
    moved: bool = False  # a person has set its times since: then only that person's word counts
    holds: set[str] = field(default_factory=set)
    may_go: bool = False  # a person decided so, and nobody has decided otherwise since

    def take(self, kind: str, body: dict[str, Any]) -> None:
        """Takes the next event."""
        new = body if kind == Kind.EVIDENCE_RECORDING_CREATED else body.get("new")
        if kind in _CLASSES:
            classes = body.get("classes") if kind == Kind.EVIDENCE_RECORDING_CREATED else new
            self.classes = list(classes) if isinstance(classes, list) else None
            self.may_go = False  # what was decided was decided of another class
        if kind in _SPAN and isinstance(new, dict) and "start" in new:
            self.start = new["start"]
        if kind in _MOVED:
            self.moved = True
        if kind == Kind.EVIDENCE_HOLD_PLACED:
            self.holds.add(str(body.get("hold")))
        if kind == Kind.EVIDENCE_HOLD_LIFTED:
            self.holds.discard(str(body.get("hold")))
        if kind == Kind.DISPOSAL_RECORDING_DECIDED:
            self.may_go = body.get("decision") == "go"

    def differs(self, classes: Sequence[str], start: datetime | None) -> str:
        """Returns how a row differs from it, or nothing."""
        if self.classes is None:
            return "its history doesn't say which classes it bears"
        if sorted(self.classes) != sorted(classes):
            return f"its row says {', '.join(sorted(classes))}, its history {', '.join(sorted(self.classes))}"
        if not self.moved and self.start != (start.isoformat() if start else None):
            said = datetime.fromisoformat(self.start) if self.start else None
            if said != start:
                return f"its row says that it began at {start}, its history {said}"
        return ""


def said_of(handles: Iterable[str]) -> dict[str, Said]:
    """Returns what history says of each recording. One query, whose bodies are read here."""
    wanted = list(handles)
    found = {handle: Said() for handle in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [wanted, [kind.value for kind in _KINDS]])
        for handle, kind, body in cursor.fetchall():
            found[handle].take(kind, _read(bytes(body)))
    return found


def matters_said(recordings: Sequence[UUID]) -> dict[UUID, str]:
    """Returns what is wrong with a matter of each recording: its row stands elsewhere than its history.

    A matter of which history says nothing is believed by its row: what holds by its row holds anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MATTERS, [list(recordings)] * 2)
        rows = cursor.fetchall()
        kinds = [Kind.INCIDENTS_MATTER_OPENED.value, Kind.INCIDENTS_MATTER_MOVED.value]
        cursor.execute(_EVENTS, [[handle for _, handle, *_ in rows], kinds])
        last = {handle: _read(bytes(body)) for handle, _, body in cursor.fetchall()}
    found: dict[UUID, str] = {}
    for recordings_of, handle, number, status, status_on in rows:
        said = last.get(handle, {})
        if said.get("status", status) != status or said.get("status_on", str(status_on)) != str(status_on):
            why = f"the row of matter {number} says {status} since {status_on}, its history {said.get('status')} since "
            found |= dict.fromkeys(recordings_of, f"{why}{said.get('status_on')}")
    return found


_MATTERS = """
with ties as (
    select recording_id, matter_id from evidence_recordingmatter where recording_id = any(%s)
    union
    select t.recording_id, mc.matter_id from evidence_recordingcall t
    join incidents_mattercall mc on mc.call_id = t.call_id where t.recording_id = any(%s)
)
select array_agg(ties.recording_id), m.handle, m.number, m.status, m.status_on
from ties join incidents_matter m on m.id = ties.matter_id
group by m.id"""


def _read(body: bytes) -> dict[str, Any]:
    try:
        return dict(read_body(body)) if body else {}
    except ValueError:
        return {}  # the check of history names it
