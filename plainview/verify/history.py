"""Events and their chains: each body fits its leaf, each leaf is in the log, and no event of an item is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plainview.ledger import event, merkle
from plainview.ledger.canonical import Json
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.event import LeafFacts
from plainview.ledger.merkle import ProofError
from plainview.verify.reading import Unreadable, open_plain, parse_object
from plainview.verify.report import Report, counted

GIVE_UP = 1000  # wrong lines
LINE = 16 << 20  # bytes: a body has at most one MiB, and JSON inside JSON at most six times that


@dataclass(frozen=True)
class Known:
    """One event as far as it was given: the leaf always, the body unless it was withheld."""

    index: int
    leaf: LeafFacts
    body: dict[str, Json] | None

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return f"event {self.index:,} ({self.leaf.kind})"

    def text(self, field: str) -> str:
        """Returns a text of the body; empty where there is none."""
        value = (self.body or {}).get(field)
        return value if isinstance(value, str) else ""


def read_known(leaf: object, body: object, index: object) -> tuple[Known, bytes]:
    """Returns an event and its leaf's bytes. Raises Unreadable where the parts don't fit together."""
    if not isinstance(leaf, str) or not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise Unreadable("it has no leaf, or no place in the log")
    if not (body is None or isinstance(body, str)):
        raise Unreadable("its body is not text")
    try:
        data = leaf.encode()
        facts = event.read_leaf(data)
        shown = None if body is None else event.read_body(body.encode())
        if body is not None and event.body_digest(body.encode()) != facts.body_digest:
            raise Unreadable("its body is not the one that the leaf commits to")
    except Unreadable:
        raise
    except ValueError as problem:
        raise Unreadable(f"it is not an event: {problem}") from problem
    return Known(index, facts, shown), data


def check_inclusion(data: bytes, index: int, proof: object, stated: Checkpoint) -> None:
    """Raises Unreadable unless the proof, hashes in hex, leads from the leaf to the root that the log signed."""
    if not isinstance(proof, list) or not all(isinstance(each, str) for each in proof):
        raise Unreadable("its proof is not a list of hashes")
    try:
        path = [bytes.fromhex(each) for each in proof]
        if [each.hex() for each in path] != proof:
            raise Unreadable("its proof is not a list of hashes")
        merkle.verify_inclusion(merkle.leaf_hash(data), index, stated.size, path, stated.root)
    except ProofError as problem:
        raise Unreadable(f"it is not in the log that was signed: {problem}") from problem
    except Unreadable:
        raise
    except ValueError as problem:
        raise Unreadable("its proof is not a list of hashes") from problem


class Chains:
    """Every item's own chain, in memory: for a package, where every chain is whole and short."""

    def __init__(self) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}

    def add(self, facts: LeafFacts, digest: bytes) -> None:
        """Takes the next event of an item. Raises Unreadable for a gap, a doubled number, or another event before."""
        n, head = self.heads.get(facts.handle, (0, None))
        if facts.n != n + 1:
            raise Unreadable(f"it is number {facts.n:,} of its item, but number {n + 1:,} is missing before it")
        if facts.prev != head:
            raise Unreadable("the event before it is not the one that it names")
        self.heads[facts.handle] = facts.n, digest


def read_history(path: Path, where: str, stated: Checkpoint | None, report: Report) -> Iterator[Known]:
    """Yields the events of a package, each checked against its leaf, the log and the chain of its item.

    What is wrong is said, and such an event is not yielded. Without a checkpoint the log can't be asked.
    """
    chains, last, good, bad = Chains(), -1, 0, 0
    for number, line in enumerate(_lines(path), 1):
        try:
            given = parse_object(line, ("leaf", "body", "index", "proof"))
            known, data = read_known(given["leaf"], given["body"], given["index"])
            if known.index <= last:
                raise Unreadable("it stands before an event that comes earlier in the log")
            last = known.index
            if stated is not None:
                check_inclusion(data, known.index, given["proof"], stated)
            chains.add(known.leaf, merkle.leaf_hash(data))
        except Unreadable as problem:
            report.damaged(f"Line {number} is wrong: {problem}.", where)
            bad += 1
            if bad == GIVE_UP:
                raise Unreadable(f"more than {GIVE_UP - 1:,} of its lines are wrong") from problem
            continue
        good += 1
        yield known
    if not bad and stated is not None:
        report.holds(
            f"The events, {good:,} of {counted(len(chains.heads), 'item', 'items')}, are in the signed log, fit their "
            "bodies, and follow one another without a gap.",
            where,
        )


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with open_plain(path) as raw, open(raw.fileno(), "rb", closefd=False) as source:
            while line := source.readline(LINE):
                yield line
    except OSError as problem:
        raise Unreadable(f"it can't be read ({problem.strerror})") from problem
