"""Units: who serves where, on any day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from plainview.base.people.access import ROSTER_READERS, require, viewer
from plainview.base.people.actions.exports import note_export
from plainview.base.people.agency import home_agency
from plainview.base.people.download import csv_response
from plainview.base.people.forms import day_of
from plainview.base.people.lookup import serving
from plainview.base.people.models import Agency, Assignment, Unit
from plainview.base.people.origin import origin
from plainview.base.people.paging import page_of
from plainview.base.people.roster import unit_paths
from plainview.base.people.rules.rows import COLUMNS


@dataclass(frozen=True)
class Branch:
    """A unit with how many serve in it on the day, at its depth in the tree."""

    unit: Unit
    depth: int
    serving: int


@require_safe
@require(*ROSTER_READERS)
def units(request: HttpRequest) -> HttpResponse:
    """Shows the tree of units on a day."""
    day, problem = day_of(request)
    tree = branches(home_agency(), day)
    context = {"tab": "roster", "tree": tree, "on": day, "problem": problem, "serving": sum(b.serving for b in tree)}
    return render(request, "people/roster.html", context)


@require_safe
@require(*ROSTER_READERS)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one unit on a day: who serves in it, under whom, and what lies below it."""
    found = get_object_or_404(Unit.objects.select_related("parent__parent"), pk=pk)
    day, problem = day_of(request)
    context = {
        "tab": "roster",
        "unit": found,
        "above": above(found),
        "below": found.children.order_by("name"),
        "page": page_of(posts(day).filter(unit=found), "officer__badge", request),
        "on": day,
        "problem": problem,
    }
    return render(request, "people/unit.html", context)


@require_safe
@require(*ROSTER_READERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """Hands out the whole roster as the import reads it."""
    agency = home_agency()
    paths = unit_paths(agency)
    rows = [
        [a.officer.badge, a.officer.name, " / ".join(paths[a.unit_id]), a.rank, a.supervisor and a.supervisor.badge,
         a.began, a.ended]
        for a in Assignment.objects.filter(officer__agency=agency)
        .select_related("officer", "supervisor")
        .order_by("officer__badge", "officer__name", "began")
    ]  # fmt: skip
    note_export(viewer(request), "roster", len(rows), origin(request))
    return csv_response("roster.csv", COLUMNS, rows)


def posts(day: date) -> QuerySet[Assignment]:
    """Returns the one assignment that counts for every officer on that day."""
    latest = serving(day).filter(officer=OuterRef("officer")).order_by("-began").values("pk")[:1]
    return serving(day).filter(pk=Subquery(latest)).select_related("officer", "unit__parent", "supervisor")


def branches(agency: Agency, day: date) -> list[Branch]:
    """Returns the units in the order of the tree, with how many serve in each. Two queries."""
    counts = dict(posts(day).order_by().values_list("unit").annotate(Count("pk")))
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for each in agency.units.order_by("name"):
        children[each.parent_id].append(each)
    tree: list[Branch] = []

    def climb(parent: int | None, depth: int) -> None:
        for each in children[parent]:
            tree.append(Branch(each, depth, counts.get(each.pk, 0)))
            climb(each.pk, depth + 1)

    climb(None, 0)
    return tree


def above(unit: Unit) -> list[Unit]:
    """Returns the units above, the highest first."""
    found: list[Unit] = []
    while unit.parent is not None:
        unit = unit.parent
        found.insert(0, unit)
    return found
