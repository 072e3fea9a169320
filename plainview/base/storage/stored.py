"""What storage says of bytes that are durable and were read back."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_HANDLE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Stored:
    """An object on the disk, durable and compared. No original before `register` gave it a row."""

    id: UUID
    handle: str  # of the item whose bytes these are
    epoch: str  # the name of the epoch whose key wraps this one
    wrapped_key: bytes
    size: int  # bytes of the original
    stored_size: int  # bytes on the disk
    sha256: bytes
    chunk_root: bytes  # RFC 6962 root over chunks of 1 MiB
    shelf: str = "data"  # where it lies

    @property
    def epoch_id(self) -> str:
        """The epoch's name, as the row calls it."""
        return self.epoch

    def as_json(self) -> dict[str, Any]:
        """Returns it in plain JSON types."""
        return {
            "id": str(self.id),
            "handle": self.handle,
            "epoch": self.epoch,
            "wrapped_key": base64.b64encode(self.wrapped_key).decode("ascii"),
            "size": self.size,
            "stored_size": self.stored_size,
            "sha256": self.sha256.hex(),
            "chunk_root": self.chunk_root.hex(),
            "shelf": self.shelf,
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Stored:
        """Reads what `as_json` gave."""
        return cls(
            id=UUID(facts["id"]),
            handle=facts["handle"],
            epoch=facts["epoch"],
            wrapped_key=base64.b64decode(facts["wrapped_key"]),
            size=facts["size"],
            stored_size=facts["stored_size"],
            sha256=bytes.fromhex(facts["sha256"]),
            chunk_root=bytes.fromhex(facts["chunk_root"]),
            shelf=facts.get("shelf", "data"),
        )


def bound_to(handle: str) -> bytes:
    """What a ciphertext is bound to: it opens as the bytes of this item and of no other."""
    if not _HANDLE.fullmatch(handle):
        raise ValueError(f"{handle!r} is no handle: 32 hex digits")
    return b"plainview/object/1" + bytes.fromhex(handle)
