"""Which files are segments of one press: pure, so that it can be tried on every order of arrival."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Cameras cut a long press into files without a pause; their clocks round to the second.
JOINT = timedelta(seconds=2)
# File counters start again after a card is formatted, so an equal key alone proves nothing about another day.
ONE_PRESS_WITHIN = timedelta(hours=12)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Segment:
    """What is known of one file of a camera."""

    name: str
    role: str  # footage, sidecar or other
    press: str
    sequence: int | None
    start: datetime | None
    stop: datetime | None


def joins(new: Segment, members: Iterable[Segment]) -> str | None:
    """Returns in plain words why the new file belongs to the same press as the members, None where it doesn't."""
    for member in members:
        if _same_press(new, member):
            return "the file names say that they come from one press"
        if _continues(new, member) or _continues(member, new):
            return "one begins within 2 seconds of where the other ends, with the next number"
    return None


def _same_press(one: Segment, other: Segment) -> bool:
    if not one.press or one.press != other.press:
        return False
    if one.role == other.role and one.sequence == other.sequence:
        return False  # two takes under one name, not two parts of one
    if one.start is None or other.start is None:
        return True
    return abs(one.start - other.start) <= ONE_PRESS_WITHIN


def _continues(later: Segment, earlier: Segment) -> bool:
    if later.role != "footage" or earlier.role != "footage":
        return False
    if later.sequence is None or earlier.sequence is None or later.sequence != earlier.sequence + 1:
        return False
    if later.start is None or earlier.stop is None or naming(later.name) != naming(earlier.name):
        return False
    return abs(later.start - earlier.stop) <= JOINT


def naming(name: str) -> str:
    """Returns the pattern of a file name: digits stand for any digits, upper and lower case are one."""
    stem, dot, ending = name.rsplit("/", 1)[-1].casefold().rpartition(".")
    return _DIGITS.sub("#", stem) + dot + ending
