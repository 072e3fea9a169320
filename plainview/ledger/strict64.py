"""Base64 in its one canonical spelling: other tools accept loose bits at the end, evidence does not."""

from __future__ import annotations

import base64
import binascii


def encode(data: bytes) -> str:
    """Returns standard base64 with padding."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Returns the bytes. Raises ValueError for any spelling that encode() would not write."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ValueError("not base64") from problem
    if encode(data) != text:
        raise ValueError("base64 with loose bits at its end")
    return data
