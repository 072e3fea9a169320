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
        self._full = 0  # level-0 tiles seen full
        self._seen = 0  # the size when last looked
        self._trees: dict[tuple[int, int], merkle.Tree] = {}

    @property
    def size(self) -> int:
        """How many leaves the tiles hold: full tiles in a row, then the widest partial one."""
        if self._full and not self._path(0, self._full - 1).is_file():  # somebody put an older folder in place
            self._full = 0
        self._full = _first_missing(lambda index: self._path(0, index).is_file(), self._full)
        self._seen = self._full * WIDTH + self._widest_partial(self._full)
        return self._seen

    def append(self, entries: Sequence[bytes]) -> None:
        """Adds entries, durable when it returns. Cut off at any point, the log holds none or only the first of them.

        Raises ValueError for an entry that no bundle can hold, and then nothing was added.
        """
        for entry in entries:
            if len(entry) > ENTRY_LIMIT:
                raise ValueError(f"an entry of {len(entry)} bytes does not fit a log (at most {ENTRY_LIMIT})")
        size, begin = self.size, 0
        while begin < len(entries):
            end = begin + WIDTH - size % WIDTH
            self._append_within_tile(size, entries[begin:end])
            size, begin = size + len(entries[begin:end]), end

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
            raise TileError(f"{tile_path(level, index)} has a wrong length")
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

    def _append_within_tile(self, size: int, entries: Sequence[bytes]) -> None:
        """Adds entries that all fall into one level-0 tile: that tile's own file, the last, makes them count."""
        index, width = divmod(size, WIDTH)
        held = bundle([*self.entries(size - width, size), *entries])
        files = [(tile_path(ENTRIES, index, width + len(entries)), held)]
        files += reversed(self._hash_tiles(size, [merkle.leaf_hash(entry) for entry in entries]))
        _write_all((self.folder / name, data) for name, data in files)
        if width + len(entries) == WIDTH:
            self._drop_partials(index)

    def _hash_tiles(self, start: int, hashes: list[bytes]) -> list[tuple[str, bytes]]:
        """Returns the tile of each level that grows, from 0 up: a full tile adds one hash to the level above."""
        files: list[tuple[str, bytes]] = []
        while hashes:
            level, (index, width) = len(files), divmod(start, WIDTH)
            row = [*_hashes_of(self.hashes(level, index, width) if width else b""), *hashes]
            files.append((tile_path(level, index, len(row)), b"".join(row)))
            start, hashes = index, [merkle.root(row)] if len(row) == WIDTH else []
        return files

    def _drop_partials(self, index: int) -> None:
        """Removes the partial tiles of each full one (the spec allows it). Full tiles are never touched again."""
        _remove_folder(self._path(ENTRIES, index).with_suffix(".p"))
        level = 0
        while True:
            _remove_folder(self._path(level, index).with_suffix(".p"))
            index, position = divmod(index, WIDTH)
            level += 1
            if position != WIDTH - 1:
                return

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
        """Returns a tile that holds at least `width` hashes or entries.

        Only the file that belongs to the log's own size is read: a wider one beside it may be the leftover of an
        append that was cut off. A second look is for a log that another process has made longer meanwhile.
        """
        shift = 8 * level if isinstance(level, int) else 0
        for again in (False, True):
            held = min(((self.size if again else self._seen) >> shift) - index * WIDTH, WIDTH)
            if held >= width:
                try:
                    return self._path(level, index, held).read_bytes()
                except FileNotFoundError:
                    continue
        raise TileError(f"{tile_path(level, index, width)} is missing")

    def _widest_partial(self, index: int) -> int:
        folder = self._path(0, index).with_suffix(".p")
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


def _remove_folder(folder: Path) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


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
