"""Every kind of event that history knows, of all rooms, sorted. A kind is `room.object.verb`, in the past tense.

A retired kind stays as a comment: old leaves bear it for ever. A new kind needs a sentence in `sentences.py`.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    CUSTODY_CHECKPOINT_HEARTBEAT = "custody.checkpoint.heartbeat"
    CUSTODY_EVENT_READ = "custody.event.read"
    CUSTODY_LOG_MENDED = "custody.log.mended"
    EVIDENCE_DERIVATIVE_MADE = "evidence.derivative.made"
    EVIDENCE_FILE_DOWNLOADED = "evidence.file.downloaded"
    EVIDENCE_FILE_PLAYED = "evidence.file.played"
    EVIDENCE_FILE_STORED = "evidence.file.stored"
    EVIDENCE_LIST_READ = "evidence.list.read"
    EVIDENCE_PACKAGE_BUILT = "evidence.package.built"
    EVIDENCE_RECORDING_CALL_NUMBERED = "evidence.recording.call_numbered"
    EVIDENCE_RECORDING_CLASSED = "evidence.recording.classed"
    EVIDENCE_RECORDING_CREATED = "evidence.recording.created"
    EVIDENCE_RECORDING_QUARANTINED = "evidence.recording.quarantined"
    EVIDENCE_RECORDING_RESOLVED = "evidence.recording.resolved"
    EVIDENCE_RECORDING_VIEWED = "evidence.recording.viewed"
    FLEET_CAMERA_ASSIGNED = "fleet.camera.assigned"
    FLEET_CAMERA_REGISTERED = "fleet.camera.registered"
    FLEET_LIST_IMPORTED = "fleet.list.imported"
    INGEST_ARRIVAL_FAILED = "ingest.arrival.failed"
    INGEST_LEFTOVER_SWEPT = "ingest.leftover.swept"
    PEOPLE_ACCOUNT_CREATED = "people.account.created"
    PEOPLE_ACCOUNT_DISABLED = "people.account.disabled"
    PEOPLE_ACCOUNT_ENABLED = "people.account.enabled"
    PEOPLE_ACCOUNT_LOCKED = "people.account.locked"
    PEOPLE_ACCOUNT_LOGGED_IN = "people.account.logged_in"
    PEOPLE_ACCOUNT_LOGGED_OUT = "people.account.logged_out"
    PEOPLE_ACCOUNT_RELEASED = "people.account.released"
    PEOPLE_LOGIN_FAILED = "people.login.failed"
    PEOPLE_PASSWORD_CHANGED = "people.password.changed"
    PEOPLE_ROLE_GRANTED = "people.role.granted"
    PEOPLE_ROLE_REVOKED = "people.role.revoked"
    PEOPLE_ROSTER_IMPORTED = "people.roster.imported"
    POLICY_VERSION_ADOPTED = "policy.version.adopted"
