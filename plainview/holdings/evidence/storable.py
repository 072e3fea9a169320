"""Text from outside as a database and a log can hold it. Pure."""

from __future__ import annotations

from typing import Any


def storable(text: str) -> str:
    """Returns the text with what can't be written (stray bytes of a file name, NUL) shown by its code."""
    plain = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return plain.replace("\0", "\\x00")


def storable_json(value: Any) -> Any:
    """Returns a JSON value with every text in it storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable_json(each) for each in value]
    return value
