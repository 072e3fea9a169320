"""How the answers read: one plain sentence each, without initials or jargon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plainview.base.policy.rules.shape import Class
from plainview.base.policy.rules.words import (
    FOREVER,
    MATTER_CONCLUDED,
    MATTER_KINDS,
    MOMENTS,
    UNTIL_CONCLUDED,
    Until,
    in_words,
    kinds_in_words,
    listed,
)

Answer = tuple[Until, str, str]
"""Until when, because of what, and what would have to happen (empty where only time has to pass)."""

NO_POLICY = "no policy is in force, so nothing says that it may go"
NO_CLASS = "it bears no class, so nothing says that it may go"
ADOPT = "A policy has to be adopted."
CLASSIFY = "A person has to give it a class."


def unknown_class(class_id: str) -> str:
    """Says that the policy in force has no such class."""
    return f'the policy in force has no class "{class_id}", and what it does not know never goes'


def reclassify(class_id: str) -> str:
    """Says what would have to happen to a recording of an unknown class."""
    return f'A person has to give it a class that the policy knows instead of "{class_id}".'


def forever(found: Class) -> Answer:
    """Answers for a class without an end."""
    step = f"A person has to give it a class that ends instead of {found.label}."
    return FOREVER, f"its class {found.label} is kept forever, by clause {found.clause}", step


def clock_runs(found: Class, day: date, until: date) -> Answer:
    """Answers for a class whose clock is running, or has run out."""
    since = MOMENTS[found.moment]
    if found.moment == MATTER_CONCLUDED:
        since = f"the day its {kinds_in_words(found.matter_kinds)} was concluded"
    because = f"its class {found.label} is kept {found.keep} from {since} ({in_words(day)}), by clause {found.clause}"
    return until, because, ""


def not_concluded(found: Class, linked: Sequence[str]) -> Answer:
    """Answers for a class that waits for the conclusion of matters; `linked` are those it waits for, in words."""
    kinds = kinds_in_words(found.matter_kinds)
    waits = (
        f"its class {found.label} is kept until {found.keep} after its {kinds} is concluded, by clause {found.clause}"
    )
    then = f"From then on it is kept {found.keep} more (class {found.label}, clause {found.clause})."
    if not linked:
        step = f"A {kinds} has to be linked to it and be concluded, or it has to get another class. {then}"
        return UNTIL_CONCLUDED, f"{waits}, and none is linked to it", step
    names = listed(list(linked))
    return UNTIL_CONCLUDED, f"{waits}, which {names} {'is' if len(linked) == 1 else 'are'} not", then


def day_unknown(found: Class) -> Answer:
    """Answers for a class whose clock can't run because its first day is not known."""
    since = MOMENTS[found.moment]
    because = f"its class {found.label} is kept {found.keep} from {since}, by clause {found.clause}"
    return FOREVER, f"{because}, and that day is not known", f"A person has to find out {since}."


def promised(because: str, version: str) -> str:
    """Says that an earlier policy version gave this reason, and that a later one does not take it back."""
    return f"{because} of version {version}, which was in force while it was here already"


def matter(kind: str, matter_id: str, status: str) -> str:
    """Names a matter: criminal case C-17 (open)."""
    return f"{MATTER_KINDS.get(kind, kind)} {matter_id} ({status})"


def held(matters: Sequence[str], holds: Sequence[str]) -> str:
    """Says what holds it besides its clocks; empty where nothing does."""
    return listed([*matters, *(f"hold {hold}" for hold in holds)])


def whole(until: Until, because: str, review: bool, held_by: str) -> str:
    """Returns the whole sentence."""
    head = f"until {in_words(until)}" if isinstance(until, date) else until
    sentence = f"Kept {head}, because {because}"
    if review and isinstance(until, date):
        sentence += "; then a person decides"
    if held_by:
        sentence += f"; besides, it is held by {held_by}"
    return f"{sentence}."


def matter_must_end(kind: str, matter_id: str) -> str:
    """Says that a matter which holds it has to end."""
    return f"{MATTER_KINDS.get(kind, kind).capitalize()} {matter_id} has to be concluded or become inactive."


def hold_must_be_lifted(hold_id: str, reason: str, lifts: int) -> str:
    """Says that a hold has to be lifted, and by how many more people."""
    why = f" ({reason.rstrip('.')})" if reason else ""
    who = "two people have" if lifts == 0 else "one more person has"
    return f"Hold {hold_id}{why}: {who} to lift it."


def day_must_come(until: date) -> str:
    """Says that a day has to pass."""
    return f"{in_words(until)} has to be over."
