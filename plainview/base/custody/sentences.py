"""What each kind of event is called, and the sentence that tells it. The grammar is in `telling.py`.

Every sentence reads well without its bracketed parts: a fact may be withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

from plainview.base.custody.kinds import Kind

# kind: (what it is called, its sentence)
SENTENCES: Mapping[Kind, tuple[str, str]] = {
    Kind.ACTIVATION_AUDIT_RUN: (
        "Audit run",
        "{who} compared calls with recordings[ from {from}][ to {to}][: {dispatches|dispatch/dispatches}]"
        "[, {recorded} recorded][, {not_recorded} not recorded].",
    ),
    Kind.ACTIVATION_DRIFT_CONFIRMED: (
        "Clock corrected",
        "{who} confirmed that the clock of camera[ {serial}] was[ {seconds} seconds] off.",
    ),
    Kind.ACTIVATION_DRIFT_WITHDRAWN: (
        "Clock correction withdrawn",
        "{who} took back the clock correction of camera[ {serial}][, because: {reason}].",
    ),
    Kind.ACTIVATION_FINDINGS_EXPORTED: ("Findings taken out", "{who} took findings out as a file[, {rows|row/rows}]."),
    Kind.ACTIVATION_FINDINGS_READ: ("Findings read", "{who} read findings[: {what}]."),
    Kind.ACTIVATION_REASON_GIVEN: (
        "Reason given",
        "{who} gave a reason for a missing recording[ of call {call}][: {reason}].",
    ),
    Kind.BOOKS_ALARM_CLOSED: ("Alarm closed", "{who} closed the alarm[, because: {why}]."),
    Kind.BOOKS_ALARM_RAISED: (
        "Alarm",
        "The books don't agree with what is there[: {count|finding/findings}][, {summary}].",
    ),
    Kind.BOOKS_ALARM_WIDENED: ("Alarm widened", "The same sweep found more[: {count|finding/findings} in all]."),
    Kind.BOOKS_BALANCE_STRUCK: (
        "Books",
        "The books were struck[: {items_in|item/items} in][, {items_held} held][, {items_destroyed} destroyed]"
        "[, {items_quarantined} in quarantine][, {differences|difference/differences}].",
    ),
    Kind.BOOKS_LETTER_TAKEN: ("Letter taken", "{who} took the draft of the letter[ to {agency}]."),
    Kind.STORAGE_BACKUP_MADE: (
        "Backup",
        "{who} made a backup[ of {objects|object/objects}][, the log at {size} entries].",
    ),
    Kind.STORAGE_BACKUP_RESTORED: ("Restored", "{who} restored a backup[ made {made_at|time}]."),
    Kind.STORAGE_MOVE_BEGUN: ("Move begun", "{who} began to move the stored files[ to {to}][: {items|file/files}]."),
    Kind.STORAGE_MOVE_COPY_BAD: ("Bad copy", "The copy of a stored file was bad[: {says}]. The original stays."),
    Kind.STORAGE_MOVE_FINISHED: (
        "Move finished",
        "Stored files were copied and compared from the new place[: {items|file/files}][, {bad} bad].",
    ),
    Kind.STORAGE_MOVE_RELEASE_BEGUN: (
        "Release begun",
        "{who} gave up the old place of the stored files[: {items|file/files}].",
    ),
    Kind.STORAGE_MOVE_RELEASED: ("Old place released", "The old copies were removed[: {items|file/files}]."),
    Kind.DISPOSAL_BATCH_ANNOUNCED: (
        "Destruction announced",
        "{who} announced the destruction[ of {recordings|recording/recordings}][, {bytes} bytes] in the published log"
        "[, for {waiting_days} days].",
    ),
    Kind.DISPOSAL_BATCH_APPROVED: ("Destruction approved", "{who} approved the destruction[: {note}]."),
    Kind.DISPOSAL_BATCH_BEGUN: (
        "Destruction begun",
        "{who} began the destruction[ of {recordings|recording/recordings}].",
    ),
    Kind.DISPOSAL_BATCH_DRAFTED: (
        "Destruction listed",
        "{who} listed what may go[: {recordings|recording/recordings}][, before its time, because: {reason}].",
    ),
    Kind.DISPOSAL_BATCH_FINISHED: (
        "Destruction finished",
        "The destruction came to its end[: {recordings|recording/recordings} destroyed][, {spared} spared].",
    ),
    Kind.DISPOSAL_BATCH_READ: ("Destruction read", "{who} looked at the list of what is to be destroyed."),
    Kind.DISPOSAL_BATCH_REVIEWED: (
        "Destruction reviewed",
        "{who} reviewed the list[: {going|recording/recordings} may go][, {kept} stay][, saying: {reason}].",
    ),
    Kind.DISPOSAL_BATCH_STOPPED: ("Destruction stopped", "Nothing was destroyed[, because: {why}]."),
    Kind.DISPOSAL_BATCH_WITHDRAWN: ("Destruction withdrawn", "{who} withdrew the destruction[, because: {reason}]."),
    Kind.DISPOSAL_CERTIFICATE_TAKEN: ("Certificate taken", "{who} took the certificate of destruction[ as {form}]."),
    Kind.DISPOSAL_EPOCH_CLOSED: (
        "Month's key destroyed",
        "The key of the month[ {epoch}] was destroyed: no backup of it can be opened any more.",
    ),
    Kind.DISPOSAL_RECORDING_DECIDED: (
        "Decided at its end",
        "{who} decided that this recording may[ {decision}][, because: {reason}].",
    ),
    Kind.DISPOSAL_RECORDING_DESTROYED: (
        "Destroyed",
        "The recording was destroyed[ under clause {clause}][: {files|file/files}][, {bytes} bytes]."
        " Its history stays.",
    ),
    Kind.DISPOSAL_RECORDING_SPARED: ("Spared", "The recording was to be destroyed and stays[, because: {why}]."),
    Kind.EVIDENCE_CLASSES_CHANGED: (
        "Classes changed",
        "{who} changed the classes[ of {count|recording/recordings}] at once[, because: {reason}].",
    ),
    Kind.EVIDENCE_CLASSES_UNDONE: (
        "Change undone",
        "{who} undid a change of classes[ of {count|recording/recordings}].",
    ),
    Kind.EVIDENCE_LOWERING_ASKED: (
        "Lowering asked",
        "{who} asked to change the class[ from {old|list}][ to {new|list}][, because: {reason}]; "
        "a second person has to agree.",
    ),
    Kind.EVIDENCE_LOWERING_REFUSED: (
        "Lowering refused",
        "{who} refused to change the class[ to {new|list}][, because: {reason}].",
    ),
    Kind.EVIDENCE_PLACE_MARKED: ("Private place", "{who} marked a private place[: {decision|words}]."),
    Kind.EVIDENCE_PLACE_WITHDRAWN: (
        "Private place withdrawn",
        "{who} took back the mark of a private place[, because: {reason}].",
    ),
    Kind.EVIDENCE_RECORDING_CORRECTED: (
        "Corrected",
        "What the file of recordings says of it was corrected[: {changed|list}].",
    ),
    Kind.EVIDENCE_RECORDING_UNLINKED: (
        "Unlinked",
        "The recording was untied from[ call {call}][ {matter|name}][, because: {why}].",
    ),
    Kind.FLEET_CAMERA_FAULT_ENDED: ("Fault ended", "The camera works again[ since {ended|time}]."),
    Kind.FLEET_CAMERA_FAULT_REPORTED: (
        "Fault",
        "{who} reported that the camera did not work[ from {began|time}][ to {ended|time}][: {what}].",
    ),
    Kind.FLEET_FAULTS_IMPORTED: ("Faults imported", "{who} imported a list of camera faults[ of {rows|row/rows}]."),
    Kind.INCIDENTS_LIST_EXPORTED: ("List taken out", "{who} took a list out as a file[: {list}][, {rows|row/rows}]."),
    Kind.INCIDENTS_MATTER_CORRECTED: ("Corrected", "{who} corrected what is known of the matter[: {changed|list}]."),
    Kind.INCIDENTS_MATTER_MERGED: (
        "Taken over",
        "The matter[ {number}] that a rule had opened was taken over by[ {into}][, because: {why}].",
    ),
    Kind.INCIDENTS_MATTER_READ: ("Matter read", "{who} looked at the matter."),
    Kind.INCIDENTS_MATTER_UNLINK_ASKED: (
        "Untying asked",
        "{who} asked to untie the matter from[ call {call}][ {recording|name}][, because: {why}]; "
        "a second person has to agree.",
    ),
    Kind.INCIDENTS_MATTER_UNLINK_REFUSED: (
        "Untying refused",
        "{who} left the matter tied to[ call {call}][ {recording|name}][, because: {why}].",
    ),
    Kind.INCIDENTS_MATTER_UNLINKED: (
        "Unlinked",
        "{who} untied the matter from[ call {call}][ {recording|name}][, because: {why}].",
    ),
    Kind.INCIDENTS_CALL_READ: ("Call read", "{who} looked at a call[: {call}]."),
    Kind.INCIDENTS_FEED_KEY_MADE: ("Key made", "{who} made a key for a program[: {name}]."),
    Kind.INCIDENTS_FEED_KEY_REVOKED: ("Key revoked", "{who} revoked the key of a program[: {name}]."),
    Kind.INCIDENTS_ROW_CORRECTED: ("Row corrected", "{who} corrected a row that could not go in[: row {row}]."),
    Kind.INCIDENTS_ROW_SET_ASIDE: ("Row set aside", "{who} set a row aside[: row {row}][, because: {why}]."),
    Kind.INCIDENTS_TABLE_HANDED_IN: ("Table handed in", "{who} handed in a table[: {name}]."),
    Kind.INCIDENTS_TABLE_REFUSED: ("Table refused", "Nothing of the table was taken[: {why}]."),
    Kind.INCIDENTS_ROWS_MENDED: (
        "Rows mended",
        "{who} mended rows that had been parked[: {taken} taken][, {parked} still parked].",
    ),
    Kind.RETENTION_DRAFT_SIMULATED: (
        "Draft simulated",
        "{who} asked what a draft of the policy would change[: {moved|recording/recordings} moved].",
    ),
    Kind.RETENTION_DUE_EXPORTED: (
        "Due list taken out",
        "{who} took out the list of what is due[ on {on}][, {rows|row/rows}].",
    ),
    Kind.RETENTION_DUE_READ: ("Due list read", "{who} read the list of what is due[ on {on}]."),
    Kind.REVIEW_CYCLE_DRAWN: (
        "Reviews drawn",
        "Recordings to review were drawn by chance[ for {cycle}][: {tasks|recording/recordings}].",
    ),
    Kind.REVIEW_LIST_EXPORTED: ("Reviews exported", "{who} took reviews out as a table[: {rows|row/rows}]."),
    Kind.REVIEW_LIST_READ: ("Reviews read", "{who} looked at reviews[: {what}]."),
    Kind.REVIEW_TASK_DONE: ("Reviewed", "{who} reviewed the recording[: {outcomes|list}]."),
    Kind.REVIEW_TASK_SKIPPED: ("Review skipped", "{who} skipped the review[, because: {reason}]."),
    Kind.REVIEW_TASK_TOLD: ("Review due", "The recording is to be reviewed[, {why}]."),
    Kind.CUSTODY_CHECKPOINT_HEARTBEAT: ("Heartbeat", "The log showed that it is alive."),
    Kind.CUSTODY_EVENT_READ: ("Event read", "{who} read the details of an event[: {told}]."),
    Kind.CUSTODY_HISTORY_READ: ("History read", "{who} read what happened to an item[: {kind} {item}]."),
    Kind.CUSTODY_LOG_MENDED: (
        "Log mended",
        "{who} mended the log[: {lost|lost leaf/lost leaves} put back from the published log].",
    ),
    Kind.EVIDENCE_DERIVATIVE_MADE: (
        "Copy made",
        "A copy was made for viewing[: {kind|words}][, {size|bytes}][, with {tool}].",
    ),
    Kind.EVIDENCE_FILE_DOWNLOADED: ("Downloaded", "{who} downloaded the file[ {name}]."),
    Kind.EVIDENCE_FILE_PLAYED: (
        "Played",
        "{who} played the file[: {bytes|bytes}][ of {of_bytes|bytes}][, from {began|time}][ to {ended|time}].",
    ),
    Kind.EVIDENCE_FILE_PREPARED: (
        "Prepared",
        "The file was made ready to look at[: it is {playable|words}][. {why_not}].",
    ),
    Kind.EVIDENCE_FILE_STORED: (
        "Stored",
        "Stored as it came[ through the {door} door][: {name}][, {size|bytes}][, SHA-256 {sha256}].",
    ),
    Kind.EVIDENCE_HOLD_KEPT: ("Hold kept", "{who} decided that the hold stays[, because: {reason}]."),
    Kind.EVIDENCE_HOLD_LIFTED: ("Hold lifted", "{who} lifted the hold[, because: {reason}]."),
    Kind.EVIDENCE_HOLD_LIFT_ASKED: (
        "Lifting asked",
        "{who} asked to lift the hold[, because: {reason}]; a second person has to agree.",
    ),
    Kind.EVIDENCE_HOLD_PLACED: ("Hold placed", "{who} placed a hold[, because: {reason}]."),
    Kind.EVIDENCE_LIST_EXPORTED: ("List exported", "{who} took the list of recordings as a table."),
    Kind.EVIDENCE_LIST_READ: ("List read", "{who} read the list of recordings[, {shown|row/rows}]."),
    Kind.EVIDENCE_PACKAGE_ABANDONED: ("Package abandoned", "The package was not handed over after all[: {why}]."),
    Kind.EVIDENCE_PACKAGE_BUILT: (
        "Package built",
        "{who} built a package to hand out[ of {recordings|recording/recordings}][, for {matter|name}]"
        "[; {missing|recording/recordings} could not be inside].",
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
    Kind.EVIDENCE_RECORDING_EXTENDED: (
        "File added",
        "Another file became part of the recording[, because {why}][. It now lasts {new.duration_ms|length}].",
    ),
    Kind.EVIDENCE_RECORDING_LINKED: (
        "Linked",
        "The recording was tied to[ call {call}][ {matter|name}][, because: {why}].",
    ),
    Kind.EVIDENCE_RECORDING_PACKAGED: ("Packaged", "{who} put a copy of the recording into a package to hand out."),
    Kind.EVIDENCE_RECORDING_QUARANTINED: ("Set aside", "Something waits for a person to decide[: {why|list}]."),
    Kind.EVIDENCE_RECORDING_RESOLVED: ("Decided", "{who} decided what was waiting[: {verdict|words}][. {note}]."),
    Kind.EVIDENCE_RECORDING_TITLED: ("Title", "{who} changed the title[ from {old}][ to {new}]."),
    Kind.EVIDENCE_RECORDING_VIEWED: ("Viewed", "{who} looked at the recording."),
    Kind.EVIDENCE_RECORDINGS_IMPORTED: (
        "Recordings imported",
        "{who} imported recordings held elsewhere[ from {name}][: {rows|row/rows}][, {taken} new][, {parked} parked].",
    ),
    Kind.FLEET_CAMERA_ASSIGNED: (
        "Camera assigned",
        "The camera was given[ to officer {badge}][ to vehicle {vehicle}][ from {began|time}].",
    ),
    Kind.FLEET_CAMERA_CHANGED: (
        "Camera corrected",
        "{who} corrected what the fleet list says of the camera[ {serial}].",
    ),
    Kind.FLEET_CAMERA_REGISTERED: ("Camera registered", "The camera[ {serial}] was entered in the fleet list."),
    Kind.FLEET_LIST_EXPORTED: ("Fleet taken out", "{who} took the fleet list out as a file[, {rows|row/rows}]."),
    Kind.FLEET_LIST_IMPORTED: ("Fleet imported", "{who} imported a fleet list[ of {rows|row/rows}]."),
    Kind.INCIDENTS_CALLS_IMPORTED: (
        "Calls imported",
        "{who} imported calls[ from {name}][: {rows|row/rows}][, {taken} new][, {changed} corrected]"
        "[, {parked} parked].",
    ),
    Kind.INCIDENTS_MATTERS_IMPORTED: ("Matters imported", "{who} imported matters[ from {name}][: {rows|row/rows}]."),
    Kind.INCIDENTS_MATTER_LINKED: (
        "Linked",
        "{who} tied the matter to[ call {call}][ {recording|name}][, because: {why}].",
    ),
    Kind.INCIDENTS_MATTER_MOVED: (
        "Status",
        "The matter moved[ from {from_status}][ to {status}][ on {status_on}][, because: {reason}].",
    ),
    Kind.INCIDENTS_MATTER_OPENED: (
        "Matter opened",
        "{who} opened a matter[: {kind}][, {status}][ since {status_on}][, from {file}][, by clause {clause}]"
        "[, because: {reason}].",
    ),
    Kind.INGEST_ARRIVAL_FAILED: ("Not stored", "A file could not be stored[: {name}][. {reason}]."),
    Kind.INGEST_LEFTOVER_SWEPT: ("Swept", "Bytes that never became evidence were removed[, {size|bytes}]."),
    Kind.NOTICES_NOTICE_DONE: ("Notice done", "{who} marked a notice as done[: {subject}]."),
    Kind.NOTICES_NOTICE_ESCALATED: ("Notice escalated", "A notice that was overdue went to a supervisor[: {subject}]."),
    Kind.NOTICES_NOTICE_MAILED: ("Notice mailed", "A notice was sent by e-mail[: {subject}]."),
    Kind.NOTICES_NOTICE_READ: ("Notice read", "{who} read a notice[: {subject}]."),
    Kind.NOTICES_NOTICE_TOLD: ("Notice", "The account was told[: {subject}][, due {due}]."),
    Kind.PEOPLE_ACCOUNT_CREATED: ("Account created", "{who} created the account[ {username}]."),
    Kind.PEOPLE_ACCOUNT_DISABLED: ("Account disabled", "{who} disabled the account[, because: {reason}]."),
    Kind.PEOPLE_ACCOUNT_ENABLED: ("Account enabled", "{who} enabled the account[, because: {reason}]."),
    Kind.PEOPLE_ACCOUNT_LOCKED: ("Account locked", "The account was locked after failed attempts to log in."),
    Kind.PEOPLE_ACCOUNT_LOGGED_IN: ("Logged in", "{who} logged in."),
    Kind.PEOPLE_ACCOUNT_LOGGED_OUT: ("Logged out", "{who} logged out."),
    Kind.PEOPLE_ACCOUNT_RELEASED: ("Account released", "{who} released the locked account."),
    Kind.PEOPLE_AGENCY_CREATED: ("Department created", "The department was entered[: {name}]."),
    Kind.PEOPLE_AGENCY_RENAMED: ("Department renamed", "{who} renamed the department[ to {name.new}]."),
    Kind.PEOPLE_LIST_EXPORTED: ("List taken out", "{who} took a list out as a file[: {list}][, {rows|row/rows}]."),
    Kind.PEOPLE_LOGIN_FAILED: ("Login failed", "An attempt to log in failed[ as {username}][, at the {step}]."),
    Kind.PEOPLE_PASSWORD_CHANGED: ("Password changed", "{who} changed the password."),
    Kind.PEOPLE_PASSWORD_RESET: ("Password reset", "{who} replaced the password by a temporary one."),
    Kind.PEOPLE_ROLE_GRANTED: ("Role granted", "{who} granted the role[ {role}]."),
    Kind.PEOPLE_ROLE_REFUSED: ("Role refused", "{who} tried to take a role[ ({role})] and was refused."),
    Kind.PEOPLE_ROLE_REVOKED: ("Role revoked", "{who} revoked the role[ {role}]."),
    Kind.PEOPLE_ROSTER_IMPORTED: ("Roster imported", "{who} imported a roster[ of {rows|row/rows}]."),
    Kind.PEOPLE_SECOND_FACTOR_ADDED: ("Second factor added", "{who} set up a second factor[: {factor|words}]."),
    Kind.PEOPLE_SECOND_FACTOR_REMOVED: ("Second factor removed", "{who} removed a second factor[: {factor|words}]."),
    Kind.PEOPLE_SECOND_FACTOR_RESET: ("Second factor reset", "{who} removed the second factors of the account."),
    Kind.PEOPLE_SESSION_ENDED: ("Sessions ended", "{who} ended sessions of the account[: {sessions_ended}]."),
    Kind.POLICY_VERSION_ADOPTED: (
        "Policy adopted",
        "{who} entered the adoption of the policy[ {id}][ {version}][ by the {adopted_by}]"
        "[, in force from {effective}].",
    ),
    Kind.POLICY_VERSION_COMMENTED: (
        "Policy comment",
        "{who} entered a comment on the policy text[, on clause {clause}][, said by the {voice}][ ({name})].",
    ),
    Kind.POLICY_VERSION_DRAFTED: ("Policy drafted", "{who} entered a draft of the policy[ {id}][ {version}]."),
    Kind.POLICY_VERSION_PUBLISHED: (
        "Policy published",
        "{who} published the policy text[ {id}][ {version}] for comment[ until the end of {comments_until}].",
    ),
    Kind.POLICY_VERSION_REVISED: ("Policy revised", "{who} revised the draft of the policy[ {id}][ {version}]."),
    Kind.POLICY_VERSION_WITHDRAWN: (
        "Policy withdrawn",
        "{who} withdrew the policy text[ {id}][ {version}][, because: {why}].",
    ),
}
