"""Officers: where they served, under whom, and whom they supervised."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from plainview.base.people.access import ROSTER_READERS, holds, may_read_officer, require, viewer
from plainview.base.people.forms import day_of
from plainview.base.people.lookup import assignment_on
from plainview.base.people.models import Account, Officer
from plainview.base.people.paging import page_of
from plainview.base.people.roles import Role
from plainview.base.people.views.roster import posts


@require_safe
@require(*ROSTER_READERS)
def officers(request: HttpRequest) -> HttpResponse:
    """Lists who serves on a day, by badge; a search finds badges and names."""
    day, problem = day_of(request)
    text = request.GET.get("q", "").strip()
    rows = posts(day)
    if text:
        rows = rows.filter(Q(officer__badge__istartswith=text) | Q(officer__name__icontains=text))
    page = page_of(rows, "officer__badge", request)
    return render(
        request, "people/officers.html", {"tab": "officers", "page": page, "on": day, "problem": problem, "q": text}
    )


@require_safe
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one officer: every assignment, and the chain above and below on a day."""
    found = get_object_or_404(Officer, pk=pk)
    if not may_read_officer(viewer(request), found):
        raise Http404
    day, problem = day_of(request)
    context = {
        "tab": "officers",
        "officer": found,
        "assignments": found.assignments.select_related("unit__parent", "supervisor").order_by("-began"),
        "current": assignment_on(found, day),
        "supervises": posts(day).filter(supervisor=found).order_by("officer__badge"),
        "same_badge": Officer.objects.filter(agency=found.agency, badge=found.badge).exclude(pk=found.pk),
        "account": Account.objects.filter(officer=found).first() if holds(request.user, Role.ADMINISTRATOR) else None,
        "reads_roster": holds(request.user, *ROSTER_READERS),
        "on": day,
        "problem": problem,
    }
    return render(request, "people/officer.html", context)
