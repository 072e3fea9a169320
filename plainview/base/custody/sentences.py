"""What each kind of event is called, and the sentence that tells it. The grammar is in `telling.py`.

Every sentence reads well without its bracketed parts: a fact may be withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

from plainview.base.custody.kinds import Kind

# kind: (what it is called, its sentence)
SENTENCES: Mapping[Kind, tuple[str, str]] = {
    Kind.CUSTODY_CHECKPOINT_HEARTBEAT: ("Heartbeat", "The log showed that it is alive."),
    Kind.CUSTODY_EVENT_READ: ("Event read", "{who} read the details of an event[: {told}]."),
    Kind.CUSTODY_LOG_MENDED: (
        "Log mended",
        "{who} mended the log[: {lost|lost leaf/lost leaves} put back from the published log].",
    ),
    Kind.EVIDENCE_DERIVATIVE_MADE: (
        "Copy made",
        "A copy was made for viewing[: {kind|words}][, {size|bytes}][, with {tool}].",
    ),
    Kind.EVIDENCE_FILE_DOWNLOADED: ("Downloaded", "{who} downloaded the file[ {name}]."),
    Kind.EVIDENCE_FILE_PLAYED: ("Played", "{who} played the file[, {duration_ms|length} of it]."),
    Kind.EVIDENCE_FILE_STORED: (
        "Stored",
        "Stored as it came[ through the {door} door][: {name}][, {size|bytes}][, SHA-256 {sha256}].",
    ),
    Kind.EVIDENCE_LIST_READ: ("List read", "{who} read the list of recordings[, {rows|row/rows}]."),
    Kind.EVIDENCE_PACKAGE_BUILT: (
        "Package built",
        "{who} built a package to hand out[ of {recordings|recording/recordings}].",
    ),
    Kind.EVIDENCE_RECORDING_CALL_NUMBERED: (
        "Call number",
        "{who} changed the call number[ from {old}][ to {new}].",
    ),
    Kind.EVIDENCE_RECORDING_CLASSED: (
        "Class",
        "{who} changed the class[ from {old|list}][ to {new|list}][, because: {reason}].",
    ),
    Kind.EVIDENCE_RECORDING_CREATED: (
        "Recording opened",
        "A recording was opened[ of camera {camera}][, officer {officer}][, {unit}][, {start|time}].",
    ),
    Kind.EVIDENCE_RECORDING_QUARANTINED: ("Set aside", "Something waits for a person to decide."),
    Kind.EVIDENCE_RECORDING_RESOLVED: ("Decided", "{who} decided what was waiting[: {verdict|words}][. {note}]."),
    Kind.EVIDENCE_RECORDING_VIEWED: ("Viewed", "{who} looked at the recording."),
    Kind.FLEET_CAMERA_ASSIGNED: (
        "Camera assigned",
        "The camera was given[ to officer {badge}][ to vehicle {vehicle}][ from {began|time}].",
    ),
    Kind.FLEET_CAMERA_REGISTERED: ("Camera registered", "The camera[ {serial}] was entered in the fleet list."),
    Kind.FLEET_LIST_IMPORTED: ("Fleet imported", "{who} imported a fleet list[ of {rows|row/rows}]."),
    Kind.INGEST_ARRIVAL_FAILED: ("Not stored", "A file could not be stored[: {name}][. {reason}]."),
    Kind.INGEST_LEFTOVER_SWEPT: ("Swept", "Bytes that never became evidence were removed[, {size|bytes}]."),
    Kind.PEOPLE_ACCOUNT_CREATED: ("Account created", "{who} created the account[ {username}]."),
    Kind.PEOPLE_ACCOUNT_DISABLED: ("Account disabled", "{who} disabled the account."),
    Kind.PEOPLE_ACCOUNT_ENABLED: ("Account enabled", "{who} enabled the account."),
    Kind.PEOPLE_ACCOUNT_LOCKED: ("Account locked", "The account was locked after failed attempts to log in."),
    Kind.PEOPLE_ACCOUNT_LOGGED_IN: ("Logged in", "{who} logged in."),
    Kind.PEOPLE_ACCOUNT_LOGGED_OUT: ("Logged out", "{who} logged out."),
    Kind.PEOPLE_ACCOUNT_RELEASED: ("Account released", "{who} released the locked account."),
    Kind.PEOPLE_LOGIN_FAILED: ("Login failed", "An attempt to log in failed."),
    Kind.PEOPLE_PASSWORD_CHANGED: ("Password changed", "{who} changed the password."),
    Kind.PEOPLE_ROLE_GRANTED: ("Role granted", "{who} granted the role[ {role}]."),
    Kind.PEOPLE_ROLE_REVOKED: ("Role revoked", "{who} revoked the role[ {role}]."),
    Kind.PEOPLE_ROSTER_IMPORTED: ("Roster imported", "{who} imported a roster[ of {rows|row/rows}]."),
    Kind.POLICY_VERSION_ADOPTED: (
        "Policy adopted",
        "{who} entered the policy[ {id}][ {version}][, in force from {effective}].",
    ),
}
