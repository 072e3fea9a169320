"""What people do with a disposal. Approving and the last step ask who they are once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from plainview.base.people.access import require, viewer
from plainview.base.people.fresh import fresh_login, proved_at
from plainview.duties.retention import counting
from plainview.duties.retention.disposal import actions, course, tasks
from plainview.duties.retention.disposal.access import APPROVERS, DRAFTERS
from plainview.duties.retention.disposal.models import Batch
from plainview.duties.retention.disposal.rules import Refused
from plainview.duties.retention.disposal.views.read import due_lines
from plainview.holdings.evidence.choices import class_choices
from plainview.holdings.evidence.imports.matters import find_recordings


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(*DRAFTERS)
def draft(request: HttpRequest) -> HttpResponse:
    """Lists what is due, all of it or some classes."""
    summary = counting.latest()
    if request.method == "POST":
        chosen, most = request.POST.getlist("class"), request.POST.get("most", "").strip()
        try:
            made = actions.draft(
                viewer(request), classes=chosen or None, **({"most": int(most)} if most.isdecimal() else {})
            )
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect("disposal:draft")
        return redirect("disposal:batch", pk=made.pk)
    groups = counting.by_unit_and_class(due_lines(summary)) if summary else []
    by_class: dict[str, int] = {}
    for row in groups:
        for each in row["classes"]:
            by_class[each] = by_class.get(each, 0) + row["n"]
    names = dict(class_choices())
    context = {"summary": summary, "classes": [(each, names.get(each, each), n) for each, n in by_class.items()]}
    return render(request, "disposal/draft.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(*DRAFTERS)
def early(request: HttpRequest) -> HttpResponse:
    """Lists recordings to be destroyed before their time."""
    reasons, given = course.duties().early, request.POST
    if request.method == "POST":
        named = given.get("recordings", "").split()
        found = find_recordings(named)
        unknown = [each for each in named if each not in found]
        try:
            if unknown:
                raise Refused(f"There is no recording {', '.join(unknown[:5])}. Its id stands on its page.")
            made = actions.draft_early(
                viewer(request), [found[each][0] for each in named], early=given.get("early", ""),
                reference=given.get("reference", ""), reason=given.get("reason", ""),
            )  # fmt: skip
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            return redirect("disposal:batch", pk=made.pk)
    context = {"reasons": reasons, "given": given, "named": request.GET.get("recording", ""), "rule": course.duties()}
    return render(request, "disposal/early.html", context)


@require_POST
@require(*DRAFTERS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Says of recordings whether they go or stay."""
    goes, picked = request.POST.get("decision") == "go", request.POST.getlist("line")
    chosen = [int(each) for each in picked if each.isdecimal()] if "some" in request.POST else None

    def work(batch: Batch) -> str:
        reason = request.POST.get("reason", "")
        count = actions.decide(batch, viewer(request), chosen, goes=goes, reason=reason)
        return (
            f"{count:,} {'recording goes' if count == 1 else 'recordings go'}."
            if goes
            else f"{count:,} taken off the list."
        )

    return _do(request, pk, work)


@require_POST
@require(*DRAFTERS)
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the review; the list is announced in the published log."""

    def work(batch: Batch) -> str:
        made = actions.announce(batch, viewer(request), reason=request.POST.get("reason", ""))
        return f"Announced: {made.recordings:,} recordings. Nothing goes before its time and enough approvals."

    return _do(request, pk, work)


@require_POST
@require(*APPROVERS)
@fresh_login
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approves the list as it was announced."""

    def work(batch: Batch) -> str:
        actions.approve(batch, viewer(request), proved_at=proved_at(request), note=request.POST.get("note", ""))
        return "Approved. It is in history under your name."

    return _do(request, pk, work)


@require_POST
@require(*DRAFTERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the list back."""

    def work(batch: Batch) -> str:
        actions.withdraw(batch, viewer(request), reason=request.POST.get("reason", ""))
        return "Withdrawn. Nothing of it was destroyed."

    return _do(request, pk, work)


@require_POST
@require(*APPROVERS)
@fresh_login
def destroy(request: HttpRequest, pk: int) -> HttpResponse:
    """The last step."""

    def work(batch: Batch) -> str:
        given = request.POST.get("count", "")
        actions.begin(batch, viewer(request), proved_at=proved_at(request), count=given)
        tasks.queue()
        return "Begun. What is held is spared; the certificate follows when everything is gone from every shelf."

    return _do(request, pk, work)


def _do(request: HttpRequest, pk: int, work: Callable[[Batch], Any]) -> HttpResponse:
    found = get_object_or_404(Batch, pk=pk)
    try:
        messages.success(request, work(found))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("disposal:batch", pk=pk)
