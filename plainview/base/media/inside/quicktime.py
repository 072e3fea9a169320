"""The places where makers write about a movie: user data, keyed metadata, item lists."""

from __future__ import annotations

from .boxes import Box, Walk

LARGEST_ATOM = 256 << 10
MOST_ATOMS = 200


def read_metadata(walk: Walk, box: Box, atoms: dict[bytes, bytes], keys: dict[str, str]) -> None:
    """Adds what a `udta` or `meta` box holds: user data by kind, keyed texts by their long names.

    Raises:
        Malformed: the boxes contradict each other.
    """
    if box.kind == b"meta":
        _meta(walk, box, atoms, keys)
        return
    for child in walk.children(box):
        if child.kind == b"meta":
            _meta(walk, child, atoms, keys)
        elif child.end - child.body <= LARGEST_ATOM and len(atoms) < MOST_ATOMS:
            atoms.setdefault(child.kind, walk.read(child))


def _meta(walk: Walk, meta: Box, atoms: dict[bytes, bytes], keys: dict[str, str]) -> None:
    """QuickTime's meta box has no version field, MPEG-4's has: told apart by where its handler stands."""
    skip = 0 if walk.feed.read_at(meta.body + 4, 4) == b"hdlr" else 4
    names: list[str] = []
    for child in walk.children(meta, skip):
        if child.kind == b"keys":
            names = _names(walk.read(child, LARGEST_ATOM))
        elif child.kind == b"ilst":
            for item in walk.children(child):
                _item(walk, item, names, atoms, keys)


def _names(body: bytes) -> list[str]:
    found: list[str] = []
    at = 8
    while at + 8 <= len(body) and len(found) < MOST_ATOMS:
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8:
            break
        found.append(body[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    return found


def _item(walk: Walk, item: Box, names: list[str], atoms: dict[bytes, bytes], keys: dict[str, str]) -> None:
    data = walk.find(item, b"data")
    if data is None or data.end - data.body > LARGEST_ATOM or len(atoms) + len(keys) >= MOST_ATOMS:
        return
    value = walk.read(data)[8:]
    number = int.from_bytes(item.kind, "big")
    if 1 <= number <= len(names):
        keys.setdefault(names[number - 1], value.decode("utf-8", "replace"))
    else:
        atoms.setdefault(item.kind, value)


def text_of(atom: bytes | None) -> str | None:
    """Returns the text of a user-data atom: plain, or with QuickTime's length and language before it."""
    if not atom:
        return None
    if len(atom) >= 4 and int.from_bytes(atom[:2], "big") == len(atom) - 4:
        atom = atom[4:]
    text = atom.rstrip(b"\0").decode("utf-8", "replace").strip()
    return text if text.isprintable() and text else None
