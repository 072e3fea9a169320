"""Walks the boxes of an MP4 or QuickTime file, bounded: a million tiny boxes or one of 2**63 bytes cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .feed import Feed
from .trouble import Malformed

MOST_BOXES = 20_000
LARGEST_BODY = 16 << 20  # of one box that is read as a whole


@dataclass(frozen=True, slots=True)
class Box:
    """One box; `end` may lie beyond the file's end where the file is cut off."""

    kind: bytes
    start: int
    body: int
    end: int


class Walk:
    """Reads boxes of one file and counts them."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._left = MOST_BOXES

    def top(self) -> Iterator[Box]:
        """Yields the boxes of the file itself; the last may claim more than there is."""
        return self._boxes(0, self.feed.size, outermost=True)

    def children(self, parent: Box, skip: int = 0) -> Iterator[Box]:
        """Yields the boxes inside one, after `skip` bytes of its own.

        Raises:
            Malformed: a child is larger than its parent, or there are too many.
        """
        return self._boxes(parent.body + skip, min(parent.end, self.feed.size))

    def find(self, parent: Box, *path: bytes) -> Box | None:
        """Returns the first box down a path of kinds."""
        for child in self.children(parent):
            if child.kind == path[0]:
                return child if len(path) == 1 else self.find(child, *path[1:])
        return None

    def read(self, box: Box, most: int = LARGEST_BODY) -> bytes:
        """Returns the body of a box.

        Raises:
            Malformed: larger than `most`.
        """
        if box.end - box.body > most:
            raise Malformed(f"its {named(box.kind)} box claims {box.end - box.body} bytes")
        return self.feed.read_at(box.body, box.end - box.body)

    def _boxes(self, at: int, end: int, *, outermost: bool = False) -> Iterator[Box]:
        while at + 8 <= end:
            self._left -= 1
            if self._left < 0:
                raise Malformed(f"it has more than {MOST_BOXES} boxes")
            head = self.feed.read_at(at, 16)
            size, kind, body = int.from_bytes(head[:4], "big"), bytes(head[4:8]), at + 8
            if size == 1 and len(head) == 16:
                size, body = int.from_bytes(head[8:16], "big"), at + 16
            elif size == 0:
                if not outermost:
                    return  # padding that closes a list of user data
                size = end - at
            if at + size < body:
                raise Malformed(f"its {named(kind)} box claims {size} bytes, less than its own head")
            if at + size > end and not outermost:
                raise Malformed(f"its {named(kind)} box is larger than the box around it")
            yield Box(kind, at, body, at + size)
            at += size


def named(kind: bytes) -> str:
    """Returns a box's kind for a person."""
    return kind.decode("ascii") if all(32 <= c < 127 for c in kind) else "unnamed"
