"""What reviews came to: by unit, by why, by outcome, and the draws that anybody can make again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_policy
from plainview.duties.review import access, counting
from plainview.duties.review.models import Cycle, Task
from plainview.duties.review.reading import note_export, note_read

BACK = timedelta(days=90)


@never_cache
@require_safe
@require(*access.FIGURES)
def overview(request: HttpRequest) -> HttpResponse:
    """The figures of the reviews made in some days."""
    account = viewer(request)
    first, last = _days(request)
    tasks = _counted(account, first, last)
    note_read(account, "figures")
    policy = current_policy()
    context = {
        "first": first,
        "last": last,
        "figures": counting.figures(tasks),
        "units": counting.by_unit(tasks),
        "whys": counting.by_why(tasks),
        "outcomes": counting.by_outcome(tasks),
        "cycles": Cycle.objects.order_by("-last", "-pk")[:24],
        "terms": policy.duties.review if policy else None,
        "lists": holds(account, *access.LISTS),
    }
    return render(request, "review/overview.html", context)


@require_safe
@require(*access.LISTS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The reviews themselves as a table, without what reviewers wrote."""
    account = viewer(request)
    first, last = _days(request)
    tasks = access.visible(account).filter(pk__in=_counted(account, first, last))
    note_export(account, str(first), str(last), tasks.count())
    return csv_response(f"reviews-{first}-{last}.csv", counting.COLUMNS, counting.rows(tasks))


def _counted(account: Account, first: date, last: date) -> QuerySet[Task]:
    units = access.units_of(account)
    tasks = Task.objects.filter(day__gte=first, day__lte=last)
    return tasks if units is None else tasks.filter(unit__in=units)


def _days(request: HttpRequest) -> tuple[date, date]:
    last = counting.day_or(request.GET.get("to", ""), timezone.localdate())
    first = counting.day_or(request.GET.get("from", ""), last - BACK)
    return min(first, last), last
