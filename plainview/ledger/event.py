"""The bytes of one event: a private body of salted fields, and the public leaf that commits to it."""

from __future__ import annotations

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Returns a time-ordered identifier (RFC 9562 version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)
