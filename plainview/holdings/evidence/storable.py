"""Text from outside as a database and a log can hold it. Pure."""

from __future__ import annotations

import re
from typing import Any

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_STRAY_BYTE = range(0xDC80, 0xDD00)  # how Python keeps a byte of a file name that is no UTF-8


def storable(text: str) -> str:
    """Returns the text with what can't be written (stray bytes of a file name, NUL) shown by its code."""
    return _UNWRITABLE.sub(lambda found: _shown(ord(found[0])), text)


def _shown(code: int) -> str:
    if code in _STRAY_BYTE:
        code -= 0xDC00
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def storable_json(value: Any) -> Any:
    """Returns a JSON value with every text in it storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable_json(each) for each in value]
    return value
