"""PURE. What is counted of findings, and the formulas that pages show beside every figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FORMULAS = {
    "activation": "(recorded + partial) ÷ expected",
    "complete": "recorded ÷ expected",
    "documented": "excused ÷ expected",
    "unexplained": "not_recorded ÷ expected",
    "coverage": "mean of coverage over recorded and partial",
    "expected": "recorded + partial + excused + not_recorded; neither excluded nor pending",
}


@dataclass(frozen=True)
class Figures:
    """Dispatches by status, and the sum of coverage (thousandths) over those with footage."""

    recorded: int = 0
    partial: int = 0
    excused: int = 0
    not_recorded: int = 0
    pending: int = 0
    excluded: int = 0
    covered: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Figures:
        """Returns the figures of counts by name; names that are no figure are left out."""
        return cls(**{name: int(counts.get(name) or 0) for name in cls.__dataclass_fields__})

    def __add__(self, other: Figures) -> Figures:
        """Returns both together: every one of them is a count or a sum."""
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def all(self) -> int:
        """Every dispatch."""
        return self.expected + self.pending + self.excluded

    @property
    def expected(self) -> int:
        """Dispatches of which a recording is expected and due."""
        return self.recorded + self.partial + self.excused + self.not_recorded

    @property
    def with_footage(self) -> int:
        """Dispatches with at least one matched recording."""
        return self.recorded + self.partial

    @property
    def activation(self) -> float | None:
        """The share with footage, from 0 to 1; None of nothing."""
        return _share(self.with_footage, self.expected)

    @property
    def complete(self) -> float | None:
        """The share recorded from beginning to end."""
        return _share(self.recorded, self.expected)

    @property
    def documented(self) -> float | None:
        """The share without footage, but with a reason on record."""
        return _share(self.excused, self.expected)

    @property
    def unexplained(self) -> float | None:
        """The share without footage and without a reason."""
        return _share(self.not_recorded, self.expected)

    @property
    def coverage(self) -> float | None:
        """The mean share of the expected time that is on footage, of the dispatches with footage."""
        return _share(self.covered, 1000 * self.with_footage)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
