"""The events of a package with their proofs, the policy texts they name, and the key of the log."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping

from plainview.base.custody import place
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Item
from plainview.base.policy.models import PolicyVersion
from plainview.ledger.checkpoint import parse
from plainview.ledger.note import Verifier, split_note

_ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")  # what X.509 puts before the 32 bytes of a key


def adopted_policies() -> list[PolicyVersion]:
    """Returns every policy that was adopted: what an old one promised may still stand."""
    return list(PolicyVersion.objects.filter(state=PolicyVersion.State.ADOPTED).order_by("effective"))


def heads(handles: Collection[str]) -> dict[str, int]:
    """Returns how many events each item has."""
    return dict(Item.objects.filter(handle__in=handles).values_list("handle", "n"))


def events_of(ends: Mapping[str, int]) -> list[Event]:
    """Returns the events of these items up to where their chains are said to end."""
    found = Event.objects.filter(item_id__in=list(ends)).order_by("item_id", "n")
    return [event for event in found if event.n <= ends[event.item_id]]


def lines(events: Collection[Event], note: str) -> Iterator[bytes]:
    """Yields events.jsonl: one event a line, in the order of the log, each with its proof under the checkpoint."""
    size = parse(split_note(note)[0]).size
    log = place.tile_log()
    rows = Event.objects.filter(pk__in=[event.pk for event in events]).select_related("place").order_by("place__index")
    for event in rows.iterator(chunk_size=500):
        index = event.place.index
        row = {
            "leaf": bytes(event.leaf).decode(),
            "body": bytes(event.body).decode() if _goes_out(event) else None,
            "index": index,
            "proof": [each.hex() for each in log.inclusion(index, size)],
        }
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _goes_out(event: Event) -> bool:
    """Of a policy only its adoption: what people said of drafts is not this package's to tell."""
    return bool(event.body) and (
        not event.kind.startswith("policy.") or event.kind == Kind.POLICY_VERSION_ADOPTED.value
    )


def keys(vkey: str) -> bytes:
    """Returns keys.json."""
    value = {"format": "plainview-keys/1", "origin": Verifier(vkey).name, "vkey": vkey}
    return (json.dumps(value, indent=1) + "\n").encode()


def pem(vkey: str) -> bytes:
    """Returns the log's key as openssl reads it."""
    encoded = b64encode(_ED25519_SPKI + Verifier(vkey).public).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n".encode()
