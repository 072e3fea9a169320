"""The signature over the log's state: whose it is, and whether anyone outside has seen the same state."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from plainview.ledger import checkpoint as checkpoints
from plainview.ledger import note as notes
from plainview.ledger.checkpoint import BadCheckpoint, Checkpoint
from plainview.ledger.note import NoteError, OpenedNote, Unsigned, Verifier
from plainview.ledger.trust import Trust
from plainview.verify.reading import Unreadable, read_text
from plainview.verify.report import Report

OWN_KEYS = (
    "The key that came with it was used: it shows that everything fits together, not whose it is. "
    "Get the key from the department's public page and repeat with --trust FILE."
)
NOT_WITNESSED = (
    "Not witnessed: nobody outside has signed that they saw this state of the log, so another person may have been "
    "shown another one."
)


def own_keys(*vkeys: str) -> Trust:
    """Returns the trust that a package, receipt or log brings along. Raises NoteError for what is not a key."""
    return Trust(logs=[Verifier(each) for each in vkeys])


def key_beside(path: Path) -> Trust | None:
    """Returns the key that the log's folder publishes beside its checkpoint, if it does."""
    try:
        return own_keys(read_text(path.parent / "vkey", 10_000).strip())
    except (Unreadable, NoteError):
        return None


def check_seal(note: str, trust: Trust | None, own: Trust | None, where: str, report: Report) -> Checkpoint | None:
    """Checks a signed checkpoint and returns what it states, or None where nothing may rest on it."""
    try:
        text, _ = notes.split_note(note)
        stated = checkpoints.parse(text)
    except (NoteError, BadCheckpoint) as problem:
        report.damaged(f"It is not a signed checkpoint: {problem}.", where)
        return None
    believed = trust or own
    if believed is None:
        report.unchecked("Its signature can't be checked: no key is known. Give one with --trust FILE.", where)
        return None
    try:
        opened = notes.open_note(note, believed.verifiers)
    except Unsigned:
        _say_unsigned(note, believed, trust is not None, where, report)
        return None
    except NoteError as problem:
        report.damaged(f"The signature is wrong: {problem}.", where)
        return None
    if not _by_the_log(stated, opened, believed):
        report.damaged(f"No key of the log {stated.origin!r:.80} has signed it, only others.", where)
        return None
    _say_signed(stated, opened, where, report)
    if trust is None:
        report.notice(OWN_KEYS, where)
    _check_witnesses(opened, believed, where, report)
    return stated


def _say_unsigned(note: str, believed: Trust, named: bool, where: str, report: Report) -> None:
    known = {(each.name, each.key_id) for each in believed.verifiers}
    if any((each.name, each.key_id) in known for each in notes.split_note(note)[1]):
        report.unchecked("Its signature is of a kind (ML-DSA) that needs the Python package cryptography.", where)
    elif named:
        report.damaged("None of the keys that you trust has signed it.", where)
    else:
        report.damaged("The key that came with it has not signed it.", where)


def _by_the_log(stated: Checkpoint, opened: OpenedNote, believed: Trust) -> bool:
    keys = {(each.name, each.key_id) for each in believed.logs if each.name == stated.origin}
    return any((each.name, each.key_id) in keys for each in opened.signatures)


def _say_signed(stated: Checkpoint, opened: OpenedNote, where: str, report: Report) -> None:
    report.holds(
        f"The log {stated.origin} has signed that it holds {stated.size:,} events with the root {stated.root.hex()}.",
        where,
    )
    for each in opened.unchecked:
        report.notice(f"A signature by {each.name} was not checked: it needs the Python package cryptography.", where)


def _check_witnesses(opened: OpenedNote, believed: Trust, where: str, report: Report) -> None:
    keys = {(each.name, each.key_id) for each in believed.witnesses.values()}
    seen = [each for each in opened.signatures if (each.name, each.key_id) in keys]
    for each in seen:
        report.holds(f"The witness {each.name} saw the same state of the log{_when(each.signed_at)}.", where)
    if not believed.witnessed([(each.name, each.key_id) for each in seen]):
        if {(each.name, each.key_id) for each in opened.unchecked} & keys:
            report.unchecked("Whether enough witnesses signed depends on a signature that can't be checked.", where)
        else:
            report.damaged("Fewer witnesses than your trust file asks for have signed this state of the log.", where)
    elif not seen:
        report.notice(NOT_WITNESSED, where)


def _when(unix: int | None) -> str:
    if not unix:
        return ""
    try:
        return f" on {datetime.fromtimestamp(unix, UTC):%Y-%m-%d at %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
