"""What is listed, announced, waited for, approved, gone: the lists, one list with its blast radius, the certificate."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import csv_response, private
from plainview.base.people.lookup import names_of
from plainview.base.people.paging import page_of
from plainview.duties.retention import counting
from plainview.duties.retention.disposal import course, pdf
from plainview.duties.retention.disposal.access import APPROVERS, DRAFTERS, LISTS, READERS
from plainview.duties.retention.disposal.actions import note_certificate, note_read
from plainview.duties.retention.disposal.models import Batch, Certificate, Line
from plainview.duties.retention.disposal.radius import OPEN, month_before, radius
from plainview.holdings.evidence.choices import class_choices

State, Is = Batch.State, Line.State
DONE = (Is.GOING, Is.GONE, Is.SPARED)
EXPORTED = 1_000_000


@never_cache
@require_safe
@require(*READERS)
def batches(request: HttpRequest) -> HttpResponse:
    """Every disposal, those under way first."""
    viewer(request)
    open_states = (State.DRAFT, State.ANNOUNCED, State.DESTROYING)
    summary = counting.latest()
    context = {
        "open": [_row(each) for each in Batch.objects.filter(state__in=open_states).order_by("-drafted_at")],
        "page": (page := page_of(Batch.objects.exclude(state__in=open_states), "pk", request, newest_first=True)),
        "ended": [_row(each) for each in page.rows],
        "due": counting.sums(due_lines(summary)) if summary else None,
        "summary": summary,
        "may_draft": holds(request.user, *DRAFTERS),
        "early": course.duties().early,
        "rule": course.duties(),
    }
    return render(request, "disposal/batches.html", context)


def due_lines(summary: Any) -> Any:
    """Returns the lines of a count that may be listed: run out, free, held here."""
    return summary.lines.filter(counting.over(summary), held=False, here=True)


def _row(batch: Batch) -> dict[str, Any]:
    states = OPEN if batch.state == State.DRAFT else DONE
    return {"batch": batch, "count": batch.recordings or batch.lines.filter(state__in=states).count()}


@never_cache
@require_safe
@require(*READERS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal: what it would take, what is unusual, where it stands, and what can be done next."""
    account = viewer(request)
    # The list itself may be large, and only its digest is shown.
    found = get_object_or_404(Batch.objects.select_related("manifest").defer("manifest__data"), pk=pk)
    states: tuple[Line.State, ...] = OPEN if found.state == State.DRAFT else DONE
    if found.state == State.WITHDRAWN:
        states = (Is.KEPT,)
    rule = course.duties()
    approvals = list(found.approvals.order_by("pk"))
    needed = rule.needed(bool(found.early))
    actors = [found.drafted_by, found.announced_by, found.begun_by, found.ended_by, *(a.approved_by for a in approvals)]
    names = names_of(actor for actor in actors if actor)
    counts = {state: found.lines.filter(state=state).count() for state in Is.values}
    ripe = bool(found.announced_at and timezone.now() >= found.announced_at + timedelta(days=rule.waiting_days))
    context = {
        "batch": found,
        "radius": radius(found, states),
        "month": month_before(found),
        "names": dict(class_choices()),
        "rule": rule,
        "early": rule.find(found.early) if found.early else None,
        "counts": counts,
        "asked": counts[Is.ASKED],
        "approvals": [(each, names[each.approved_by]) for each in approvals],
        "needed": needed,
        "missing": max(needed - len(approvals), 0),
        "who": {
            key: names.get(getattr(found, key), "") for key in ("drafted_by", "announced_by", "begun_by", "ended_by")
        },
        "ripe": ripe,
        "from_day": found.announced_at + timedelta(days=rule.waiting_days) if found.announced_at else None,
        "sees_list": holds(account, *LISTS),
        "may_draft": holds(account, *DRAFTERS) and found.state in (State.DRAFT, State.ANNOUNCED),
        "may_approve": holds(account, *APPROVERS) and found.state == State.ANNOUNCED,
        "approved": any(each.approved_by == account.actor for each in approvals),
    }
    return private(render(request, "disposal/batch.html", context))


@never_cache
@require_safe
@require(*LISTS)
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """The recordings on the list, each with its clause, and why it stays where it does. Reading it is an event."""
    account = viewer(request)
    found = get_object_or_404(Batch, pk=pk)
    wanted = request.GET.get("state", "")
    rows = found.lines.select_related("recording__officer", "recording__unit")
    if wanted in Is.values:
        rows = rows.filter(state=wanted)
    note_read(found, account)
    context = {
        "batch": found,
        "page": page_of(rows, "pk", request),
        "states": Is.choices,
        "wanted": wanted,
        "names": dict(class_choices()),
        "may_keep": found.state == State.DRAFT and holds(account, *DRAFTERS),
    }
    return private(render(request, "disposal/lines.html", context))


@require_safe
@require(*LISTS)
def lines_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list as a table."""
    found = get_object_or_404(Batch, pk=pk)
    note_read(found, viewer(request))
    header = ("recording_id", "state", "classes", "clause", "keep_until", "items", "bytes", "why")
    rows = found.lines.select_related("recording").order_by("pk")[:EXPORTED].iterator(chunk_size=5000)
    cells = (
        (str(each.recording.external_id or each.recording_id), each.state, ";".join(each.recording.classes),
         each.clause, str(each.until or ""), each.items, each.size, each.why)
        for each in rows
    )  # fmt: skip
    return csv_response(f"disposal-{found.pk}.csv", header, cells)


@require_safe
@require(*READERS)
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate, to be read and printed."""
    found = _certificate(request, pk, "a page")
    said = json.loads(bytes(found.data))
    return private(
        render(request, "disposal/certificate.html", {"certificate": found, "said": said, "batch": found.batch})
    )


@require_safe
@require(*READERS)
def certificate_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate byte for byte, as its digest in the log commits to it."""
    found = _certificate(request, pk, "JSON")
    return _file(bytes(found.data), "application/json", f"certificate-{pk}.json")


@require_safe
@require(*READERS)
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate on paper."""
    found = _certificate(request, pk, "PDF")
    text = pdf.of_certificate(json.loads(bytes(found.data)), found.sha256)
    return _file(text, "application/pdf", f"certificate-{pk}.pdf")


def _certificate(request: HttpRequest, pk: int, form: str) -> Certificate:
    found = get_object_or_404(Certificate.objects.select_related("batch"), pk=pk)
    note_certificate(found.batch, viewer(request), form)
    return found


def _file(data: bytes, kind: str, name: str) -> HttpResponseBase:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(answer)
