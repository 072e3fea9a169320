"""Figures of reviews: by unit, by why, by outcome, each by one statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Func, Q, QuerySet, TextField
from django.utils import timezone

from plainview.duties.review.models import Task
from plainview.duties.review.rules import COMMAND, OUTCOMES

COLUMNS = ("recording", "badge", "unit", "day", "why", "cause", "clause", "due", "state", "reviewer", "ended",
           "outcomes", "overdue")  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Reviews by state; overdue ones are open past their day, late ones were done past it."""

    made: int = 0
    done: int = 0
    skipped: int = 0
    open: int = 0
    overdue: int = 0
    nobody: int = 0  # open and given to nobody: no one fits

    @property
    def share(self) -> float | None:
        """The share of reviews that are done, of those that were not skipped."""
        asked = self.made - self.skipped
        return self.done / asked if asked else None


def _sums() -> dict[str, Any]:
    state, today = Task.State, timezone.localdate()
    still = Q(state=state.OPEN)
    return {
        "made": Count("pk"),
        "done": Count("pk", filter=Q(state=state.DONE)),
        "skipped": Count("pk", filter=Q(state=state.SKIPPED)),
        "open": Count("pk", filter=still),
        "overdue": Count("pk", filter=still & Q(due__lt=today)),
        "nobody": Count("pk", filter=still & Q(reviewer__isnull=True)),
    }


def figures(tasks: QuerySet[Task]) -> Figures:
    """Returns the figures of some reviews."""
    return Figures(**tasks.aggregate(**_sums()))


def by_unit(tasks: QuerySet[Task]) -> list[tuple[dict[str, Any], Figures]]:
    """Returns (unit, unit__name, unit__parent__name) with figures, most overdue first."""
    found = tasks.values("unit", "unit__name", "unit__parent__name").annotate(**_sums())
    lines = [(row, Figures(**{name: row[name] for name in Figures.__dataclass_fields__})) for row in found]
    return sorted(lines, key=lambda line: (-line[1].overdue, -line[1].open, str(line[0]["unit__name"])))


def by_why(tasks: QuerySet[Task]) -> list[tuple[str, Figures]]:
    """Returns each reason for reviews with figures."""
    found = {row["why"]: row for row in tasks.values("why").annotate(**_sums())}
    return [
        (why.label, Figures(**{name: found[why.value][name] for name in Figures.__dataclass_fields__}))
        for why in Task.Why
        if why.value in found
    ]


def by_outcome(tasks: QuerySet[Task]) -> list[tuple[str, int]]:
    """Returns how often each outcome was found, in the order of the form."""
    each = Func("outcomes", function="unnest", output_field=TextField())
    found = dict(tasks.filter(state=Task.State.DONE).values_list(each).annotate(n=Count("pk")))
    return [(name, found.get(id, 0)) for id, name in {**OUTCOMES, **COMMAND}.items()]


def rows(tasks: QuerySet[Task]) -> Iterator[tuple[object, ...]]:
    """Yields the reviews as a table; no word of what a reviewer wrote, which may name people."""
    today = timezone.localdate()
    found = tasks.select_related("recording", "officer", "unit", "reviewer", "ended_by").order_by("day", "pk")
    for task in found.iterator(chunk_size=2000):
        yield (
            task.recording.external_id or task.recording_id, task.officer.badge if task.officer else "",
            task.unit.name if task.unit else "", task.day, task.why, task.cause, task.clause, task.due, task.state,
            task.ended_by or task.reviewer or "", task.ended_at.isoformat() if task.ended_at else "",
            ";".join(task.outcomes), "true" if task.state == Task.State.OPEN and task.due < today else "false",
        )  # fmt: skip


def day_or(text: str, otherwise: date) -> date:
    """Returns a day of an address; the other where there is none, or no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
