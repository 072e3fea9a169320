"""PURE. How a matter may move from one status to another, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# RSMo 610.100.1(3): the three grounds on which an investigation is inactive.
GROUNDS = {
    "not pursued": "the agency decided not to pursue the case",
    "time": "the limitation expired, or ten years passed since the offense",
    "final": "convictions are final and appeals are spent",
}
HOLDING = frozenset({"open", "appealed"})
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"inactive", "concluded"}),
    "inactive": frozenset({"open"}),
    "concluded": frozenset({"appealed", "open"}),
    "appealed": frozenset({"concluded", "open"}),
}


@dataclass(frozen=True)
class Standing:
    """Where a matter stands, since which day, and why."""

    status: str
    on: date
    reason: str = ""


class ImpossibleMove(ValueError):
    """A status that can't follow the one before it; says why, and what could."""


def check_day(then: Standing, today: date) -> None:
    """Raises ImpossibleMove for a standing that has not come yet: nothing is concluded in advance."""
    if then.on > today:
        raise ImpossibleMove(
            f"{then.status} on {then.on} is still to come; today is {today}. Enter it on the day, or mend the date."
        )


def check_move(kind: str, now: Standing, then: Standing) -> None:
    """Raises ImpossibleMove unless `then` may follow `now`. The same standing again is no move and always fine."""
    if then.status == now.status:
        if then.on != now.on:
            raise ImpossibleMove(
                f"it is {now.status} since {now.on}; a second “{now.status}” on {then.on} contradicts that."
            )
        if then.reason not in ("", now.reason):
            _check_ground(kind, then)
        return
    if then.status not in MOVES[now.status]:
        could = " or ".join(sorted(MOVES[now.status]))
        raise ImpossibleMove(f"{now.status} can't become {then.status}; it could become {could}.")
    if then.on < now.on:
        raise ImpossibleMove(f"{then.status} on {then.on} is before it became {now.status} on {now.on}.")
    _check_ground(kind, then)


def _check_ground(kind: str, then: Standing) -> None:
    if kind == "criminal" and then.status == "inactive" and then.reason not in GROUNDS:
        raise ImpossibleMove(
            f"a criminal case is inactive only on one of three grounds (RSMo 610.100): {', '.join(GROUNDS)}. "
            "Put one of these words into the reason."
        )


def holds(status: str) -> bool:
    """Whether a matter of this status keeps what is linked to it."""
    return status in HOLDING
