"""Follows the chains of millions of items in flat memory: events are sorted into parts, which are read one by one."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from types import TracebackType

from plainview.ledger.event import LeafFacts
from plainview.verify.report import Report, counted

PARTS = 256  # by the first byte of the handle, which is random
HELD = 64 << 20  # bytes in memory before parts go to the disk
NAMED = 1000  # faults named one by one
_RECORD = struct.Struct(">16sQ32s32sQ")  # handle, n, hash before, own hash, index


class PartedChains:
    """Takes events in the order of the log; `check` then follows every item's chain."""

    def __init__(self) -> None:
        self._parts = [bytearray() for _ in range(PARTS)]
        self._size = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> PartedChains:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, facts: LeafFacts, digest: bytes, index: int) -> None:
        """Takes the next event."""
        handle = bytes.fromhex(facts.handle)
        self._parts[handle[0]] += _RECORD.pack(handle, facts.n, facts.prev or bytes(32), digest, index)
        self._size += _RECORD.size
        if self._size >= HELD:
            self._spill()

    def check(self, report: Report) -> None:
        """Says whether every item's events are numbered without a gap and each names the one before."""
        items = events = wrong = 0
        for number in range(PARTS):
            heads: dict[bytes, tuple[int, bytes]] = {}
            for handle, n, prev, digest, index in _RECORD.iter_unpack(self._part(number)):
                last, head = heads.get(handle, (0, bytes(32)))
                if (n, prev) != (last + 1, head) and (wrong := wrong + 1) <= NAMED:
                    report.damaged(_fault(handle, n, last, index), "tile/entries")
                heads[handle] = n, digest
                events += 1
            items += len(heads)
        if not wrong:
            of_items = counted(items, "item", "items")
            report.holds(f"The events, {events:,} of {of_items}, follow one another without a gap.", "tile/entries")

    def _part(self, number: int) -> bytes:
        path = self._path(number)
        return (path.read_bytes() if path is not None and path.exists() else b"") + self._parts[number]

    def _path(self, number: int) -> Path | None:
        return Path(self._folder.name) / str(number) if self._folder is not None else None

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="plainview-verify-")
        for number, part in enumerate(self._parts):
            with (Path(self._folder.name) / str(number)).open("ab") as file:
                file.write(part)
            part.clear()
        self._size = 0


def _fault(handle: bytes, n: int, last: int, index: int) -> str:
    if n != last + 1:
        return f"Entry {index:,} is number {n:,} of item {handle.hex()}; number {last + 1:,} should come there."
    return f"Entry {index:,}, number {n:,} of item {handle.hex()}, does not name the event before it."
