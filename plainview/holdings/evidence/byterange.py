"""Which bytes a request asks for (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)
_DIGITS = 18  # more can't be an offset in anything that exists


class Unsatisfiable(ValueError):
    """No byte of what is asked for exists."""


@dataclass(frozen=True)
class Span:
    """Bytes [first, end) of something."""

    first: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.first

    def content_range(self, size: int) -> str:
        """The Content-Range header of an answer that holds the span."""
        return f"bytes {self.first}-{self.end - 1}/{size}"


def asked(header: str | None, size: int) -> Span | None:
    """Returns the one span that a Range header asks for; None means everything.

    A header that is malformed or asks for several spans is ignored, as the RFC allows: the whole answer is never wrong.

    Raises:
        Unsatisfiable: the span lies beyond the end.
    """
    found = _RANGE.fullmatch(header) if header else None
    if found is None or len(found[1]) > _DIGITS or len(found[2]) > _DIGITS or found[1] == found[2] == "":
        return None
    if not found[1]:  # the last n bytes
        last = int(found[2])
        if last == 0 or size == 0:
            raise Unsatisfiable(header)
        return Span(max(0, size - last), size)
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable(header)
    return Span(first, min(size, int(found[2]) + 1 if found[2] else size))


def still_valid(if_range: str | None, etag: str) -> bool:
    """Whether a span may be given: the copy that the asker began with is the one we have.

    Only a strong entity tag says so. A date can't: nothing here ever changes under its name, and we send no dates.
    """
    return if_range is None or if_range.strip() == etag
