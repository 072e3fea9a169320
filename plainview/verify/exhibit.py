"""Checks single files: a receipt, a proof of the log, a signed checkpoint."""

from __future__ import annotations

import os
from pathlib import Path

from plainview.ledger import event, merkle
from plainview.ledger import proof as proofs
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.merkle import ProofError
from plainview.ledger.note import NoteError
from plainview.ledger.proof import BadProof, LogProof
from plainview.ledger.trust import Trust
from plainview.verify.history import Known, check_inclusion, read_known
from plainview.verify.reading import Digester, Unreadable, parse_object, read_small, read_text
from plainview.verify.report import Report
from plainview.verify.seal import check_seal, key_beside, own_keys

RECEIPT = "plainview-receipt/1"
_FIELDS = ("body", "checkpoint", "format", "index", "leaf", "origin", "proof", "vkey")
EXHIBIT_LIMIT = 64 << 20  # bytes

PROVES_EVENT = [
    "This event stood in the log before the log's key signed the checkpoint inside.",
    "The department can't change or drop it without contradicting its own signature.",
]
PROVES_NOT_EVENT = [
    "That what the event says is true: only that it was written down then and has not been changed since.",
    "What came before or after it in the history of the same item; a package shows that.",
    "Whose key it is, unless you got the key from elsewhere (--trust), nor that nobody was shown another log, "
    "unless witnesses are named above.",
]
PROVES_STATE = ["The log's key signed this size and this root."]
PROVES_NOT_STATE = ["What the log holds: its tiles and events are not in this file."]


def check_receipt(path: Path, trust: Trust | None, report: Report) -> None:
    """Checks a receipt: its event, the event's place in the log, the signature."""
    where = path.name
    report.kind, report.proves, report.proves_not = "a receipt", PROVES_EVENT, PROVES_NOT_EVENT
    try:
        given = parse_object(read_small(path, EXHIBIT_LIMIT), _FIELDS)
        if given["format"] != RECEIPT or not all(isinstance(given[k], str) for k in ("origin", "vkey", "checkpoint")):
            raise Unreadable("its format is unknown")
        own = own_keys(given["vkey"])
        known, data = read_known(given["leaf"], given["body"], given["index"])
    except (Unreadable, NoteError) as problem:
        report.damaged(f"The receipt is damaged: {problem}.", where)
        return
    stated = check_seal(given["checkpoint"], trust, own, where, report)
    if stated is None:
        return
    if stated.origin != given["origin"]:
        report.damaged("The checkpoint inside is of another log than the receipt says.", where)
        return
    try:
        check_inclusion(data, known.index, given["proof"], stated)
    except Unreadable as problem:
        report.damaged(f"The event is not proved: {problem}.", where)
        return
    _say_event(known, where, report)
    _compare_neighbor(known, path, report)


def _say_event(known: Known, where: str, report: Report) -> None:
    leaf = known.leaf
    body = "its private body fits" if known.body is not None else "its private body is not in the receipt"
    report.holds(
        f"It is event {known.index:,} of the log: {leaf.kind}, number {leaf.n:,} of item {leaf.handle}, "
        f"logged {event.format_time(leaf.logged_at)}; {body}.",
        where,
    )
    if known.text("sha256"):
        report.holds(f"It speaks of a file with the SHA-256 {known.text('sha256')}.", where)


def _compare_neighbor(known: Known, path: Path, report: Report) -> None:
    """A watched folder has the receipt beside the file: then the file itself can be compared."""
    name, digest = known.text("name"), known.text("sha256")
    if not name or not digest or os.sep in name or not (path.parent / name).is_file():
        return
    digester = Digester()
    try:
        found = digester.read(path.parent / name, ["sha256"])
    except (Unreadable, OSError):
        return
    finally:
        digester.close()
    if found.hashes["sha256"].hex() == digest:
        report.holds("The file beside the receipt is the one that it speaks of, byte for byte.", name)
    else:
        report.notice("The file of that name beside the receipt is NOT the one that it speaks of.", name)


def check_proof(path: Path, trust: Trust | None, report: Report) -> None:
    """Checks a proof file. The entry is its extra data, or the file beside it of the same name without the ending."""
    where = path.name
    report.kind, report.proves, report.proves_not = "a proof of the log", PROVES_EVENT, PROVES_NOT_EVENT
    try:
        found = proofs.parse_proof(read_text(path, EXHIBIT_LIMIT))
    except (Unreadable, BadProof) as problem:
        report.damaged(f"The proof is damaged: {problem}.", where)
        return
    stated = check_seal(found.checkpoint, trust, key_beside(path), where, report)
    if stated is None:
        return
    entry = _entry(found, path)
    if entry is None:
        _check_shape(found, stated, where, report)
        return
    try:
        merkle.verify_inclusion(merkle.leaf_hash(entry), found.index, stated.size, found.path, stated.root)
    except ProofError as problem:
        report.damaged(f"The entry is not proved: {problem}.", where)
        return
    report.holds(f"The entry is number {found.index:,} of the log.", where)


def _entry(found: LogProof, path: Path) -> bytes | None:
    """The entry is authenticated by the proof itself, so it does not matter where it was found."""
    if found.extra is not None:
        return found.extra
    try:
        return read_small(path.with_suffix(""), 65_535) if path.suffix else None
    except Unreadable:
        return None


def _check_shape(found: LogProof, stated: Checkpoint, where: str, report: Report) -> None:
    try:
        wanted = len(merkle.inclusion_proof(found.index, stated.size, lambda level, index: bytes(32)))
    except ProofError as problem:
        report.damaged(f"The proof can't be right: {problem}.", where)
        return
    if len(found.path) != wanted:
        report.damaged(f"The proof has {len(found.path)} hashes; for this place it takes {wanted}.", where)
        return
    report.unchecked(
        f"What entry {found.index:,} is can't be checked: put the entry beside the proof, under the same name "
        "without its ending.",
        where,
    )


def check_note(path: Path, trust: Trust | None, report: Report) -> None:
    """Checks a signed checkpoint on its own."""
    report.kind, report.proves, report.proves_not = "a signed checkpoint", PROVES_STATE, PROVES_NOT_STATE
    try:
        note = read_text(path, EXHIBIT_LIMIT)
    except Unreadable as problem:
        report.damaged(f"The checkpoint can't be read: {problem}.", path.name)
        return
    check_seal(note, trust, key_beside(path), path.name, report)
