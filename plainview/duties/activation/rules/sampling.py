"""PURE. A sample that a stranger can draw again: by a published seed, in shares by unit, with what it can't rule out.

Every dispatch has a place by the SHA-256 of "seed:call:badge:begin" (begin in UTC to the second); the first of each
unit are taken. Nobody chooses, and nobody can foresee without the seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from typing import TypeVar

Z95 = 1.959964  # two-sided 95 %
_Key = TypeVar("_Key")


def place(seed: str, call: str, badge: str, begin: str) -> str:
    """Returns the place of a dispatch in the draw, as hex; `begin` as 2026-03-05T16:10:00Z."""
    return sha256(f"{seed}:{call}:{badge}:{begin}".encode()).hexdigest()


def allotted(sizes: Mapping[_Key, int], wanted: int) -> dict[_Key, int]:
    """Returns how many of each stratum are drawn: in proportion, by largest remainders, at least one of each if it can.

    Never more than there are.
    """
    total = sum(sizes.values())
    wanted = min(wanted, total)
    if not total:
        return dict.fromkeys(sizes, 0)
    exact = {key: wanted * size / total for key, size in sizes.items()}
    given = {key: int(share) for key, share in exact.items()}
    order = sorted(sizes, key=lambda key: (-(exact[key] - given[key]), str(key)))
    for key in order[: wanted - sum(given.values())]:
        given[key] += 1
    empty = [key for key in sizes if sizes[key] and not given[key]]
    for key in empty:  # the largest give way, as long as one has more than one
        largest = max(given, key=lambda each: (given[each], str(each)))
        if given[largest] > 1:
            given[largest] -= 1
            given[key] += 1
    return given


@dataclass(frozen=True)
class Stratum:
    """One unit: how many dispatches there are, how many were drawn, how many of these have what is asked."""

    size: int
    drawn: int
    hits: int


@dataclass(frozen=True)
class Estimate:
    """A share from 0 to 1 with its 95 % interval; None where nothing was drawn."""

    share: float
    low: float
    high: float


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """Returns the share over all strata, each weighted by its size.

    The interval is Wilson's on the effective sample size of the stratified variance (with the correction for finite
    strata), so that it stays inside 0..1 and is honest where all or none are hits. Drawing everything leaves no doubt.
    """
    total = sum(s.size for s in strata if s.drawn)
    if not total:
        return None
    share = sum(s.size / total * s.hits / s.drawn for s in strata if s.drawn)
    if all(s.drawn == s.size for s in strata):
        return Estimate(share, share, share)
    drawn = sum(s.drawn for s in strata)
    variance = sum(_variance(s, total) for s in strata if s.drawn)
    plain = share * (1 - share) / drawn
    effective = drawn * plain / variance if variance > 0 and plain > 0 else drawn
    return _wilson(share, max(1.0, effective))


def _variance(s: Stratum, total: int) -> float:
    rate = s.hits / s.drawn
    left = 1 - s.drawn / s.size
    return float((s.size / total) ** 2 * left * rate * (1 - rate) / max(1, s.drawn - 1))


def _wilson(share: float, n: float) -> Estimate:
    z2 = Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))
