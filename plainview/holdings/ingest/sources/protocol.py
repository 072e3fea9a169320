"""What tus 1.0.0 says in headers: core, creation, creation-with-upload, termination, checksum, expiration. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Any

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS = ("sha256", "sha1")
BODY = "application/offset+octet-stream"
LARGEST = 2**63 - 1
METADATA_LIMIT = 16 * 1024  # characters; a name and a few claims


class ProtocolError(Exception):
    """A request that tus does not allow; carries the status to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Checksum:
    """What the client says its bytes hash to; fed with what came."""

    algorithm: str
    expected: bytes
    hash: Any = field(init=False)

    def __post_init__(self) -> None:
        # SHA-1 is tus's one obligatory algorithm; it guards a transfer here, nothing that is kept.
        self.hash = hashlib.new(self.algorithm, usedforsecurity=False)

    def holds(self) -> bool:
        """Whether the bytes fed so far are those that the client meant."""
        return bool(self.hash.digest() == self.expected)


def metadata(header: str) -> dict[str, bytes]:
    """Returns the pairs of an Upload-Metadata header; values are bytes, empty where only a key stands.

    Raises:
        ProtocolError: 400 for a header that isn't pairs of a key and base64, 413 for one beyond all measure.
    """
    if len(header) > METADATA_LIMIT:
        raise ProtocolError(413, "Upload-Metadata is too long.")
    found: dict[str, bytes] = {}
    for pair in filter(None, (p.strip() for p in header.split(","))):
        key, _, value = pair.partition(" ")
        if key in found or not key.isascii():
            raise ProtocolError(400, f"Upload-Metadata has a doubtful key {key!r}.")
        found[key] = _decoded(value.strip(), f"Upload-Metadata {key}")
    return found


def length(header: str | None) -> int:
    """Returns Upload-Length in bytes.

    Raises:
        ProtocolError: 400; a length that comes later is not offered (no `creation-defer-length`).
    """
    if header is None:
        raise ProtocolError(400, "Upload-Length is missing; a length that comes later is not offered here.")
    return _whole(header, "Upload-Length")


def offset(header: str | None) -> int:
    """Returns Upload-Offset in bytes. Raises ProtocolError (400)."""
    if header is None:
        raise ProtocolError(400, "Upload-Offset is missing.")
    return _whole(header, "Upload-Offset")


def checksum(header: str | None) -> Checksum | None:
    """Returns what Upload-Checksum promises, None without one. Raises ProtocolError (400)."""
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise ProtocolError(400, f"Upload-Checksum: {algorithm!r} is not offered; use {' or '.join(ALGORITHMS)}.")
    found = Checksum(algorithm, _decoded(value.strip(), "Upload-Checksum"))
    if len(found.expected) != found.hash.digest_size:
        raise ProtocolError(400, f"Upload-Checksum is not a {algorithm} value.")
    return found


def _whole(text: str, header: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > LARGEST:
        raise ProtocolError(400, f"{header} must be a whole number of bytes.")
    return int(text)


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ProtocolError(400, f"{what} is not base64.") from None
