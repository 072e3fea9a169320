"""The officer's list that empties, and the sergeant's week, exceptions first."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import require, viewer
from plainview.base.people.roles import Role
from plainview.duties.activation import access, counting
from plainview.duties.activation.counting import Asked
from plainview.duties.activation.models import Finding, OtherFinding
from plainview.duties.activation.reading import note_read
from plainview.duties.activation.rules.finding import Status
from plainview.duties.activation.views.asked import day, latest, query
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED

MOST = 200
BACK = timedelta(days=60)  # further back is for the supervisor's week
ACTED_ON = ("doubtful_class", "late_docking", "no_stop")


@never_cache
@require_safe
@require(Role.OFFICER, Role.SUPERVISOR)
def mine(request: HttpRequest) -> HttpResponse:
    """What the officer has to see to: calls without footage or reason, recordings without a class that fits."""
    account = viewer(request)
    since = timezone.localdate() - BACK
    own = Finding.objects.filter(officer=account.officer_id, day__gte=since)
    missing = own.filter(status=Status.NOT_RECORDED.value).select_related("dispatch__call").order_by("-begin")[:MOST]
    waiting = own.filter(status=Status.PENDING.value).select_related("dispatch__call").order_by("-begin")[:MOST]
    others = OtherFinding.objects.filter(
        officer=account.officer_id, day__gte=since, ended_at__isnull=True, kind__in=ACTED_ON
    )
    untagged = Recording.objects.filter(officer=account.officer_id, classes=[UNCLASSIFIED]).order_by("-listed_at")
    listed = list(others.select_related("recording").order_by("-at")[:MOST])
    note_read(account, "own")
    context = {
        "missing": list(missing) if account.officer_id else [],
        "waiting": list(waiting) if account.officer_id else [],
        "doubtful": [o for o in listed if o.kind == "doubtful_class"],
        "late": [o for o in listed if o.kind == "late_docking"],
        "no_stop": [o for o in listed if o.kind == "no_stop"],
        "untagged": list(untagged[:MOST]) if account.officer_id else [],
        "since": since,
    }
    context["empty"] = not any(context[name] for name in ("missing", "waiting", "doubtful", "no_stop", "untagged"))
    return render(request, "activation/mine.html", context)


@never_cache
@require_safe
@require(Role.COMMANDER, Role.SUPERVISOR)
def week(request: HttpRequest) -> HttpResponse:
    """One week of the units that the account supervises: what needs a look first, then everybody's figures."""
    account = viewer(request)
    asked = day(request, "week") or latest()
    monday = asked - timedelta(days=asked.weekday())
    span = Asked(monday, monday + timedelta(days=6))
    rows = span.filter(access.findings(account))
    exceptions = rows.filter(status__in=(Status.NOT_RECORDED.value, Status.PARTIAL.value))
    listed = exceptions.select_related("dispatch__call", "officer", "unit").order_by("status", "coverage", "begin")
    officers = counting.by_officer(rows)
    others = access.others(account).filter(day__gte=span.first, day__lte=span.last)
    note_read(account, f"week {monday}")
    context = {
        "monday": monday,
        "sunday": span.last,
        "before": monday - timedelta(days=7),
        "next": monday + timedelta(days=7) if monday + timedelta(days=7) <= timezone.localdate() else None,
        "figures": counting.together(f for _, f in officers),
        "missing": list(listed.filter(status=Status.NOT_RECORDED.value)[:MOST]),
        "partial": list(listed.filter(status=Status.PARTIAL.value)[:MOST]),
        "officers": officers,
        "others": list(others.select_related("recording", "dispatch__call", "officer").order_by("kind", "at")[:MOST]),
        "query": query(span),
        "most": MOST,
    }
    return render(request, "activation/week.html", context)
