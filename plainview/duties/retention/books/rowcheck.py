"""Rows of the database against what history said when they were made: who edits one as the superuser is found.

Only what never changes afterwards, or what only events of a few kinds change, is compared. `plainview log check` proves
that history itself is what was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.storage.models import StoredObject
from plainview.duties.retention.books.problem import Problem, What
from plainview.holdings.evidence.models import File
from plainview.ledger.event import read_body

# After these a recording's times are no longer those that its files came with.
MOVED = (Kind.EVIDENCE_RECORDING_RESOLVED, Kind.EVIDENCE_RECORDING_CORRECTED)
SPAN = (Kind.EVIDENCE_RECORDING_CREATED, Kind.EVIDENCE_RECORDING_EXTENDED)


def against_history(objects: Sequence[StoredObject]) -> list[Problem]:
    """Compares rows with their first events, and files and recordings with theirs. A handful of queries."""
    first = _bodies({obj.handle for obj in objects}, n=1)
    files = {file.object_id: file for file in File.objects.filter(object__in=objects).select_related("recording")}
    spans = _spans({file.recording.handle for file in files.values()})
    found: list[Problem] = []
    for obj in objects:
        said = first.get(obj.handle)
        if said is None:
            says = f"Object {obj.id} (item {obj.handle}) is stored, but no event says that it came in."
            found.append(Problem(What.HISTORY, f"unregistered:{obj.id}", says, obj.id))
            continue
        if not said:
            continue  # its body was lost with a mended log, which that log says
        wrong = [*_stored(obj, said)]
        if file := files.get(obj.id):
            wrong += [*_file(file, said, spans), *_recording(file, spans)]
        found += [
            Problem(What.HISTORY, f"row:{obj.id}:{name}", f"{where} of item {obj.handle}: {says}", obj.id)
            for name, where, says in wrong
        ]
    return found


Wrong = tuple[str, str, str]


def _stored(obj: StoredObject, said: Mapping[str, Any]) -> Iterator[Wrong]:
    pairs = {"size": obj.size, "sha256": bytes(obj.sha256).hex(), "chunk_root": bytes(obj.chunk_root).hex()}
    yield from _differences("storage_storedobject", pairs, said)


def _file(file: File, said: Mapping[str, Any], spans: Mapping[str, Any]) -> Iterator[Wrong]:
    pairs = {"name": file.name, "role": file.role, "recording": file.recording.handle, "press": file.press}
    yield from _differences("evidence_file", pairs, said)
    believed = _moment((said.get("time") or {}).get("believed"))
    if file.recording.handle in spans and believed != file.start:
        yield "start", "evidence_file", f"start is {file.start}, history says {believed}."


def _recording(file: File, spans: Mapping[str, Any]) -> Iterator[Wrong]:
    span = spans.get(file.recording.handle)
    if span is None:
        return
    for name in ("start", "stop", "trigger_on"):
        row, said = getattr(file.recording, name), _moment(span.get(name))
        if name in span and row != said:
            yield f"recording.{name}", "evidence_recording", f"{name} is {row}, history says {said}."


def _differences(table: str, pairs: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Wrong]:
    for name, value in pairs.items():
        if name in said and said[name] != value:
            yield name, table, f"{name} is {value!r:.100}, history says {said[name]!r:.100}."


def _spans(handles: set[str]) -> dict[str, Mapping[str, Any]]:
    """What the latest event about a recording's span says, of recordings that nothing else has moved since."""
    found: dict[str, Mapping[str, Any]] = {}
    events = Event.objects.filter(item_id__in=handles, kind__in=[*SPAN, *MOVED]).order_by("item_id", "n")
    for handle, kind, body in events.values_list("item_id", "kind", "body"):
        said = _read(bytes(body))
        found[handle] = said.get("new", said) if kind == Kind.EVIDENCE_RECORDING_EXTENDED else said
        if kind in MOVED or not said:
            found[handle] = {"moved": True}
    return {handle: span for handle, span in found.items() if "moved" not in span}


def _bodies(handles: set[str], n: int) -> dict[str, Mapping[str, Any]]:
    events = Event.objects.filter(item_id__in=handles, n=n).values_list("item_id", "body")
    return {handle: _read(bytes(body)) for handle, body in events}


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        return dict(read_body(body)) if body else {}
    except ValueError:
        return {}  # the check of history names it


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
