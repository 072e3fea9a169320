"""PURE. Which policy's section on activation speaks on which days, and what it says in the units of the matcher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plainview.base.policy.rules import Policy, Term
from plainview.duties.activation.rules.finding import HOUR, SECOND, Terms

WEEK = 7  # days judged at a time, so that memory stays flat over a year


@dataclass(frozen=True)
class Stretch:
    """Days in a row, both included, for which one policy speaks; None where no text says what is expected."""

    first: date
    last: date
    policy: Policy | None


def stretches(terms: Sequence[Term], first: date, last: date, days: int = WEEK) -> Iterator[Stretch]:
    """Yields first..last in pieces of at most `days`, each under the policy in force on all of its days."""
    begun = sorted(terms, key=lambda term: term.effective)
    day = first
    while day <= last:
        speaking = next((t for t in reversed(begun) if t.effective <= day), None)
        following = next((t.effective for t in begun if t.effective > day), None)
        until = min(last, day + timedelta(days=days - 1))
        if following is not None:
            until = min(until, following - timedelta(days=1))
        policy = speaking.policy if speaking is not None and speaking.policy.activation is not None else None
        yield Stretch(day, until, policy)
        day = until + timedelta(days=1)


def terms_of(policy: Policy) -> Terms:
    """Returns what a policy's [activation] says. The policy has to have one."""
    said = policy.activation
    assert said is not None
    return Terms(
        said.late_start_seconds * SECOND,
        said.early_stop_seconds * SECOND,
        said.gap_seconds * SECOND,
        said.upload_hours * HOUR,
        frozenset(said.exclude_call_types),
        frozenset(said.cancelled_dispositions),
        said.clause,
    )
