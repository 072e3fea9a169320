"""The words that a policy text may use, and how they read in a sentence."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

UNCLASSIFIED = "unclassified"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FOREVER: Literal["forever"] = "forever"
UNTIL_CONCLUDED: Literal["until concluded"] = "until concluded"

Until = date | Literal["forever", "until concluded"]
"""How long something is kept. Ordered: any date < until concluded < forever (see `longer`)."""

RECORDED, UPLOADED, MATTER_CONCLUDED = "recorded", "uploaded", "matter concluded"
# From which day a class counts its period.
MOMENTS = {
    RECORDED: "the day it was recorded",
    UPLOADED: "the day it was uploaded",
    MATTER_CONCLUDED: "the day its matters are concluded",
}
MATTER_KINDS = {
    "civil": "civil claim",
    "complaint": "complaint",
    "criminal": "criminal case",
    "force": "force review",
    "outside": "outside investigation",
    "request": "request",
    "shooting": "shooting investigation",
}
# A matter in one of these holds what is linked to it; the others end it.
HOLDING_STATUSES = ("appealed", "open")
ENDED_STATUSES = ("concluded", "inactive")
CLAUSE_STATUSES = {
    "sourced": "Sourced: a public source says so",
    "proposal": "Proposal: no source found, to be decided",
}


def rank(until: Until) -> tuple[int, date]:
    """Returns a key by which longer sorts later."""
    if isinstance(until, date):
        return 0, until
    return (2 if until == FOREVER else 1), date.max


def longer(one: Until, other: Until) -> Until:
    """Returns the longer of two."""
    return one if rank(one) >= rank(other) else other


def in_words(day: date) -> str:
    """Returns a day as a sentence says it: March 3, 2021."""
    return f"{day:%B} {day.day}, {day.year}"


def listed(words: list[str], last: str = "and") -> str:
    """Returns a list as a sentence says it: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def kinds_in_words(kinds: tuple[str, ...], last: str = "or") -> str:
    """Returns kinds of matters as a sentence says them: criminal case or civil claim."""
    return listed([MATTER_KINDS.get(kind, kind) for kind in kinds], last)
