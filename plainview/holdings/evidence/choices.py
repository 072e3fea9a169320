"""What a person can choose from: units in reach, classes of the policy in force."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from plainview.base.people.models import Unit
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.rules import UNCLASSIFIED

KEPT_SECONDS = 30


@dataclass(frozen=True)
class _Menus:
    units: list[tuple[int, str]]
    classes: list[tuple[str, str]]


def menus(scope: Scope) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """Returns the menus of the list: units in reach, and classes. What is in them may be half a minute old.

    They only help to ask; what is asked, and what may be seen, is always looked up.
    """
    kept = _kept(int(time.monotonic() // KEPT_SECONDS))
    return [each for each in kept.units if scope.everything or each[0] in scope.units], kept.classes


@lru_cache(maxsize=1)
def _kept(moment: int) -> _Menus:
    return _Menus(_units(), class_choices())


def forget() -> None:
    """Forgets what is kept: tests change units faster than a department does."""
    _kept.cache_clear()


def _units() -> list[tuple[int, str]]:
    """Every unit with its division, divisions before their squads."""
    rows = list(Unit.objects.values_list("id", "parent_id", "name"))
    names = {id: name for id, _, name in rows}

    def path(row: tuple[int, int | None, str]) -> tuple[str, ...]:
        return (names[row[1]], row[2]) if row[1] else (row[2],)

    return [(row[0], " › ".join(path(row))) for row in sorted(rows, key=path)]


def clauses_known() -> frozenset[str]:
    """Returns the clauses whose wording the policy in force carries, so that a page can lead to them."""
    in_force = policy.current_policy()
    return frozenset(each.id for each in in_force.clauses) if in_force else frozenset()


def class_choices() -> list[tuple[str, str]]:
    """Returns the classes that a recording can be given, with their names; unclassified last."""
    in_force = policy.current_policy()
    classes = [(each.id, each.label) for each in in_force.classes] if in_force else []
    named = [each for each in classes if each[0] != UNCLASSIFIED]
    return [*named, (UNCLASSIFIED, dict(classes).get(UNCLASSIFIED, "Unclassified"))]
