"""PURE. The chance draw, the cycles it is made for, and what a review may say.

The draw is a ranking: every candidate gets the SHA-256 of seed, cycle, officer and its own id, and the lowest come
first. Whoever has the seed and the list of candidates comes to the same order with a dozen lines of any language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

OUTCOMES = {
    "late upload": "Late upload",
    "wrong label": "Wrong label",
    "late activation": "Late activation",
    "early stop": "Early stop",
    "muted": "Muted",
    "safety": "Safety",
    "professionalism": "Professionalism",
    "respectful": "Respectful",
    "training": "Training",
    "great work": "Great work",
    "nothing to note": "Nothing to note",
}
COMMAND = {
    "force without intervention": "Force seen without intervention",
    "less lethal dispersal": "Less-lethal weapons used to disperse an assembly",
}
NOTHING = "nothing to note"
NOTE_LENGTH = 2000
_WEEK, _MONTH, _QUARTER = (re.compile(p) for p in (r"(\d{4})-W(\d{2})", r"(\d{4})-(\d{2})", r"(\d{4})-Q([1-4])"))


class Refused(ValueError):
    """Something that can't be done, why, and what to do instead."""


@dataclass(frozen=True)
class Period:
    """One cycle: its name (2026-W44, 2026-10, 2026-Q4), and its first and last day in the department's zone."""

    name: str
    first: date
    last: date


def period_of(day: date, cycle: str) -> Period:
    """Returns the cycle (week, month or quarter) in which a day lies. Weeks are ISO weeks."""
    if cycle == "week":
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02}", monday, monday + timedelta(days=6))
    months = 3 if cycle == "quarter" else 1
    begun = (day.month - 1) // months
    first = date(day.year, begun * months + 1, 1)
    name = f"{day.year}-Q{begun + 1}" if cycle == "quarter" else f"{day.year}-{day.month:02}"
    return Period(name, first, _months_later(first, months) - timedelta(days=1))


def period_before(day: date, cycle: str) -> Period:
    """Returns the last cycle that ended before a day."""
    return period_of(period_of(day, cycle).first - timedelta(days=1), cycle)


def period_named(name: str) -> Period:
    """Returns the cycle of a name. Raises Refused."""
    try:
        if found := _WEEK.fullmatch(name):
            return period_of(date.fromisocalendar(int(found[1]), int(found[2]), 1), "week")
        if found := _QUARTER.fullmatch(name):
            return period_of(date(int(found[1]), int(found[2]) * 3, 1), "quarter")
        if found := _MONTH.fullmatch(name):
            return period_of(date(int(found[1]), int(found[2]), 1), "month")
    except ValueError:
        pass
    raise Refused(f"“{name}” is no cycle. Name a month (2026-10), a week (2026-W44) or a quarter (2026-Q4).")


def _months_later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def rank(seed: bytes, cycle: str, officer: str, candidate: str) -> bytes:
    """Returns the place of a candidate in the draw: SHA-256 of seed (hex), cycle, officer and id, a line each."""
    return sha256("\n".join((seed.hex(), cycle, officer, candidate)).encode()).digest()


def ranked(seed: bytes, cycle: str, officer: str, candidates: Iterable[str]) -> list[str]:
    """Returns the candidates of one officer in the order of the draw, whatever order they came in."""
    return sorted(set(candidates), key=lambda each: rank(seed, cycle, officer, each))


def list_hash(lines: Iterable[tuple[str, str]]) -> bytes:
    """Returns the SHA-256 of the sorted lines `officer recording`, each ended by a newline."""
    return sha256("".join(f"{officer} {candidate}\n" for officer, candidate in sorted(lines)).encode()).digest()


def settled(outcomes: Sequence[str]) -> list[str]:
    """Returns the outcomes of a review in the order of the form. Raises Refused."""
    known = [*OUTCOMES, *COMMAND]
    strange = [each for each in outcomes if each not in known]
    if strange:
        raise Refused(f"“{strange[0]}” is no outcome of a review.")
    found = [each for each in known if each in outcomes]
    if not found:
        raise Refused("Tick what you found; “nothing to note” where there was nothing.")
    if NOTHING in found and len(found) > 1:
        raise Refused("“Nothing to note” goes with no other outcome. Tick one or the other.")
    return found


def for_command(outcomes: Iterable[str]) -> list[str]:
    """Returns those of the outcomes that go to command."""
    return [each for each in outcomes if each in COMMAND]


def reason_given(reason: str) -> str:
    """Returns a reason on one line. Raises Refused without one."""
    said = " ".join(reason.replace("\0", " ").split())
    if not said:
        raise Refused("Say why. A review is skipped only with a reason.")
    return said[:NOTE_LENGTH]


def first_free(chain: Sequence[Sequence[str]], unfit: Collection[str], load: dict[str, int]) -> str | None:
    """Returns who reviews: of the first step of the chain where anybody fits, the one with the least to do."""
    for step in chain:
        fit = [each for each in step if each not in unfit]
        if fit:
            return min(fit, key=lambda each: (load.get(each, 0), each))
    return None
