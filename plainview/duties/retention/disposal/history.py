"""What history says of recordings, beside what their rows say: who edits a row as the superuser frees nothing by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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


def _read(body: bytes) -> dict[str, Any]:
    try:
        return dict(read_body(body)) if body else {}
    except ValueError:
        return {}  # the check of history names it
