"""The full check of history: every byte of the log against every row of the database.

It needs no trust in triggers: whoever is superuser of the database can switch them off, but can't make the rows agree
with a log that was published. A log that is being written meanwhile is checked up to where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plainview.base.custody import guard, place
from plainview.base.custody.audit import checkpoints, items, outbox, tree
from plainview.base.custody.audit.finding import Finding

Progress = Callable[[str, int, int], None]  # what, done, of how many

__all__ = ["Check", "Finding", "Progress", "audit"]


@dataclass(frozen=True)
class Check:
    """One thing that was checked, in a sentence, and what was found wrong."""

    name: str
    says: str
    findings: list[Finding]


def audit(progress: Progress | None = None) -> Iterator[Check]:
    """Checks everything and yields one answer after the other."""
    tell: Progress = progress or (lambda *_: None)
    size = min(place.tile_log().size, guard.end_of_database()[0])
    yield Check("start", "What is looked at before anything may be written", _start())
    yield Check(
        "tree",
        f"{size:,} entries on disk, their tiles, and the same leaves in the database",
        _cut(tree.check(size, tell)),
    )
    yield Check("checkpoints", "Signature and root of every checkpoint", _cut(checkpoints.check(size)))
    yield Check("outbox", "Every event is either in the log or waiting", _cut(outbox.check()))
    yield Check("items", "Body, counter and chain of every event of every item", _cut(items.check(size, tell)))


def _start() -> list[Finding]:
    return [Finding("start", problem) for problem in guard.check_start()]


def _cut(found: Iterator[Finding]) -> list[Finding]:
    """The first hundred findings of a kind say enough."""
    kept = []
    for each in found:
        kept.append(each)
        if len(kept) == 100:
            kept.append(Finding(each.where, "There may be more; the check stopped looking after a hundred."))
            break
    return kept
