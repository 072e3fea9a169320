"""Names of files as they come: kept to the byte, shown so that nobody is fooled by them. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

JOINS = " \u200d"  # a blank, and what holds a family of emoji together
LONGEST = 4096  # bytes; no file system has longer paths, and a browser may send anything
RECEIPT = ".plainview-receipt.json"
PARTIAL = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart")
# What cameras write beside footage: taken after it, so that it finds its recording.
BESIDE = (".json", ".vtt", ".srt", ".gpx", ".nmea", ".csv", ".xml", ".txt", ".log", ".lrv", ".thm")


@dataclass(frozen=True)
class Name:
    """A name as text that a database and JSON can hold, and its bytes where the text alone can't tell them."""

    text: str
    raw: bytes | None = None


def from_bytes(raw: bytes) -> Name:
    """Returns the name for bytes of a file system or a browser. What isn't UTF-8, and NUL, is shown as \\xNN."""
    text = raw[:LONGEST].decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return Name(text, None if text.encode() == raw else raw[:LONGEST])


def from_text(text: str) -> Name:
    """Returns the name for text of Python's own kind, where bytes that aren't UTF-8 hide as lone surrogates."""
    try:
        return from_bytes(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # half a pair that no byte stands behind: a browser's own
        return from_bytes(text.encode("utf-8", "surrogatepass"))


def on_screen(text: str) -> str:
    """Returns the text without anything that moves a cursor, breaks a line or turns writing around."""
    return "".join(c if c.isprintable() or c in JOINS else _spelled(c) for c in text)


def hidden(name: str) -> bool:
    """Whether a folder's listing hides it."""
    return name.startswith(".")


def partial(name: str) -> bool:
    """Whether the name says that its copy isn't finished."""
    return name.lower().endswith(PARTIAL)


def is_receipt(name: str) -> bool:
    """Whether this is a receipt that we put beside a file."""
    return name.endswith(RECEIPT)


def comes_after_footage(name: str) -> bool:
    """Whether the name looks like something that belongs to footage beside it."""
    return name.lower().endswith(BESIDE)


def _spelled(char: str) -> str:
    if char == "\n":
        return "\\n"
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(char) == "Cn":
        return char
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
