"""The saved state of an upload that may go on: JSON with nothing in it that tells the content."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plainview.base.storage.errors import Damaged
from plainview.base.storage.keys import subkey

_NONCE = 12


@dataclass(frozen=True)
class State:
    """What is promised: everything up to `offset` is durable."""

    id: UUID
    handle: str
    epoch: str
    wrapped_key: bytes
    offset: int  # bytes of content
    tail: bytes  # the content that fills no segment yet, sealed
    open: bytes  # the mark of the unfinished chunk
    shelf: str = "data"  # where it is being written

    def as_json(self) -> dict[str, Any]:
        """Returns it in plain JSON types."""
        return {
            "v": 1,
            "id": str(self.id),
            "handle": self.handle,
            "epoch": self.epoch,
            "key": _text(self.wrapped_key),
            "offset": self.offset,
            "tail": _text(self.tail),
            "open": _text(self.open),
            "shelf": self.shelf,
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> State:
        """Reads what `as_json` gave. Raises ValueError for anything else."""
        try:
            if facts["v"] != 1:
                raise ValueError(f"an upload's state of version {facts['v']}; this program knows version 1")
            return cls(
                id=UUID(facts["id"]),
                handle=facts["handle"],
                epoch=facts["epoch"],
                wrapped_key=base64.b64decode(facts["key"]),
                offset=int(facts["offset"]),
                tail=base64.b64decode(facts["tail"]),
                open=base64.b64decode(facts["open"]),
                shelf=facts.get("shelf", "data"),
            )
        except (KeyError, TypeError) as problem:
            raise ValueError(f"this isn't an upload's state: {problem}") from None


def seal_tail(key: bytes, object_id: UUID, offset: int, tail: bytes) -> bytes:
    """Encrypts what is left over, bound to the object and the offset it ends at."""
    nonce = os.urandom(_NONCE)
    return nonce + _tail_cipher(key).encrypt(nonce, tail, _bound(object_id, offset))


def open_tail(key: bytes, state: State) -> bytes:
    """Decrypts what was left over. Raises Damaged."""
    nonce, sealed = state.tail[:_NONCE], state.tail[_NONCE:]
    try:
        return _tail_cipher(key).decrypt(nonce, sealed, _bound(state.id, state.offset))
    except (InvalidTag, ValueError):
        raise Damaged(f"the saved state of upload {state.id} was changed; send the file again") from None


def _tail_cipher(key: bytes) -> AESGCM:
    return AESGCM(subkey(key, "plainview/writer/tail/1"))


def _bound(object_id: UUID, offset: int) -> bytes:
    return object_id.bytes + offset.to_bytes(8, "big")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
