"""What takes two people: lifting holds, taking classes off after an arrest or force. And placing a hold.

What waits to be taken off a matter is listed here, too; the room of matters decides it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.fresh import fresh_login
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.holdings.evidence import access
from plainview.holdings.evidence.access import Reach
from plainview.holdings.evidence.actions.holding import ask_to_lift, keep_hold, lift, place_hold
from plainview.holdings.evidence.actions.lowering import agree_to_lower, refuse_to_lower
from plainview.holdings.evidence.choices import class_choices
from plainview.holdings.evidence.matters import access as matters
from plainview.holdings.evidence.matters.page import untie_rows
from plainview.holdings.evidence.models import ClassRequest, Hold, Recording, UntieRequest
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.evidence.views.found import reader, seen, who

MOST = 200  # of each kind on the page; a department that has more has another trouble


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a second person, of the recordings that the account may see."""
    account, held = reader(request)
    visible = held.see.filter(Recording.objects.all())
    holds = Hold.objects.filter(lifted_at=None, recording__in=visible).exclude(lift_asked_by="")
    asked = ClassRequest.objects.filter(decided_at=None, recording__in=visible)
    rows = list(holds.select_related("recording__officer").order_by("lift_asked_at")[:MOST])
    changes = list(asked.select_related("recording__officer").order_by("asked_at")[:MOST])
    names = dict(class_choices())
    unties = UntieRequest.objects.filter(decided_at=None, matter__in=matters.visible(account))
    context = {
        "holds": rows,
        "changes": [(each, [names.get(c, c) for c in each.wanted]) for each in changes],
        "who": names_of([*(h.lift_asked_by for h in rows), *(c.asked_by for c in changes)]),
        "sees_matters": matters.reads(account),
        "unties": untie_rows(unties.select_related("matter", "call", "recording").order_by("asked_at")[:MOST], account),
        "account": account,
        "may_lift": access.may_lift(account),
        "may_decide": may_decide(account),
    }
    return render(request, "evidence/second.html", context)


def may_decide(account: Account) -> bool:
    """Whether the account may be the second person for a class; of which recordings, its reach says."""
    return bool(account.roles & {Role.SUPERVISOR, Role.TECHNICIAN})


@require_POST
def hold(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Places a hold at once."""
    account, held = who(request)
    recording = seen(held, recording_id)
    if not held.hold.covers(recording):
        raise Http404
    reason = request.POST.get("reason", "")
    return _act(request, recording.pk, lambda: place_hold(recording.pk, reason, actor=account.actor), "It is held.")


@require_POST
@fresh_login
def ask(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Asks for a hold to be lifted."""
    account, found = _hold(request, hold_id)
    reason = request.POST.get("reason", "")
    said = "You asked for the hold to be lifted. It stands until a second person agrees."
    return _act(request, found.recording_id, lambda: ask_to_lift(found.pk, reason, actor=account.actor), said)


@require_POST
@fresh_login
def agree(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Lifts a hold that somebody else asked to lift."""
    account, found = _hold(request, hold_id)
    return _act(request, found.recording_id, lambda: lift(found.pk, actor=account.actor), "The hold is lifted.")


@require_POST
def keep(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Leaves a hold as it is."""
    account, found = _hold(request, hold_id)
    reason = request.POST.get("reason", "")
    return _act(
        request, found.recording_id, lambda: keep_hold(found.pk, reason, actor=account.actor), "The hold stays."
    )


@require_POST
@fresh_login
def agree_class(request: HttpRequest, request_id: int) -> HttpResponse:
    """Agrees to a change of class that somebody else asked for."""
    account, asked = _request(request, request_id)
    return _act(
        request, asked.recording_id, lambda: agree_to_lower(asked.pk, actor=account.actor), "The class is changed."
    )


@require_POST
def refuse_class(request: HttpRequest, request_id: int) -> HttpResponse:
    """Leaves the class as it is; the one who asked takes the wish back."""
    account, asked = _request(request, request_id, own=True)
    why, own = request.POST.get("reason", ""), asked.asked_by == account.actor
    return _act(
        request,
        asked.recording_id,
        lambda: refuse_to_lower(asked.pk, why, actor=account.actor, withdraw=own),
        "The class stays as it is.",
    )


def _hold(request: HttpRequest, hold_id: int) -> tuple[Account, Hold]:
    account, held = reader(request)
    found = get_object_or_404(Hold.objects.select_related("recording"), pk=hold_id)
    if not access.may_lift(account) or not held.see.covers(found.recording):
        raise Http404
    return account, found


def _request(request: HttpRequest, request_id: int, *, own: bool = False) -> tuple[Account, ClassRequest]:
    account, held = reader(request)
    asked = get_object_or_404(ClassRequest.objects.select_related("recording"), pk=request_id)
    mine = own and asked.asked_by == account.actor
    if not mine and not _decides(account, held, asked):
        raise Http404
    return account, asked


def _decides(account: Account, held: Reach, asked: ClassRequest) -> bool:
    return may_decide(account) and held.edit.covers(asked.recording)


def _act(request: HttpRequest, recording_id: UUID, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refused:
        messages.error(request, str(refused))
    if request.POST.get("back") == "second":
        return redirect("evidence:second")
    return redirect("evidence:recording", recording_id)
