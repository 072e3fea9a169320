"""What a person can choose from: units in reach, classes of the policy in force."""

from __future__ import annotations

from plainview.base.people.models import Unit
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.rules import UNCLASSIFIED


def unit_choices(scope: Scope) -> list[tuple[int, str]]:
    """Returns the units whose recordings may be in the scope, divisions before their squads."""
    rows = list(Unit.objects.values_list("id", "parent_id", "name"))
    names = {id: name for id, _, name in rows}
    wanted = [row for row in rows if scope.everything or row[0] in scope.units]

    def path(row: tuple[int, int | None, str]) -> tuple[str, ...]:
        return (names[row[1]], row[2]) if row[1] else (row[2],)

    return [(row[0], " › ".join(path(row))) for row in sorted(wanted, key=path)]


def class_choices() -> list[tuple[str, str]]:
    """Returns the classes that a recording can be given, with their names; unclassified last."""
    in_force = policy.current_policy()
    classes = [(each.id, each.label) for each in in_force.classes] if in_force else []
    named = [each for each in classes if each[0] != UNCLASSIFIED]
    return [*named, (UNCLASSIFIED, dict(classes).get(UNCLASSIFIED, "Unclassified"))]
