"""The bytes of one event: a private body of salted fields, and the public leaf that commits to it.

A body is a list of fields [salt, key, value]. The leaf carries the SHA-256 of the sorted SHA-256 digests of the fields,
so that a field can be withheld (its digest stands in its place) and the rest still verifies.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from plainview.ledger import canonical
from plainview.ledger.canonical import Json

LEAF_LIMIT = 8 * 1024  # bytes
SALT_SIZE = 32

KIND = re.compile(r"[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)+")

_HEX64 = re.compile(r"[0-9a-f]{64}")
# A leaf has one spelling, so one pattern reads it: its fields in their order, each with the JSON text it may have.
_SPELLING = {
    "b": r'"([0-9a-f]{64})"',
    "f": r"(\{.+\})",
    "h": r'"([0-9a-f]{32})"',
    "id": r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"',
    "k": f'"({KIND.pattern})"',
    "n": r"([1-9][0-9]{0,15})",
    "p": r'(?:null|"([0-9a-f]{64})")',
    "pol": r'(?:null|"([0-9a-f]{64})")',
    "t": r'"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)"',
    "v": r"(1)",
}
_OPTIONAL = "f"
_LEAF = re.compile(
    ("{" + "".join(f'(?:"{k}":{v},)?' if k == _OPTIONAL else f'"{k}":{v},' for k, v in _SPELLING.items())).encode()[:-1]
    + b"}"
)


Triple = tuple[str, str, Json]


class BadEvent(ValueError):
    """Bytes that are not a body or a leaf."""


def uuid7() -> uuid.UUID:
    """Returns a time-ordered identifier (RFC 9562 version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)


def make_body(fields: Mapping[str, Json]) -> bytes:
    """Returns the canonical bytes of the fields, each with a fresh salt, in the order of their keys."""
    return sealed_body(fields)[0]


def sealed_body(fields: Mapping[str, Json]) -> tuple[bytes, bytes]:
    """Returns a new body and its digest, without reading back what was just written."""
    triples = [canonical.encode([os.urandom(SALT_SIZE).hex(), key, fields[key]]) for key in sorted(fields)]
    digests = sorted([sha256(triple).digest() for triple in triples])
    return b"[" + b",".join(triples) + b"]", sha256(b"".join(digests)).digest()


def read_body(body: bytes) -> dict[str, Json]:
    """Returns the fields that the body discloses. Raises BadEvent for bytes that are not a body."""
    return {each[1]: each[2] for each in _triples(body) if not isinstance(each, str)}


def withheld(body: bytes) -> int:
    """Returns how many fields of the body are withheld."""
    return sum(isinstance(each, str) for each in _triples(body))


def withhold(body: bytes, keys: Iterable[str]) -> bytes:
    """Returns the body with the fields of these names replaced by their digests. It keeps its digest."""
    hidden = set(keys)
    shown: list[Json] = []
    digests: list[str] = []
    for each in _triples(body):
        if isinstance(each, str):
            digests.append(each)
        elif each[1] in hidden:
            digests.append(sha256(canonical.encode(each)).hexdigest())
        else:
            shown.append(each)
    return canonical.encode([*shown, *sorted(digests)])


def body_digest(body: bytes) -> bytes:
    """Returns what the leaf says of a body. Raises BadEvent for bytes that are not a body."""
    digests = [
        bytes.fromhex(each) if isinstance(each, str) else sha256(canonical.encode(each)).digest()
        for each in _triples(body)
    ]
    return sha256(b"".join(sorted(digests))).digest()


def _triples(body: bytes) -> list[Triple | str]:
    """Fields in the order of their keys, then the digests of withheld ones in theirs: one spelling only."""
    value = canonical.decode(body)
    if not isinstance(value, list):
        raise BadEvent("a body is a list of fields")
    fields: list[Triple] = []
    digests: list[str] = []
    for each in value:
        if isinstance(each, str) and _HEX64.fullmatch(each):
            digests.append(each)
        elif digests or not _is_triple(each):
            raise BadEvent("a field of the body is not [salt, key, value]")
        else:
            fields.append((each[0], each[1], each[2]))
    keys = [key for _, key, _ in fields]
    if keys != sorted(set(keys)) or digests != sorted(set(digests)):
        raise BadEvent("the fields of the body are out of order or doubled")
    return [*fields, *digests]


def _is_triple(value: Json) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and _HEX64.fullmatch(value[0]) is not None
        and isinstance(value[1], str)
    )


@dataclass(frozen=True)
class LeafFacts:
    """What a leaf says."""

    id: uuid.UUID
    kind: str
    logged_at: datetime
    handle: str
    n: int  # the item's own counter, from 1
    prev: bytes | None  # leaf hash of the item's event before
    body_digest: bytes
    policy: bytes | None  # SHA-256 of the policy text in force
    public: Mapping[str, Json]


def make_leaf(
    *,
    id: uuid.UUID,
    kind: str,
    logged_at: datetime,
    handle: str,
    n: int,
    prev: bytes | None,
    body_digest: bytes,
    policy: bytes | None,
    public: Mapping[str, Json] | None = None,
) -> bytes:
    """Returns the canonical bytes of a leaf. Raises BadEvent for facts that no leaf can hold."""
    if logged_at.tzinfo is None:
        raise BadEvent("the time of an event needs a zone")
    facts: dict[str, Json] = {
        "v": 1,
        "id": str(id),
        "k": str(kind),
        "t": format_time(logged_at),
        "h": handle,
        "n": n,
        "p": prev.hex() if prev is not None else None,
        "b": body_digest.hex(),
        "pol": policy.hex() if policy is not None else None,
    }
    if public:
        facts["f"] = dict(public)
    leaf = canonical.encode(facts)
    read_leaf(leaf)  # whatever is written must be readable for ever
    return leaf


def read_leaf(leaf: bytes) -> LeafFacts:
    """Returns what a leaf says. Raises BadEvent (or NotCanonical) for bytes that are not a leaf."""
    if len(leaf) > LEAF_LIMIT:
        raise BadEvent(f"a leaf of {len(leaf)} bytes is over the limit of {LEAF_LIMIT}")
    found = _LEAF.fullmatch(leaf)
    if found is None:
        raise _what_is_wrong(leaf)
    body, public, handle, identifier, kind, number, prev, policy, moment, _ = found.groups()
    if (prev is None) != (number == b"1"):
        raise BadEvent("the first event of an item, and only it, has none before")
    facts = canonical.decode(public) if public else {}
    if not isinstance(facts, dict) or int(number) >= 1 << 53:
        raise BadEvent("a counter beyond 53 bits, or public facts that are no object")
    return LeafFacts(
        id=uuid.UUID(identifier.decode()),
        kind=kind.decode(),
        logged_at=_moment(moment.decode()),
        handle=handle.decode(),
        n=int(number),
        prev=_digest(prev) if prev else None,
        body_digest=_digest(body),
        policy=_digest(policy) if policy else None,
        public=facts,
    )


def _what_is_wrong(leaf: bytes) -> BadEvent:
    """Returns an error that names the first field that is not as it has to be. Raises NotCanonical."""
    value = canonical.decode(leaf)
    if not isinstance(value, dict) or {*value, _OPTIONAL} != {*_SPELLING}:
        return BadEvent("not the fields of a leaf")
    for key, spelling in _SPELLING.items():
        if key in value and not re.fullmatch(spelling.encode(), canonical.encode(value[key])):
            return BadEvent(f"not what a leaf may have as {key!r}: {value[key]!r:.80}")
    return BadEvent("not a leaf")


def format_time(moment: datetime) -> str:
    """Returns UTC with milliseconds, cut off: 2026-11-23T09:00:00.000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _digest(text: bytes) -> bytes:
    return bytes.fromhex(text.decode())


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadEvent(f"no such time: {text}") from problem
