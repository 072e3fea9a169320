"""Which policies speak on a recording: the one in force, and those whose promise to it still stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from plainview.base.policy.rules.shape import Policy


@dataclass(frozen=True)
class Term:
    """A policy and the first day on which it is in force; the next term ends it."""

    policy: Policy
    effective: date


def in_force_on(terms: Iterable[Term], day: date) -> Term | None:
    """Returns the term in force on a day: the latest that has begun by then, of equals the last."""
    begun = [t for t in terms if t.effective <= day]
    return max(reversed(begun), key=lambda t: t.effective) if begun else None


def speaking(terms: Sequence[Term], start_day: date | None, on: date) -> tuple[Policy | None, tuple[Policy, ...]]:
    """Returns the policy in force on a day, and the earlier ones that had promised something by then.

    A shorter rule is prospective: it holds for what is recorded from its first day on. So a policy's promise stands for
    every recording that was made before the policy ended; where the day of a recording is not known, all of them stand.

    Args:
        terms: all adopted policies, in the order in which they were adopted.
        start_day: the day of the recording's start in the department's zone.
        on: the day for which the question is asked.
    """
    begun = sorted((t for t in terms if t.effective <= on), key=lambda t: t.effective)
    if not begun:
        return None, ()
    earlier = [
        term.policy
        for term, following in pairwise(begun)
        if term.effective < following.effective and (start_day is None or start_day < following.effective)
    ]
    return begun[-1].policy, tuple(earlier)
