"""Reads what others wrote: plain files only, never more than expected, never trusting a name."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plainview.ledger.chunks import CHUNK, ChunkTree

SMALL = 256 << 20  # bytes: far above any manifest, far below what would choke a machine
BUFFERS = 3
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Unreadable(ValueError):
    """A file can't be read, isn't a plain file, or isn't what it should be."""


def open_plain(path: Path) -> io.FileIO:
    """Opens a plain file, without following a link or waiting for a pipe. Raises Unreadable."""
    try:
        handle = os.open(path, _FLAGS)
    except FileNotFoundError as problem:
        raise Unreadable("it is missing") from problem
    except (OSError, ValueError) as problem:
        raise Unreadable(f"it can't be opened ({getattr(problem, 'strerror', None) or problem})") from problem
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unreadable("it is not a plain file")
    return io.FileIO(handle, "r")


def read_small(path: Path, limit: int = SMALL) -> bytes:
    """Returns the content of a file. Raises Unreadable, also for one over the limit."""
    with open_plain(path) as file, io.BufferedReader(file) as source:
        try:
            data = source.read(limit + 1)
        except OSError as problem:
            raise Unreadable(f"it can't be read ({problem.strerror})") from problem
    if len(data) > limit:
        raise Unreadable(f"it is larger than anything of its kind ({limit:,} bytes)")
    return data


def read_text(path: Path, limit: int = SMALL) -> str:
    """Returns the content of a UTF-8 file. Raises Unreadable."""
    try:
        return read_small(path, limit).decode()
    except UnicodeDecodeError as problem:
        raise Unreadable("it is not text in UTF-8") from problem


def parse_object(data: bytes | str, keys: Collection[str]) -> dict[str, Any]:
    """Returns a JSON object that has exactly these keys. Raises Unreadable."""
    try:
        value = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("it is not JSON") from problem
    if not isinstance(value, dict) or value.keys() != set(keys):
        raise Unreadable(f"it is not a JSON object with the fields {', '.join(sorted(keys))}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


@dataclass(frozen=True)
class Digests:
    """What was read: size in bytes, hashes by the name of the algorithm, root of the chunk tree if asked for."""

    size: int
    hashes: dict[str, bytes]
    chunk_root: bytes | None = None


class Digester:
    """Hashes files in one read and flat memory: whole on one thread, by 1 MiB chunks on the other."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._buffers: list[bytearray] = []  # made when the first file with more than one chunk comes

    def read(self, path: Path, algorithms: Collection[str], *, chunks: bool = False) -> Digests:
        """Returns the digests of a file. Raises Unreadable."""
        whole = {name: hashlib.new(name) for name in algorithms}
        tree = ChunkTree()
        with open_plain(path) as source:
            try:
                size = self._read(source, list(whole.values()), tree if chunks else None)
            except OSError as problem:
                raise Unreadable(f"it can't be read ({problem.strerror})") from problem
        return Digests(size, {name: each.digest() for name, each in whole.items()}, tree.root() if chunks else None)

    def _read(self, source: io.FileIO, whole: list[hashlib._Hash], tree: ChunkTree | None) -> int:
        if os.fstat(source.fileno()).st_size < CHUNK:  # not worth a second thread
            data = source.readall()
            _update([tree] if tree else [], data)
            _update(whole, data)
            return len(data)
        size, waiting = 0, list[Future[None]]()
        while piece := self._next_piece(source):
            if tree:
                waiting.append(self._pool.submit(tree.update, piece))
            _update(whole, piece)
            if len(waiting) == BUFFERS:  # the buffer that is next in turn has to be free again
                waiting.pop(0).result()
            size += len(piece)
        for last in waiting:
            last.result()
        return size

    def _next_piece(self, source: io.FileIO) -> memoryview:
        buffer = self._buffers.pop(0) if len(self._buffers) > BUFFERS else bytearray(CHUNK)
        self._buffers.append(buffer)
        return memoryview(buffer)[: source.readinto(buffer)]

    def close(self) -> None:
        """Ends the second thread."""
        self._pool.shutdown()


def _update(hashes: Sequence[hashlib._Hash | ChunkTree], data: bytes | memoryview) -> None:
    for each in hashes:
        each.update(data)
