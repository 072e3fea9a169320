"""How long a recording is kept, why, and by which clause.

The rules, as the house states them:

- Every class that a recording bears gives a day (the day of its moment + its period), or `forever`, or
  `until concluded` where the moment has not come. The longest wins: any day < until concluded < forever.
- `recorded` is the day of the recording's start in the department's zone. Where it is not known no clock can run.
- `matter concluded` is the latest conclusion once all linked matters of the class's kinds are concluded; `inactive`
  ends a matter as `concluded` does. No such matter, no conclusion, no clock.
- An open or appealed matter of whatever kind, and a hold that two people have not lifted, change no day: they hold.
- A class that the policy does not know, and no class at all, means never.
- A policy that shortens something never reaches back: what an earlier policy promised, while it was in force and the
  recording was there, stays promised. The caller names those policies as `earlier` (see `terms`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plainview.base.policy.rules import say
from plainview.base.policy.rules.shape import Class, Policy
from plainview.base.policy.rules.words import (
    ENDED_STATUSES,
    FOREVER,
    MATTER_CONCLUDED,
    RECORDED,
    Until,
    rank,
)

LIFTS = 2
"""How many different people it takes to lift a hold."""


@dataclass(frozen=True)
class MatterState:
    """Where a matter stands that the recording is linked to, directly or through its call."""

    id: str
    kind: str
    status: str  # open, appealed, inactive, concluded
    status_on: date | None = None

    @property
    def holds(self) -> bool:
        """Whether it holds what is linked to it: open, appealed, and whatever is not known to be over."""
        return not self.ended

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, on a known day."""
        return self.status in ENDED_STATUSES and self.status_on is not None


@dataclass(frozen=True)
class HoldState:
    """A hold that a person placed, and who has agreed so far to lift it."""

    id: str
    reason: str = ""
    lifted_by: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it still stands: it takes two different people to lift it."""
        return len(set(self.lifted_by)) < LIFTS


@dataclass(frozen=True)
class Reason:
    """What one class says of one recording under one policy."""

    class_id: str
    clause: str
    until: Until
    because: str  # why, as the later part of a sentence
    review: bool = False
    version: str = ""  # of the policy that says so
    step: str = ""  # what would have to happen for this reason to end; empty where only time has to pass

    @property
    def sentence(self) -> str:
        """The same reason as a sentence of its own."""
        return f"{self.because[:1].upper()}{self.because[1:]}."


@dataclass(frozen=True)
class KeepUntil:
    """How long one recording is kept, with everything that contributes to it."""

    until: Until
    reasons: tuple[Reason, ...]
    known: bool  # whether the policy knows every class it bears
    matters: tuple[MatterState, ...] = ()  # those that hold
    holds: tuple[HoldState, ...] = ()  # those that hold

    @property
    def held_by(self) -> tuple[str, ...]:
        """The ids of the matters and holds that hold it, matters first."""
        return (*(m.id for m in self.matters), *(h.id for h in self.holds))

    @property
    def governing(self) -> tuple[Reason, ...]:
        """The reasons that say as long as the longest."""
        return tuple(r for r in self.reasons if r.until == self.until)

    @property
    def review(self) -> bool:
        """Whether a person decides at its end, because one of its classes asks for it."""
        return any(r.review for r in self.reasons)

    def due(self, on: date) -> bool:
        """Whether every clock has run out by the end of that day, nothing holds it, and its classes are known."""
        return self.known and not self.held_by and isinstance(self.until, date) and self.until <= on

    def sentence(self) -> str:
        """Returns one plain sentence: how long, why, and by which clause."""
        held = say.held([say.matter(m.kind, m.id, m.status) for m in self.matters], [h.id for h in self.holds])
        return say.whole(self.until, self.governing[0].because, self.review, held)

    def what_would_have_to_happen(self, on: date | None = None) -> list[str]:
        """Returns, step by step, what would have to happen for it to go. With `on`, days over by then are left out."""
        steps = [say.matter_must_end(m.kind, m.id) for m in self.matters]
        steps += [say.hold_must_be_lifted(h.id, h.reason, len(set(h.lifted_by))) for h in self.holds]
        steps += dict.fromkeys(r.step for r in self.reasons if r.step)
        if isinstance(self.until, date) and (on is None or self.until > on):
            steps.append(say.day_must_come(self.until))
        if self.review:
            steps.append("A person has to decide: a class that asks for review never goes by itself.")
        return steps


def keep_until(
    policy: Policy | None,
    classes: Iterable[str],
    start_day: date | None,
    matters: Sequence[MatterState] = (),
    holds: Sequence[HoldState] = (),
    *,
    uploaded_day: date | None = None,
    earlier: Sequence[Policy] = (),
) -> KeepUntil:
    """Returns how long a recording is kept, why, and by which clause.

    Args:
        policy: the policy in force; None where there is none, and then nothing goes.
        classes: the classes the recording bears.
        start_day: the day of its start in the department's zone; None where it can't be known.
        matters: every matter linked to it, directly or through its call, whatever its status.
        holds: every hold that a person placed on it.
        uploaded_day: the day it came in, for classes that count from there.
        earlier: the policies that were in force before, while the recording was there already.
    """
    borne = tuple(dict.fromkeys(classes))
    case = _Case(start_day, uploaded_day, tuple(matters))
    if policy is None:
        reasons = [Reason("", "", FOREVER, say.NO_POLICY, step=say.ADOPT)]
    elif not borne:
        reasons = [Reason("", "", FOREVER, say.NO_CLASS, step=say.CLASSIFY)]
    else:
        reasons = [_now(policy, class_id, case) for class_id in borne]
        reasons += _promises(policy, earlier, borne, case, reasons)
    return KeepUntil(
        until=max((r.until for r in reasons), key=rank),
        reasons=tuple(reasons),
        known=policy is not None and bool(borne) and not policy.unknown(borne),
        matters=tuple(m for m in matters if m.holds),
        holds=tuple(h for h in holds if h.holds),
    )


@dataclass(frozen=True)
class _Case:
    """What is known of the recording itself."""

    start_day: date | None
    uploaded_day: date | None
    matters: tuple[MatterState, ...]

    def of(self, kinds: tuple[str, ...]) -> list[MatterState]:
        return [m for m in self.matters if m.kind in kinds]

    def concluded(self, kinds: tuple[str, ...]) -> date | None:
        """Returns the latest conclusion of the matters of these kinds; None while one is open, or there is none."""
        linked = self.of(kinds)
        days = [m.status_on for m in linked if m.ended and m.status_on is not None]
        return max(days) if days and len(days) == len(linked) else None

    def moment(self, found: Class) -> date | None:
        """Returns the day from which a class counts; None while it has not come or is not known."""
        if found.moment == MATTER_CONCLUDED:
            return self.concluded(found.matter_kinds)
        return self.start_day if found.moment == RECORDED else self.uploaded_day


def _now(policy: Policy, class_id: str, case: _Case) -> Reason:
    """Returns what the policy in force says of one class."""
    found = policy.find(class_id)
    if found is None:
        because, step = say.unknown_class(class_id), say.reclassify(class_id)
        return Reason(class_id, "", FOREVER, because, version=policy.version, step=step)
    return _judge(policy, found, case)


def _judge(policy: Policy, found: Class, case: _Case) -> Reason:
    """Returns what a policy says of a class that it knows."""
    day = case.moment(found)
    if found.keep == FOREVER:
        until, because, step = say.forever(found)
    elif day is not None:
        until, because, step = say.clock_runs(found, day, found.keep.after(day))
    elif found.moment == MATTER_CONCLUDED:
        linked = [say.matter(m.kind, m.id, m.status) for m in case.of(found.matter_kinds) if not m.ended]
        until, because, step = say.not_concluded(found, linked)
    else:
        until, because, step = say.day_unknown(found)
    return Reason(found.id, found.clause, until, because, found.review, policy.version, step)


def _promises(
    policy: Policy, earlier: Sequence[Policy], borne: tuple[str, ...], case: _Case, now: Sequence[Reason]
) -> list[Reason]:
    """Returns what earlier policies promised longer than the one in force now does.

    A class that an earlier policy did not know was no promise of it, so it adds nothing here.
    """
    said = {reason.class_id: reason for reason in now}
    promised: list[Reason] = []
    for old in earlier:
        for class_id in borne:
            found = old.find(class_id)
            if found is None or policy.find(class_id) is None:
                continue
            reason = _judge(old, found, case)
            if rank(reason.until) > rank(said[class_id].until):
                promised.append(replace(reason, because=say.promised(reason.because, reason.version)))
    return promised
