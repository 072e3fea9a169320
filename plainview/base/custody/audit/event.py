"""One event's row against its leaf, its leaf against the log, its body against what the leaf commits to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from plainview.base.custody import place
from plainview.base.custody.audit.finding import Finding
from plainview.ledger.event import body_digest
from plainview.ledger.tiles import TileError

EVENT = "custody_event"
_scan = json.JSONDecoder().raw_decode


def judge(row: Sequence[Any], before: bytes, mended: list[tuple[int, int]]) -> tuple[bytes, list[Finding]]:
    """Returns the hash of the event's leaf, and what is wrong with the event.

    `before` is the leaf hash of the item's event before, empty where it isn't known; `mended` says which leaves lost
    their bodies honestly.
    """
    leaf, body = bytes(row[6]), bytes(row[7])
    digest = sha256(b"\0" + leaf).digest()
    try:
        said = json.loads(leaf)
        problems = [*_columns(said, row, before), *_body(said["b"], row, body, mended)]
    except (ValueError, TypeError, KeyError):
        problems = ["its leaf isn't a leaf at all"]
    if row[9] is not None and bytes(row[9]) != digest and _differs_from_log(row[8], digest):
        problems.append(
            f"its leaf isn't that of entry {row[8]:,} of the log: it was changed, or put in another's place"
        )
    name = f"Event {row[0]} (number {row[2]} of item {row[1]})"
    return digest, [Finding(EVENT, f"{name}: {each}.") for each in problems]


def _differs_from_log(index: int, digest: bytes) -> bool:
    """Whether the tiles, too, say that another leaf belongs there; if not, the row of the leaf is to blame."""
    try:
        return place.tile_log().leaf_hash(index) != digest
    except TileError:
        return True


def _columns(said: dict[str, Any], row: Sequence[Any], before: bytes) -> Iterator[str]:
    id, item, n, kind, at = row[:5]
    if (said["id"], said["h"], said["n"], said["k"], said["t"]) != (str(id), item, n, kind, at):
        for key, column, value in zip(_KEYS, _NAMES, (str(id), item, n, kind, at), strict=True):
            if said[key] != value:
                yield f"its leaf says another {column} than the row ({said[key]}, not {value})"
    if before and said["p"] != before.hex():
        yield "its leaf doesn't follow the event before it"
    if n == 1 and said["p"] is not None:
        yield "its leaf says that events came before it"


_KEYS = ("id", "h", "n", "k", "t")
_NAMES = ("id", "item", "counter", "kind", "time")


def _body(committed: str, row: Sequence[Any], body: bytes, mended: list[tuple[int, int]]) -> Iterator[str]:
    if not body:
        if row[8] is None or not any(first <= row[8] < end for first, end in mended):
            yield "its body is gone, and the log was not mended there"
        return
    try:
        digest, actor = _read(body)
    except ValueError:
        digest, actor = "", None
    if digest != committed:
        yield "its body isn't the one that its leaf commits to; facts were changed"
    elif actor is not None and actor != row[5]:
        yield f"the column says that {row[5]} acted, the body {actor}"


def _read(body: bytes) -> tuple[str, Any]:
    """Returns the digest of a body and its actor. Reads the fields where they lie instead of writing them anew.

    What isn't spelled exactly as a body is left to the ledger's own strict reading.
    """
    text = body.decode()
    source = body if text.isascii() else None  # then a place in the text is a place in the bytes
    digests, actor, position = [], None, 1
    try:
        while True:
            triple, end = _scan(text, position)
            field = source[position:end] if source else text[position:end].encode()
            digests.append(sha256(field).digest())
            if triple[1] == "actor":
                actor = triple[2]
            if text[end] != ",":
                break
            position = end + 1
    except (ValueError, IndexError, TypeError):
        return body_digest(body).hex(), None
    if text[0] != "[" or text[end:] != "]":
        return body_digest(body).hex(), None
    return sha256(b"".join(sorted(digests))).hexdigest(), actor
