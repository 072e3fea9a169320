"""What may be written into history. PURE: no Django, no input or output."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from plainview.ledger import canonical
from plainview.ledger.canonical import Json
from plainview.ledger.event import format_time

BETWEEN_CHECKPOINTS = timedelta(seconds=1)
HEARTBEAT = timedelta(minutes=10)
BODY_LIMIT = 1 << 20  # bytes; far above any act of a person, far below what would choke a page
RESERVED = frozenset({"actor", "claimed_at"})

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HANDLE = re.compile(r"[0-9a-f]{32}")
_ACTOR = re.compile(r"[a-z][a-z0-9_-]*:\S+")
_HEX64 = re.compile(r"[0-9a-f]{64}")


class BadFacts(ValueError):
    """The facts of an event can't be written down; the message names the field."""


def new_handle() -> str:
    """Returns a fresh random handle: 128 bits as 32 hex digits."""
    return secrets.token_hex(16)


def check_handle(handle: str) -> str:
    """Returns the handle. Raises BadFacts unless it is 32 lower-case hex digits."""
    if not _HANDLE.fullmatch(handle):
        raise BadFacts(f"handle: {handle!r:.60} is not 32 lower-case hex digits")
    return handle


def policy_bytes(policy: str | None) -> bytes | None:
    """Returns the SHA-256 of the policy in force as bytes. Raises BadFacts unless it is 64 hex digits or None."""
    if policy is None:
        return None
    if not _HEX64.fullmatch(policy):
        raise BadFacts(f"policy: {policy!r:.80} is not a SHA-256 in 64 lower-case hex digits")
    return bytes.fromhex(policy)


def body_fields(actor: str, facts: Mapping[str, Json], claimed_at: datetime | None) -> dict[str, Json]:
    """Returns all fields of a body: the facts, who acted, and the time that the actor claims, if another than now."""
    if not _ACTOR.fullmatch(actor):
        raise BadFacts(f"actor: {actor!r:.60} is not an identifier such as account:… or system:…")
    for name in facts:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BadFacts(f"facts: the name {name!r:.60} is not lower-case ASCII with underscores")
        if name in RESERVED:
            raise BadFacts(f"facts: {name!r} is set by record() itself; pass it as its own argument")
    fields = dict(facts)
    fields["actor"] = actor
    if claimed_at is not None:
        fields["claimed_at"] = _claimed(claimed_at)
    return fields


def explain(what: str, facts: Mapping[str, Json]) -> BadFacts:
    """Returns the error for facts that have no canonical form, naming the first field that is to blame."""
    for path, value in _walk(what, facts):
        try:
            canonical.encode(value)
        except canonical.NotCanonical as problem:
            return BadFacts(f"{path}: {problem}{_hint(value)}")
    return BadFacts(f"{what}: has no canonical form")


def check_size(body: bytes) -> None:
    """Raises BadFacts for a body over the limit."""
    if len(body) > BODY_LIMIT:
        raise BadFacts(
            f"facts: {len(body):,} bytes is over the limit of {BODY_LIMIT:,}; store a file and name its hash"
        )


def _claimed(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise BadFacts("claimed_at: a time without a zone says nothing")
    return format_time(moment)


def _walk(path: str, value: object) -> Iterator[tuple[str, Json]]:
    """Yields every leaf value with its path, innermost first."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                yield f"{path}: the key {key!r:.60}", {key: None}
            yield from _walk(f"{path}.{key}", inner)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        for number, inner in enumerate(value):
            yield from _walk(f"{path}[{number}]", inner)
    else:
        yield path, value  # type: ignore[misc]  # whether it is Json is the question


def _hint(value: object) -> str:
    hints = {
        "datetime": " (write a time as ISO 8601 text)",
        "date": " (write a day as ISO 8601 text)",
        "float": " (write milliseconds, microdegrees or another whole number)",
        "Decimal": " (write a whole number of the smallest unit, or text)",
        "bytes": " (write bytes as hex text)",
        "UUID": " (write str(…))",
        "set": " (write a sorted list)",
        "frozenset": " (write a sorted list)",
    }
    return hints.get(type(value).__name__, "")
