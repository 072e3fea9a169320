"""Receipts: what a dock, a camera or a person takes away to prove later that an event is in the log.

A receipt is one JSON object in UTF-8, written with an indent for people; readers must not rely on spacing or key order.

    format       "plainview-receipt/1"
    origin       the name of the log, also the first line of the checkpoint
    vkey         the verifier key of the log (c2sp.org/signed-note); a reader who trusts somebody else's copy compares
    leaf         the exact leaf as text: its UTF-8 bytes are the entry of the log (canonical JSON, see ledger/event.py)
    body         the exact body as text (UTF-8 bytes), or null where it was left out: it holds private facts
    index        the place of the leaf in the log, from 0
    proof        the inclusion proof: hashes in lower-case hex, the sibling of the leaf first (RFC 9162, 2.1.3)
    checkpoint   the signed checkpoint as text, exactly as published: origin, size, root, blank line, signatures

To check one: the signature of `checkpoint` by `vkey`; its first line is `origin`; `proof` leads from
SHA-256(0x00 ‖ leaf) at `index` to the root of the checkpoint at its size; `body_digest(body)` is the leaf's "b".
That proves: these facts were in the log before the checkpoint was signed, and the log can't drop or change them without
contradicting its own signature. It doesn't prove that the facts are true, nor (unwitnessed) that nobody was shown
another log. Whoever holds the file that the facts speak of compares its SHA-256 with `body`'s field "sha256".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from plainview.base.custody import checkpoints, keys, place
from plainview.base.custody.models import Event, Leaf
from plainview.ledger.proof import format_proof

FORMAT = "plainview-receipt/1"


class NotInLog(LookupError):
    """No signed checkpoint covers the event yet; sequencer.settle() waits for one."""


@dataclass(frozen=True)
class Proof:
    """Where an event stands in the log, and what shows it."""

    index: int
    size: int  # of the log at the checkpoint
    path: list[bytes]
    checkpoint: str  # the signed note

    def text(self) -> str:
        """Returns the proof as a file of its own (c2sp.org/tlog-proof)."""
        return format_proof(self.index, self.path, self.checkpoint)


def proof_of(event: Event) -> Proof:
    """Returns the proof under the latest checkpoint. Raises NotInLog while there is none."""
    index = Leaf.objects.filter(event_id=event.pk).values_list("index", flat=True).first()
    checkpoint = checkpoints.latest()
    if index is None or checkpoint is None or index >= checkpoint.size:
        raise NotInLog(f"event {event.pk} is not under a signed checkpoint yet")
    path = place.tile_log().inclusion(index, checkpoint.size)
    return Proof(index, checkpoint.size, path, checkpoint.note)


def receipt(event: Event, *, with_body: bool = True) -> bytes:
    """Returns the receipt of an event that is in the log. Raises NotInLog."""
    proof, signer = proof_of(event), keys.signer_of_log()
    return _encode(
        {
            "format": FORMAT,
            "origin": signer.name,
            "vkey": signer.vkey,
            "leaf": bytes(event.leaf).decode(),
            "body": bytes(event.body).decode() if with_body and event.body else None,
            "index": proof.index,
            "proof": [each.hex() for each in proof.path],
            "checkpoint": proof.checkpoint,
        }
    )


def write_receipt(event: Event, path: Path) -> Path:
    """Writes the receipt, durable when it returns, whole or not at all; replaces an earlier one of the same name."""
    place.write_durably(path, receipt(event).decode())
    return path


def _encode(fields: dict[str, object]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()
