"""Failures inside the sandbox, as plain sentences."""

from __future__ import annotations


class Refused(Exception):
    """Not done, and the message says why in one plain sentence."""


class Malformed(Exception):
    """The file's own structure contradicts itself; the message says how, as the rest of a sentence."""


def plain(error: BaseException) -> str:
    """Returns one sentence about any failure."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, Malformed):
        return f"The file is damaged: {error}."
    if isinstance(error, MemoryError):
        return "It needs more memory than a file may use."
    if isinstance(error, EOFError):
        return "The file ends where more was expected."
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"The file could not be read: {said[:200]}."
