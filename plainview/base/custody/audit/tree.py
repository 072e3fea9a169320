"""Entries on disk against their tiles, tiles against each other, and both against the leaves in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from django.db import connection

from plainview.base.custody import place
from plainview.base.custody.audit.finding import Finding
from plainview.ledger import merkle
from plainview.ledger.tiles import ENTRIES, WIDTH, TileError, TileLog, tile_path

STRETCH = 16 * WIDTH  # leaves that are asked for at once


def check(size: int, tell: Callable[[str, int, int], None]) -> Iterator[Finding]:
    """Checks the first `size` leaves."""
    log = place.tile_log()
    roots: list[bytes] = []
    for begin in range(0, size, STRETCH):
        end = min(begin + STRETCH, size)
        stated = _stated(begin, end)
        for first in range(begin, end, WIDTH):
            width = min(WIDTH, size - first)
            hashes, findings = _tile(log, first // WIDTH, width)
            yield from findings
            if stated[(first - begin) * 32 : (first - begin + width) * 32] != hashes:
                yield from _rows(first, hashes)
            if width == WIDTH:
                roots.append(merkle.root(_split(hashes)))
        tell("tree", end, size)
    yield from _levels(log, roots)


def _stated(begin: int, end: int) -> bytes:
    """Returns the hashes of leaves [begin, end) as the database has them in a row; nothing if one is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(hash, ''::bytea order by index), count(*) from custody_leaf "
            "where index >= %s and index < %s",
            [begin, end],
        )
        hashes, count = cursor.fetchone()
    return bytes(hashes) if count == end - begin else b""


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


def _rows(first: int, hashes: bytes) -> Iterator[Finding]:
    """Says which leaves of the database differ from the entries of one bundle."""
    with connection.cursor() as cursor:
        cursor.execute("select index, hash from custody_leaf where index between %s and %s", [first, first + WIDTH - 1])
        stated = {index: bytes(found) for index, found in cursor.fetchall()}
    for index, expected in enumerate(_split(hashes), first):
        if index not in stated:
            yield Finding("custody_leaf", f"Leaf {index:,} is missing from the database.")
        elif stated[index] != expected:
            says = f"The hash of leaf {index:,} in the database isn't that of entry {index:,}."
            yield Finding("custody_leaf", says)


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
