"""Takes stored bytes into evidence: from here on the file exists, is somebody's, and can't be dropped."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_item, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.media import Belief, Facts
from plainview.base.people import lookup
from plainview.base.people.models import Agency, Officer, Unit
from plainview.base.policy import lookup as policy
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence import lease
from plainview.holdings.evidence.actions import press
from plainview.holdings.evidence.actions.arriving import Arriving
from plainview.holdings.evidence.models import ClassMark, File, Playable, Quarantine, Recording, Track
from plainview.holdings.evidence.rules import UNCLASSIFIED, Circumstances, Claims, Reason, Why, judge
from plainview.holdings.evidence.storable import storable, storable_json
from plainview.holdings.fleet.models import Camera, Vehicle
from plainview.ledger.canonical import Json


@dataclass(frozen=True)
class Registered:
    """What became of a file."""

    file: File
    recording: Recording
    event: Event  # of the file: what its receipt proves
    duplicate_of: File | None
    joined: str | None  # why it became part of a recording that was there before
    reasons: list[Why] = field(default_factory=list)  # opened by this file

    @property
    def quarantined(self) -> bool:
        """Whether a person has to decide before this counts as one of ours."""
        return any(why.reason.quarantines for why in self.reasons)


def register(
    *,
    stored: Stored,
    facts: Facts,
    name: str,
    door: str,
    actor: str,
    claims: Claims | None = None,
    camera: Camera | None = None,
    vehicle: Vehicle | None = None,
    officer: Officer | None = None,
    carrier: Officer | None = None,
    unit: Unit | None = None,
    belief: Belief | None = None,
    reasons: Sequence[Why] = (),
    source: str = "",
    agency: Agency | None = None,
    beside: File | None = None,
) -> Registered:
    """Makes the file, and its recording unless it continues one, in one transaction with their history.

    `officer` is whom we take for the maker, `carrier` whom the fleet names at that time (the officer, unless given).
    `unit` is looked up in the roster for the day of the recording unless given. `reasons` adds to what this room finds
    for itself. `beside` is a file that lay beside it under the same name: it joins that file's recording where nothing
    else says which one it belongs to.
    Commits nothing if anything fails: then the bytes are not an original, and may be stored again.
    """
    claims = claims or Claims()
    case = Arriving(
        stored=stored,
        facts=facts,
        name=storable(name),
        door=door,
        source=storable(source),
        actor=actor,
        claims=claims,
        camera=camera,
        vehicle=vehicle,
        officer=officer,
        carrier=carrier or officer,
        unit=unit,
        agency=agency or lookup.home_agency(),
        belief=belief,
        start=belief.start if belief else claims.start,
        now=timezone.now(),
    )
    with transaction.atomic():
        return _register(case, reasons, beside)


def _register(case: Arriving, more: Sequence[Why], beside: File | None) -> Registered:
    _one_at_a_time(case)
    twin = _twin(case.stored.sha256)
    kept = storage.register(case.stored)
    recording, joined = press.recording_of(case, twin, beside)
    entries: list[Entry] = []
    fresh = recording is None
    if recording is None:
        recording = _new_recording(case)
    before = {} if fresh else press.extent(recording)
    file = _add_file(case, recording, kept, twin)
    recording.trigger_on = min((t for t in (recording.trigger_on, case.trigger_on) if t), default=None)
    press.refresh(recording)
    found = _open_reasons(case, recording, file, more)
    entries.append(_stored(case, file, recording, twin))
    entries.append(_created(recording, file) if fresh else _extended(recording, file, joined or "", before))
    if found:
        entries.append(_quarantined(recording, file, found))
    lease.queue(file.pk)
    events = record_many(entries, actor=case.actor, policy=policy.current_hash())
    return Registered(file, recording, events[0], twin, joined, found)


def _one_at_a_time(case: Arriving) -> None:
    """Two sides may bring the same bytes, or two segments of one press, at the same moment: the second waits."""
    keys = [f"evidence/bytes/{case.stored.sha256.hex()}"]
    if case.serial:
        keys.append(f"evidence/camera/{case.serial}")
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _twin(sha256: bytes) -> File | None:
    """Returns the first file that came with these bytes, if one did."""
    return File.objects.filter(object__sha256=sha256).select_related("recording").order_by("stored_at", "id").first()


def _new_recording(case: Arriving) -> Recording:
    recording = Recording.objects.create(
        handle=open_item("recording"),
        agency=case.agency,
        camera=case.camera,
        vehicle=case.vehicle,
        officer=case.officer,
        unit=case.unit or unit_on(case.officer, case.start),
        kind=case.camera.kind if case.camera else "",
        serial=storable(case.serial),
        trigger_on=case.trigger_on,
        uploaded=case.now,
        listed_at=case.start or case.now,
    )
    ClassMark.objects.create(
        recording=recording, class_id=UNCLASSIFIED, marked_at=case.now, marked_by=case.actor, reason="as received"
    )
    return recording


def unit_on(officer: Officer | None, start: datetime | None) -> Unit | None:
    """Returns the officer's unit on the day of the recording in the department's zone, where both are known."""
    if officer is None or start is None:
        return None
    assignment = lookup.assignment_on(officer, timezone.localdate(start))
    return assignment.unit if assignment else None


def _add_file(case: Arriving, recording: Recording, kept: StoredObject, twin: File | None) -> File:
    facts = case.facts
    file = File.objects.create(
        handle=open_item("file", handle=case.stored.handle),
        recording=recording,
        object=kept,
        name=case.name,
        sequence=facts.sequence or 0,
        role=facts.role,
        press=storable(facts.press or ""),
        start=case.start,
        stop=case.stop,
        facts=storable_json({**facts.as_json(), "points": []}),  # the track has its own row
        time_basis=case.basis,
        duplicate_of=twin,
        # what a browser plays as it came needs no copy; pictures of it may follow
        playable=Playable.READY if facts.plays == "direct" else Playable.NONE,
    )
    if facts.points:
        points = [[p.at_ms, p.lat_e6, p.lon_e6, p.utc_ms] for p in facts.points]
        Track.objects.create(file=file, source=facts.track_source or "", points=points)
    return file


def _open_reasons(case: Arriving, recording: Recording, file: File, more: Sequence[Why]) -> list[Why]:
    """Opens what is not open already: a second segment of a stray camera asks the same question only once."""
    found = [*judge(_circumstances(case, recording)), *more]
    about_file = {Reason.CHANGED_WHILE_READ, Reason.EMPTY, Reason.NOT_UNDERSTOOD}
    asked = set(recording.quarantines.filter(resolved_at__isnull=True).values_list("reason", flat=True))
    opened = [why for why in found if why.reason in about_file or why.reason not in asked]
    Quarantine.objects.bulk_create(
        Quarantine(
            recording=recording,
            file=file if why.reason in about_file else None,
            reason=why.reason,
            detail=storable(why.detail),
            opened_at=case.now,
        )
        for why in opened
    )
    if any(why.reason.quarantines for why in opened) and not recording.quarantined:
        recording.quarantined = True
        recording.save(update_fields=["quarantined"])
    return opened


def _circumstances(case: Arriving, recording: Recording) -> Circumstances:
    return Circumstances(
        size=case.stored.size,
        problem=case.facts.problem,
        serial=case.serial,
        camera_registered=recording.camera_id is not None,
        badge=case.claims.badge,
        officer_badge=recording.officer.badge if recording.officer else None,
        carrier_badge=case.carrier.badge if case.carrier else None,
        in_vehicle=recording.vehicle_id is not None,
        start=case.start or recording.start,
        received=case.now,
    )


def _stored(case: Arriving, file: File, recording: Recording, twin: File | None) -> Entry:
    # The leaf is public: a bare hash would let anybody who holds a clip find its item. The salt travels in packages.
    salt = secrets.token_bytes(32)
    sealed = hmac.digest(salt, case.stored.sha256, "sha256").hex()
    facts: dict[str, Json] = {
        "name": file.name,
        "recording": recording.handle,
        "size": case.stored.size,
        "sha256": case.stored.sha256.hex(),
        "chunk_root": case.stored.chunk_root.hex(),
        "hash_salt": salt.hex(),
        "door": case.door,
        "source": case.source,
        "role": file.role,
        "mime": case.facts.mime,
        "duration_ms": case.facts.duration_ms,
        "problem": case.facts.problem,
        "claims": dict(case.claims.as_json()),
        "time": file.time_basis,
        "press": file.press,
        "sequence": file.sequence,
        "duplicate_of": twin.handle if twin else None,
    }
    return Entry(Kind.EVIDENCE_FILE_STORED, file.handle, facts, public={"hash_hmac": sealed})


def _created(recording: Recording, file: File) -> Entry:
    facts: dict[str, Json] = {
        "file": file.handle,
        "camera": recording.serial,
        "camera_registered": recording.camera_id is not None,
        "vehicle": recording.vehicle.name if recording.vehicle else None,
        "officer": recording.officer.badge if recording.officer else None,
        "unit": recording.unit.name if recording.unit else None,
        "kind": recording.kind,
        "classes": list(recording.classes),
        **press.extent(recording),
    }
    return Entry(Kind.EVIDENCE_RECORDING_CREATED, recording.handle, facts)


def _extended(recording: Recording, file: File, why: str, before: dict[str, Json]) -> Entry:
    facts: dict[str, Json] = {"file": file.handle, "why": why, "old": before, "new": press.extent(recording)}
    return Entry(Kind.EVIDENCE_RECORDING_EXTENDED, recording.handle, facts)


def _quarantined(recording: Recording, file: File, found: list[Why]) -> Entry:
    facts: dict[str, Json] = {
        "file": file.handle,
        "reasons": [why.reason.value for why in found],
        "why": [why.in_words for why in found],
        "set_apart": any(why.reason.quarantines for why in found),
    }
    return Entry(Kind.EVIDENCE_RECORDING_QUARANTINED, recording.handle, facts)
