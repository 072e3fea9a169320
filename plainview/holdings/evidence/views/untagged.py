"""Recordings without a class, officer by officer and by age; and classes for many at once, which can be undone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainview.base.people.models import Officer, Unit
from plainview.holdings.evidence import untagged
from plainview.holdings.evidence.access import Reach
from plainview.holdings.evidence.actions.bulk import MOST, Plan, change_many, plan, undo_many
from plainview.holdings.evidence.choices import class_choices
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.models import BulkChange, Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED, Refused
from plainview.holdings.evidence.views.found import reader, who


@never_cache
@require_safe
def piles(request: HttpRequest) -> HttpResponse:
    """What nobody has classed, the oldest first."""
    _, held = reader(request)
    found = untagged.piles(held.see)
    officers = Officer.objects.in_bulk([p.officer for p in found if p.officer])
    units = Unit.objects.select_related("parent").in_bulk([p.unit for p in found if p.unit])
    days = untagged.terms().unclassified_days
    rows = [(officers.get(p.officer or 0), units.get(p.unit or 0), p) for p in found]
    context = {
        "rows": rows,
        "totals": [sum(p.counts[n] for p in found) for n in range(4)],
        "days": days,
        "until": [timezone.localdate() - timedelta(days=n + 1) for n in days],
        "clause": untagged.terms().clause,
    }
    return render(request, "evidence/untagged.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Classes for the recordings that were ticked in a list: first what it would do, then, confirmed, done."""
    account, held = who(request)
    chosen = _chosen(request, held)
    if not chosen:
        messages.info(request, "Tick the recordings first, then choose their classes.")
        return redirect(_back(request))
    wanted = [c for c in request.POST.getlist("class") if c]
    add = request.POST.get("how", "add") != "instead"
    reason = request.POST.get("reason", "")
    problem, what = "", None
    try:
        what = plan(chosen, wanted, add=add) if wanted else None
        if what is not None and "confirm" in request.POST:
            change = change_many([r.pk for r in chosen], wanted, reason, actor=account.actor, add=add)
            return _done(request, change, what)
    except Refused as refused:
        problem = str(refused)
    context = {
        "chosen": chosen,
        "classes": [(id, name, id in wanted) for id, name in class_choices() if id != UNCLASSIFIED],
        "names": dict(class_choices()),
        "how": "add" if add else "instead",
        "plan": what,
        "kept": _kept(what) if what else [],
        "reason": reason,
        "problem": problem,
        "back": _back(request),
        "most": MOST,
    }
    return render(request, "evidence/bulk.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest, held: Reach) -> list[Recording]:
    """The ticked recordings that the account may class; others are nobody's business here."""
    ids = []
    for text in request.POST.getlist("recording")[: MOST + 1]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    found = held.edit.filter(Recording.objects.filter(pk__in=ids)).select_related("officer", "camera")
    return list(found.order_by("-listed_at", "-pk"))


def _kept(what: Plan) -> list[tuple[Recording, str, str]]:
    """How long the first few are kept now and then, so that nobody is surprised."""
    shown = []
    for recording, after in [*what.change, *what.ask][:10]:
        now = kept_until(recording)
        then = kept_until(Recording(pk=recording.pk, start=recording.start, uploaded=recording.uploaded, classes=after))
        shown.append((recording, str(now.until), str(then.until)))
    return shown


def _done(request: HttpRequest, change: BulkChange | None, what: Plan) -> HttpResponse:
    if what.ask:
        asked = len(what.ask)
        messages.info(request, f"{asked} wait for a second person, since their call ended in an arrest or force.")
    if change is None:
        messages.info(request, "Nothing else had to be changed.")
        return redirect(_back(request))
    return redirect("evidence:bulk_done", change.pk)


@never_cache
@require_safe
def bulk_done(request: HttpRequest, change_id: int) -> HttpResponse:
    """What a bulk change did, with the way back."""
    account, _ = who(request)
    change = get_object_or_404(BulkChange, pk=change_id, made_by=account.actor)
    lines = change.lines.select_related("recording__officer").order_by("-recording__listed_at")[:MOST]
    return render(
        request, "evidence/bulk_done.html", {"change": change, "lines": lines, "names": dict(class_choices())}
    )


@require_POST
def bulk_undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Undoes a bulk change whole."""
    account, _ = who(request)
    change = get_object_or_404(BulkChange, pk=change_id, made_by=account.actor)
    try:
        undone = undo_many(change, actor=account.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        left = f" {len(undone.left)} were left, since somebody changed them in the meantime." if undone.left else ""
        messages.success(request, f"Undone: {undone.back} recordings bear their classes from before.{left}")
    return redirect("evidence:bulk_done", change_id)


def _back(request: HttpRequest) -> str:
    address = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return "/recordings/"
    return address
