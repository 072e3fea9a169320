"""What I have to review, one review, and what it came to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import holds, require, viewer
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.duties.review import access
from plainview.duties.review.doing import do, how_watched, skip
from plainview.duties.review.making import because
from plainview.duties.review.models import Task
from plainview.duties.review.reading import note_read
from plainview.duties.review.rules import COMMAND, NOTHING, OUTCOMES, Refused
from plainview.holdings.evidence import access as evidence

MOST = 200


@never_cache
@require_safe
@require(*access.PAGES)
def queue(request: HttpRequest) -> HttpResponse:
    """What the account has to review, the earliest due first; and what reviews of its own recordings came to."""
    account = viewer(request)
    waiting = access.queue(account).select_related("recording", "officer", "unit", "cycle", "call")
    own = access.own(account).select_related("recording").order_by("-ended_at")[:MOST]
    spare = _left_by_others(account)
    context = {
        "tasks": [(task, because(task)) for task in waiting.order_by("due", "pk")[:MOST]],
        "spare": [(task, because(task)) for task in spare],
        "own": [(task, [_named(each) for each in access.shown_outcomes(account, task)]) for task in own],
        "reviews": holds(account, *access.DOERS),
        "today": timezone.localdate(),
    }
    return render(request, "review/queue.html", context)


def _left_by_others(account: Account) -> list[Task]:
    """For commanders: what is overdue at somebody else, or was given to nobody."""
    if not holds(account, Role.COMMANDER):
        return []
    late = Task.objects.filter(state=Task.State.OPEN, due__lt=timezone.localdate()).exclude(reviewer=account)
    nobody = Task.objects.filter(state=Task.State.OPEN, reviewer__isnull=True)
    found = (late | nobody).select_related("recording", "officer", "unit", "cycle", "call", "reviewer")
    return list(found.order_by("due", "pk")[:MOST])


@never_cache
@require_safe
@require(*access.PAGES)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: why, by when, what to watch, and what can be found."""
    account = viewer(request)
    found = _seen(account, pk)
    note_read(account, "review")
    return _page(request, account, found)


@require_POST
@require(*access.DOERS)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes down what was found."""
    account = viewer(request)
    found = _seen(account, pk)
    outcomes, note = request.POST.getlist("outcome"), request.POST.get("note", "")
    try:
        do(found.pk, outcomes, note, account=account)
    except Refused as refused:
        return _page(request, account, found, str(refused), outcomes, note)
    if set(outcomes) & set(COMMAND):
        messages.success(request, "Noted. It went to command, and a matter is open that holds the recording.")
    else:
        messages.success(request, "Noted.")
    return redirect("review:queue")


@require_POST
@require(*access.DOERS)
def skipped(request: HttpRequest, pk: int) -> HttpResponse:
    """Skips a review with a reason."""
    account = viewer(request)
    found = _seen(account, pk)
    try:
        instead = skip(found.pk, request.POST.get("reason", ""), account=account)
    except Refused as refused:
        return _page(request, account, found, str(refused))
    drawn = " The next of the draw takes its place." if instead else ""
    messages.success(request, f"Skipped, with your reason on record.{drawn}")
    return redirect("review:queue")


def _seen(account: Account, pk: int) -> Task:
    mine = access.visible(account).filter(pk=pk) | access.queue(account).filter(pk=pk)
    found = mine.select_related("recording", "officer", "unit__parent", "cycle", "call", "reviewer", "ended_by").first()
    if found is None:
        raise Http404
    return found


def _named(outcome: str) -> str:
    return {**OUTCOMES, **COMMAND}.get(outcome, outcome)


def _page(
    request: HttpRequest,
    account: Account,
    found: Task,
    problem: str = "",
    ticked: list[str] | None = None,
    note: str = "",
) -> HttpResponse:
    may = access.may_do(account, found)
    context = {
        "task": found,
        "why": because(found),
        "may": may,
        "watched": how_watched(account, found) if may else "",
        "plays": evidence.may_play(account, found.recording),
        "sees": evidence.may_see(account, found.recording),
        "outcomes": [(id, name, id in (ticked or ())) for id, name in OUTCOMES.items()],
        "command": [(id, name, id in (ticked or ())) for id, name in COMMAND.items()],
        "found": [_named(each) for each in access.shown_outcomes(account, found)],
        "note": access.shown_note(account, found),
        "typed": note,
        "problem": problem,
        "overdue": found.state == Task.State.OPEN and found.due < timezone.localdate(),
        "nothing": NOTHING,
    }
    return render(request, "review/task.html", context, status=422 if problem else 200)
