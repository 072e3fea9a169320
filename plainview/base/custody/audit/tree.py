"""Entries on disk against their tiles, tiles against each other, and both against the leaves in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from plainview.base.custody import place
from plainview.base.custody.audit.finding import Finding
from plainview.ledger import merkle
from plainview.ledger.tiles import ENTRIES, WIDTH, TileError, TileLog, tile_path

# A row for each full tile's worth of leaves: what the database says their hashes are, and what its events hash to.
_GROUPS = """
select l.index / 256, string_agg(l.hash, ''::bytea order by l.index),
       string_agg(sha256('\\x00'::bytea || e.leaf), ''::bytea order by l.index),
       count(*) = max(l.index) - min(l.index) + 1
from custody_leaf l join custody_event e on e.id = l.event_id
where l.index < %s group by 1 order by 1"""


def check(size: int, tell: Callable[[str, int, int], None]) -> Iterator[Finding]:
    """Checks the first `size` leaves."""
    log = place.tile_log()
    roots: list[bytes] = []
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_GROUPS, [size])
        rows = iter(cursor)
        row = next(rows, None)
        for tile in range(-(-size // WIDTH)):
            width = min(WIDTH, size - tile * WIDTH)
            tell("tree", tile * WIDTH, size)
            hashes, findings = _tile(log, tile, width)
            yield from findings
            mine = row if row is not None and row[0] == tile else (tile, b"", b"", False)
            if not (mine[3] and hashes == bytes(mine[1]) == bytes(mine[2])):
                yield from _rows(tile, hashes)
            row = next(rows, None) if mine is row else row
            if width == WIDTH:
                roots.append(merkle.root(_split(hashes)))
    yield from _levels(log, roots)


def _tile(log: TileLog, tile: int, width: int) -> tuple[bytes, list[Finding]]:
    """Returns the hashes of the entries of one bundle, and how the tile of these hashes differs."""
    name = tile_path(0, tile, width)
    try:
        entries = list(log.entries(tile * WIDTH, tile * WIDTH + width))
        published = log.hashes(0, tile, width)
    except TileError as problem:
        return b"", [Finding(name, f"{problem}.")]
    hashes = b"".join([sha256(b"\0" + entry).digest() for entry in entries])
    if hashes == published:
        return hashes, []
    first = tile * WIDTH + _differs(hashes, published)
    bundle = tile_path(ENTRIES, tile, width)
    return hashes, [Finding(bundle, f"Entry {first:,} in {bundle} doesn't hash to what {name} says: one was changed.")]


def _rows(tile: int, hashes: bytes) -> Iterator[Finding]:
    """Says which rows differ from the entries of one bundle."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select l.index, l.hash, e.id, e.leaf, e.item_id from custody_leaf l "
            "left join custody_event e on e.id = l.event_id where l.index between %s and %s order by l.index",
            [tile * WIDTH, tile * WIDTH + len(hashes) // 32 - 1],
        )
        found = {row[0]: row for row in cursor.fetchall()}
    for position, expected in enumerate(_split(hashes)):
        index = tile * WIDTH + position
        finding = _row(index, expected, found.get(index))
        if finding:
            yield finding


def _row(index: int, expected: bytes, row: tuple[Any, ...] | None) -> Finding | None:
    if row is None:
        return Finding("custody_leaf", f"Leaf {index:,} is missing from the database.")
    _, stated, event, leaf, item = row
    if bytes(stated) != expected:
        return Finding("custody_leaf", f"The hash of leaf {index:,} in the database isn't that of entry {index:,}.")
    if event is None:
        return Finding("custody_event", f"The event of leaf {index:,} is missing from the database.")
    if merkle.leaf_hash(bytes(leaf)) != expected:
        return Finding(
            "custody_event",
            f"Event {event} (item {item}) has another leaf than entry {index:,} of the log: "
            "its leaf was changed, or it was put in another's place.",
        )
    return None


def _levels(log: TileLog, roots: list[bytes]) -> Iterator[Finding]:
    """Checks the tiles above the lowest."""
    level = 1
    while roots:
        above = []
        for begin in range(0, len(roots), WIDTH):
            row = roots[begin : begin + WIDTH]
            name = tile_path(level, begin // WIDTH, len(row))
            try:
                if log.hashes(level, begin // WIDTH, len(row)) != b"".join(row):
                    yield Finding(name, f"{name} isn't made of the tiles below it.")
            except TileError as problem:
                yield Finding(name, f"{problem}.")
            if len(row) == WIDTH:
                above.append(merkle.root(row))
        roots, level = above, level + 1


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[i : i + 32] for i in range(0, len(hashes), 32)]


def _differs(one: bytes, other: bytes) -> int:
    return next(i for i, (a, b) in enumerate(zip(_split(one), _split(other), strict=True)) if a != b)
