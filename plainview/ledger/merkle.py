"""The Merkle tree of RFC 6962 with SHA-256: hashes, roots, proofs, and their verification (RFC 9162, section 2.1).

Everything that makes proofs works on a function `node(level, index)` giving the hash of the complete subtree over the
leaves [index << level, (index + 1) << level), so that the same code serves a tree in memory and a tree in tile files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()

Node = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof does not show what it should."""


def leaf_hash(data: bytes) -> bytes:
    """Returns the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns the hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Returns the root over leaf hashes."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = [row[-1]] if len(row) % 2 else []
        row = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


class Frontier:
    """The right edge of a growing tree: enough for its root, in a few hundred bytes whatever the size."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        for each in hashes:
            self.append(each)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash."""
        peaks, position = self._peaks, self.size
        while position & 1:
            leaf = sha256(b"\1" + peaks.pop() + leaf).digest()
            position >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Returns the root over everything appended so far."""
        return _fold(self._peaks)


class Tree:
    """A whole tree in memory: 64 bytes a leaf."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self.size = 0
        for each in hashes:
            self.append(each)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash."""
        levels, position, level = self._levels, self.size, 0
        levels[0] += leaf
        while position & 1:
            pair = levels[level][-64:]
            level += 1
            position >>= 1
            if level == len(levels):
                levels.append(bytearray())
            levels[level] += sha256(b"\1" + pair).digest()
        self.size += 1

    def node(self, level: int, index: int) -> bytes:
        """Returns the hash of a complete subtree."""
        return bytes(self._levels[level][index * 32 : index * 32 + 32])

    def root(self, size: int | None = None) -> bytes:
        """Returns the root of the first `size` leaves, of all by default."""
        return root_at(self.size if size is None else self._within(size), self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Returns the inclusion proof of a leaf in the tree of the first `size` leaves."""
        return inclusion_proof(index, self._within(size), self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Returns the proof that the first `old` leaves of the tree of `new` leaves are the old tree."""
        return consistency_proof(old, self._within(new), self.node)

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ProofError(f"the tree has {self.size} leaves, not {size}")
        return size


def root_at(size: int, node: Node) -> bytes:
    """Returns the root of the tree of `size` leaves."""
    return _span(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Returns the inclusion proof of a leaf, sibling first."""
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    proof, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(begin, middle, node))
            begin = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Returns the consistency proof between two sizes of one tree."""
    if not 0 < old <= new:
        raise ProofError(f"no consistency proof from {old} to {new}")
    proof, begin, end = [], 0, new
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_span(middle, end, node))
            end = middle
        else:
            proof.append(_span(begin, middle, node))
            begin = middle
    if begin:  # the old root itself is known to the verifier, any other subtree is not
        proof.append(_span(begin, end, node))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Raises ProofError unless the proof leads from the leaf hash to the root `expected`."""
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    _check_hashes([leaf, expected, *proof])
    here, last = index, size - 1
    for sibling in proof:
        if not last:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            leaf = node_hash(sibling, leaf)
            here, last = _climb(here, last)
        else:
            leaf = node_hash(leaf, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    if leaf != expected:
        raise ProofError("the proof leads to another root")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Raises ProofError unless the tree of size1 with root1 is the beginning of the tree of size2 with root2.

    An empty first tree is refused: it would be consistent with anything, so the answer would say nothing.
    """
    if not 0 < size1 <= size2:
        raise ProofError(f"nothing can be said about a tree of {size1} inside a tree of {size2}")
    if size1 == size2:
        if proof or root1 != root2:
            raise ProofError("same size needs no proof" if proof else "same size, but another root")
        return
    _check_hashes([root1, root2, *proof])
    path = list(proof)
    if size1 & (size1 - 1) == 0:
        path.insert(0, root1)
    if not path:
        raise ProofError("the proof is empty")
    old, new = _replay_consistency(size1, size2, path)
    if old != root1:
        raise ProofError("the proof does not lead to the earlier root")
    if new != root2:
        raise ProofError("the proof does not lead to the later root")


def _replay_consistency(size1: int, size2: int, path: list[bytes]) -> tuple[bytes, bytes]:
    here, last = size1 - 1, size2 - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if not last:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            here, last = _climb(here, last)
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old, new


def _climb(here: int, last: int) -> tuple[int, int]:
    """Skips the levels at which the right edge has no sibling."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ProofError("a hash is not 32 bytes long")


def _split(size: int) -> int:
    """Returns the largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1


def _span(begin: int, end: int, node: Node) -> bytes:
    """Returns the hash over the leaves [begin, end), a subtree of some tree."""
    peaks = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.append(node(level, begin >> level))
        begin += 1 << level
    return _fold(peaks)


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    total = peaks[-1]
    for peak in reversed(peaks[:-1]):
        total = node_hash(peak, total)
    return total
