"""A log as static files (c2sp.org/tlog-tiles): `tile/<L>/<N>`, `tile/entries/<N>` and `checkpoint` in one folder.

Whoever appends must be the only one (the sequencer holds a lock for that). A reader needs no lock: a leaf counts from
the moment its level-0 tile is in place, and that is the last thing an append writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from plainview.ledger import merkle

WIDTH = 256  # hashes in a full tile, entries in a full bundle
ENTRY_LIMIT = 65_535  # bytes, from the two-byte length before each entry
ENTRIES = "entries"
TREES_KEPT = 1024  # at most 16 MiB


class TileError(ValueError):
    """A tile or bundle is missing, or not what its name says."""


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Returns where a tile lies below the log's folder: tile/0/x001/234, or …/234.p/17 for a partial one."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *parents, last = (digits[i : i + 3] for i in range(0, len(digits), 3))
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join(["tile", str(level), *(f"x{each}" for each in parents), last]) + partial


def bundle(entries: Iterable[bytes]) -> bytes:
    """Returns entries each with its length before it."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """Returns the entries of a bundle. Raises TileError."""
    entries, position = [], 0
    while position < len(data):
        begin = position + 2
        position = begin + int.from_bytes(data[position:begin], "big")
        entries.append(data[begin:position])
    if position != len(data):
        raise TileError("a bundle of entries is cut off")
    return entries


class TileLog:
    """One log in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._full = 0  # level-0 tiles known to be full; only ever grows
        self._trees: dict[tuple[int, int], merkle.Tree] = {}

    @property
    def size(self) -> int:
        """How many leaves the tiles hold: full tiles in a row, then the widest partial one."""
        if self._full and not self._path(0, self._full - 1).is_file():  # somebody put an older folder in place
            self._full = 0
        self._full = _first_missing(lambda index: self._path(0, index).is_file(), self._full)
        return self._full * WIDTH + self._widest_partial(0, self._full)

    def append(self, entries: Sequence[bytes]) -> None:
        """Adds entries, durable when it returns. Cut off at any point, the log holds none or only the first of them.

        Raises ValueError for an entry that no bundle can hold, and then nothing was added.
        """
        for entry in entries:
            if len(entry) > ENTRY_LIMIT:
                raise ValueError(f"an entry of {len(entry)} bytes does not fit a log (at most {ENTRY_LIMIT})")
        if not entries:
            return
        size = self.size
        hash_tiles = self._hash_tiles(size, [merkle.leaf_hash(entry) for entry in entries])
        files = self._bundles(size, entries)
        for level in reversed(hash_tiles):
            files += level
        _write_all([(self.folder / name, data) for name, data in files])
        self._drop_partials(size, size + len(entries))

    def root(self, size: int | None = None) -> bytes:
        """Returns the root at a size, at the present one by default."""
        return merkle.root_at(self.size if size is None else size, self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Returns the inclusion proof of a leaf in the tree of the first `size` leaves."""
        return merkle.inclusion_proof(index, size, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Returns the consistency proof between two sizes."""
        return merkle.consistency_proof(old, new, self.node)

    def leaf_hash(self, index: int) -> bytes:
        """Returns the hash of one leaf."""
        return self.node(0, index)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yields the entries [start, end), one bundle in memory at a time. They are not checked against the tiles."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            first = index * WIDTH
            want = slice(max(start - first, 0), min(end - first, WIDTH))
            found = unbundle(self._read(ENTRIES, index, want.stop))
            if len(found) < want.stop:
                raise TileError(f"{tile_path(ENTRIES, index)} holds {len(found)} entries, not {want.stop}")
            yield from found[want]

    def node(self, level: int, index: int) -> bytes:
        """Returns the hash of the complete subtree over the leaves [index << level, (index + 1) << level)."""
        tile_level, inside = divmod(level, 8)
        tile, position = divmod(index << inside, WIDTH)
        end = position + (1 << inside)
        if inside:
            return self._tree(tile_level, tile, end).node(inside, position >> inside)
        return self.hashes(tile_level, tile, end)[position * 32 :]

    def hashes(self, level: int, index: int, width: int = WIDTH) -> bytes:
        """Returns the first `width` hashes of a tile. Raises TileError where it is missing or too short."""
        data = self._read(level, index, width)
        if len(data) < width * 32 or len(data) % 32:
            raise TileError(f"{tile_path(level, index, width)} has a wrong length")
        return data[: width * 32]

    def write_checkpoint(self, note: str) -> None:
        """Puts the signed checkpoint in place, durable when it returns."""
        _write_all([(self.folder / "checkpoint", note.encode())])

    def checkpoint(self) -> str | None:
        """Returns the signed checkpoint, or None before the first."""
        try:
            return (self.folder / "checkpoint").read_text()
        except FileNotFoundError:
            return None

    def _hash_tiles(self, start: int, hashes: list[bytes]) -> list[list[tuple[str, bytes]]]:
        """Returns the tiles to write, level by level from 0 up, each level in order."""
        levels: list[list[tuple[str, bytes]]] = []
        while hashes:
            level, (tile, width) = len(levels), divmod(start, WIDTH)
            row = [*_hashes_of(self.hashes(level, tile, width) if width else b""), *hashes]
            tiles = [row[i : i + WIDTH] for i in range(0, len(row), WIDTH)]
            levels.append(
                [(tile_path(level, tile + i, len(each)), b"".join(each)) for i, each in enumerate(tiles)],
            )
            start, hashes = tile, [merkle.root(each) for each in tiles if len(each) == WIDTH]
        return levels

    def _bundles(self, start: int, entries: Sequence[bytes]) -> list[tuple[str, bytes]]:
        index = start // WIDTH
        row = [*self.entries(index * WIDTH, start), *entries]
        parts = [row[i : i + WIDTH] for i in range(0, len(row), WIDTH)]
        return [(tile_path(ENTRIES, index + i, len(each)), bundle(each)) for i, each in enumerate(parts)]

    def _drop_partials(self, before: int, after: int) -> None:
        """Removes partial tiles whose full tile is now in place (the spec allows it; full ones are never touched)."""
        for level in (0, 1, 2, 3, ENTRIES):
            shift = 8 * level if isinstance(level, int) else 0
            index = before >> shift >> 8
            folder = self._path(level, index).with_suffix(".p")
            if index < after >> shift >> 8 and folder.is_dir():
                for partial in folder.iterdir():
                    partial.unlink()
                folder.rmdir()

    def _tree(self, level: int, index: int, width: int) -> merkle.Tree:
        """Returns the tree over the first `width` hashes of a tile, or more; kept, since every proof passes a few."""
        if len(self._trees) >= TREES_KEPT:
            self._trees.clear()
        tree = self._trees.setdefault((level, index), merkle.Tree())
        if tree.size < width:
            for each in _hashes_of(self.hashes(level, index, width))[tree.size :]:
                tree.append(each)
        return tree

    def _read(self, level: int | str, index: int, width: int) -> bytes:
        """Returns a tile that holds at least `width` hashes or entries: the full one, or a partial one."""
        for path in (self._path(level, index), self._path(level, index, width)):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                continue
        widest = self._widest_partial(level, index)
        if widest < width:
            raise TileError(f"{tile_path(level, index, width)} is missing")
        return self._path(level, index, widest).read_bytes()

    def _widest_partial(self, level: int | str, index: int) -> int:
        folder = self._path(level, index).with_suffix(".p")
        try:
            names = [each.name for each in folder.iterdir()]
        except FileNotFoundError:
            return 0
        return max((int(name) for name in names if name.isdecimal()), default=0)

    def _path(self, level: int | str, index: int, width: int = WIDTH) -> Path:
        return self.folder / tile_path(level, index, width)


def _hashes_of(data: bytes) -> list[bytes]:
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def _first_missing(present: Callable[[int], bool], known: int) -> int:
    """Returns the first index that is not there, given that all below `known` are: gallop up, then halve."""
    step = 1
    while present(known + step - 1):
        known, step = known + step, step * 2
    low, high = known, known + step - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if present(middle) else (low, middle)
    return low


def _write_all(files: Iterable[tuple[Path, bytes]]) -> None:
    """Writes files in order, each whole or not at all; a folder's files are durable before the next folder's begin."""
    for folder, group in groupby(files, key=lambda file: file[0].parent):
        _make_folder(folder)
        for path, data in group:
            temporary = folder / f".{path.name}.new"
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        _sync_folder(folder)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
