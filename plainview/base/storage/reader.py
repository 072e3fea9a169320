"""Reading an object anywhere in it. Touches only the segments that are asked for; none unauthenticated gets out."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

from plainview.base.storage import keys
from plainview.base.storage.direct import aligned
from plainview.base.storage.errors import Damaged, Destroyed, Missing, Place
from plainview.base.storage.floe import STANDARD
from plainview.base.storage.inspection import inspect
from plainview.base.storage.models import Copy, StoredObject
from plainview.base.storage.segments import RUN, Segments, open_cipher
from plainview.base.storage.shelf import Published
from plainview.base.storage.shelves import names, shelf
from plainview.base.storage.stored import Stored, bound_to


class Reader:
    """The content of one object; may be used by several threads at once."""

    def __init__(self, source: Published, obj: StoredObject | Stored) -> None:
        self.size = obj.size
        self._source = source
        key = keys.unwrap(obj.wrapped_key, obj.epoch_id)
        self._last = STANDARD.segments(obj.size) - 1
        self._need_length(obj.stored_size)
        self._cipher = open_cipher(source, key, bound_to(obj.handle), STANDARD)
        self._segments = Segments(source, self._cipher, self._last)

    def read_at(self, offset: int, length: int) -> bytes:
        """Returns `length` bytes from `offset` on, fewer only at the end. Raises Damaged."""
        if offset < 0 or length < 0:
            raise ValueError(f"can't read {length} bytes at {offset}")
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        first, stop = offset // STANDARD.payload, -(-end // STANDARD.payload)
        content = memoryview(bytearray((stop - first) * STANDARD.payload))
        self._segments.read(first, stop, content)
        skip = offset - first * STANDARD.payload
        return bytes(content[skip : skip + end - offset])

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yields the bytes from `start` to before `end` in pieces of about 1 MiB. Raises Damaged."""
        piece = RUN * STANDARD.payload
        end = self.size if end is None else min(end, self.size)
        while start < end:
            stop = min(end, start - start % STANDARD.payload + piece)
            yield self.read_at(start, stop - start)
            start = stop

    def inspect(self) -> tuple[bytes, bytes]:
        """Reads everything; returns SHA-256 and chunk root. Raises Damaged, which names every damaged place."""
        try:
            return inspect(self._source, self._cipher)
        except Damaged:
            places = tuple(self._damage())
            if not places:  # the disk changed its mind between two readings
                raise
            raise Damaged(f"a stored object is damaged in {len(places)} of {self._last + 1} segments", places) from None

    def close(self) -> None:
        """Closes the file. Safe to call twice."""
        self._source.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: TracebackType | None) -> None:
        self.close()

    def _need_length(self, stored_size: int) -> None:
        there = self._source.size
        if there != stored_size:
            word = "cut" if there < stored_size else "added to"
            first = max(0, (min(there, stored_size) - STANDARD.starts_at(0)) // STANDARD.segment)
            place = Place(first, min(there, stored_size), abs(stored_size - there), first * STANDARD.payload, 0)
            raise Damaged(f"a stored object was {word}: {there:,} bytes instead of {stored_size:,}", (place,))

    def _damage(self) -> Iterator[Place]:
        """Yields what the disk itself has damaged, segment by segment."""
        try:
            self._segments.check_header()
        except Damaged as damaged:
            yield from damaged.places
        buffer, content = aligned(STANDARD.segment), memoryview(bytearray(STANDARD.payload))
        for number in range(self._last + 1):
            try:
                self._segments.open(number, number + 1, self._segments.fetch(number, number + 1, buffer), content)
            except Damaged as damaged:
                yield from damaged.places


def open_object(obj: StoredObject | Stored, on: str = "") -> Reader:
    """Opens an object, registered or only stored yet, on the shelf where it lies unless one is named.

    Raises Destroyed, Missing, Damaged, KeyUnusable.
    """
    if isinstance(obj, StoredObject) and obj.destroyed_at:
        raise _destroyed(obj)
    source = shelf(on).open(obj.id) if on else _find(obj)
    try:
        return Reader(source, obj)
    except BaseException:
        source.close()
        raise


def _destroyed(obj: StoredObject) -> Destroyed:
    when = f"{obj.destroyed_at:%Y-%m-%d %H:%M} UTC"
    return Destroyed(f"object {obj.id} was destroyed on {when}, by the order {obj.order}; nothing brings it back")


def _find(obj: StoredObject | Stored) -> Published:
    """Opens it where it lies; while it is moved, wherever a good copy is."""
    try:
        return shelf(obj.shelf).open(obj.id)
    except Missing as problem:
        now = StoredObject.objects.filter(id=obj.id).first()
        if now is not None and now.destroyed_at:
            raise _destroyed(now) from None
        good = Copy.objects.filter(object_id=obj.id, state=Copy.State.GOOD).values_list("shelf", flat=True)
        for name in dict.fromkeys([*([now.shelf] if now else []), *good]):
            if name != obj.shelf and name in names() and shelf(name).holds(obj.id):
                return shelf(name).open(obj.id)
        raise problem


def check(obj: StoredObject | Stored, on: str = "") -> None:
    """Reads all of an object from the disk and compares it with its row; on the shelf where it lies unless named.

    Raises Destroyed, Missing, Damaged, KeyUnusable.
    """
    with open_object(obj, on) as reader:
        if reader.inspect() != (bytes(obj.sha256), bytes(obj.chunk_root)):
            raise Damaged(f"object {obj.id} is whole but has other content than its row says")
