"""What a disposal has to have gone through, read from the public leaves of its history alone.

The department's own server asks this before it destroys anything, and the offline verifier asks it again of every
destruction in a log: one rule for both. Nothing here believes a row, a clock or a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LONGEST_SILENCE = timedelta(hours=1)
"""More of a gap between two entries of the log doesn't count: its heartbeat comes every ten minutes. A clock that jumps
makes such a gap, and so does a server that was off: then nobody could read what was announced."""

ANNOUNCED = "disposal.batch.announced"
APPROVED = "disposal.batch.approved"
BEGUN = "disposal.batch.begun"
DESTROYED = "disposal.recording.destroyed"
FINISHED = "disposal.batch.finished"
WITHDRAWN = "disposal.batch.withdrawn"


class LogClock:
    """Time as the log lived through it, from one of its entries on."""

    def __init__(self, begin: datetime) -> None:
        self.latest, self.lived = begin, timedelta(0)
        self.steady = timedelta(0)  # without a silence, up to now

    def see(self, moment: datetime) -> timedelta:
        """Takes the time of the next entry; returns what was lived through since the beginning."""
        if moment > self.latest:
            gap, self.latest = moment - self.latest, moment
            self.lived += min(gap, LONGEST_SILENCE)
            self.steady = timedelta(0) if gap > LONGEST_SILENCE else self.steady + gap
        return self.lived


@dataclass(frozen=True)
class Announced:
    """What the leaf of an announcement states."""

    manifest: str  # hex SHA-256 of the list of what is to go
    recordings: int
    early: str  # the reason, where it is before its time
    waiting_days: int
    approvals: int
    policy: str  # hex SHA-256 of the text in force
    at: datetime


@dataclass
class Course:
    """How far one disposal has come. `take` its events in the order of the log."""

    announced: Announced | None = None
    clock: LogClock | None = None
    who: set[str] = field(default_factory=set)  # approvers, each under a name that means nothing outside
    too_soon: bool = False  # somebody approved before the announcement had stood long enough
    other: bool = False  # somebody approved another list
    ended: str = ""  # withdrawn or finished

    def pass_by(self, moment: datetime) -> None:
        """Takes the time of an entry of whatever item."""
        if self.clock is not None:
            self.clock.see(moment)

    def take(self, kind: str, public: Mapping[str, Any], policy: str, at: datetime) -> None:
        """Takes an event of the disposal itself."""
        self.pass_by(at)
        if kind == ANNOUNCED and self.announced is None:
            self.announced, self.clock = _announced(public, policy, at), LogClock(at)
        elif kind == APPROVED:
            self.too_soon |= not self.waited
            self.other |= self.announced is None or public.get("manifest") != self.announced.manifest
            self.who.add(str(public.get("who", "")))
        elif kind in (WITHDRAWN, FINISHED):
            self.ended = self.ended or kind.rpartition(".")[2]

    @property
    def waited(self) -> bool:
        """Whether the announcement stood in a living log for as long as it says."""
        if self.announced is None or self.clock is None:
            return False
        return self.clock.lived >= timedelta(days=self.announced.waiting_days)

    @property
    def left(self) -> timedelta:
        """How much longer the log has to live before anybody may approve."""
        if self.announced is None or self.clock is None:
            return timedelta.max
        return max(timedelta(days=self.announced.waiting_days) - self.clock.lived, timedelta(0))

    def problems(self, waiting_days: int, approvals: int) -> list[str]:
        """Why nothing of it may be destroyed now, by what the policy asks; one sentence each."""
        found = []
        if self.announced is None:
            return ["It was never announced."]
        if self.ended:
            found.append(f"It was {self.ended} before.")
        if self.announced.waiting_days < waiting_days:
            found.append(
                f"It was announced for {self.announced.waiting_days} days; the policy asks for {waiting_days}."
            )
        if not self.waited:
            found.append(f"The log had lived through {in_days(self.clock)} of {self.announced.waiting_days} days only.")
        if self.too_soon:
            found.append("Somebody approved it before the announcement had stood long enough.")
        if self.other:
            found.append("Somebody approved another list than the one announced.")
        if len(self.who - {""}) < approvals:
            found.append(f"{len(self.who - {''})} of {approvals} different people have approved it.")
        return found


def in_days(clock: LogClock | None) -> str:
    """Returns how long a log has lived, in days with one decimal, cut off."""
    tenths = int(clock.lived / timedelta(days=1) * 10) if clock else 0
    return f"{tenths // 10}.{tenths % 10}"


def _announced(public: Mapping[str, Any], policy: str, at: datetime) -> Announced:
    def number(name: str) -> int:
        value = public.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    return Announced(
        manifest=str(public.get("manifest", "")),
        recordings=number("recordings"),
        early=str(public.get("early", "")),
        waiting_days=number("waiting_days"),
        approvals=number("approvals"),
        policy=policy,
        at=at,
    )


def course_of(events: Iterable[tuple[str, Mapping[str, Any], str, datetime]]) -> Course:
    """Returns how far a disposal has come by its own events alone; other entries only let time pass."""
    course = Course()
    for kind, public, policy, at in events:
        course.take(kind, public, policy, at)
    return course
