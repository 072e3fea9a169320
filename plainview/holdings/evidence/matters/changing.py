"""What people do to matters: open one, say where it stands, correct it, tie to it, merge it, take off what is tied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from plainview.base.people.fresh import fresh_login
from plainview.base.people.models import Account
from plainview.holdings.evidence.access import reach
from plainview.holdings.evidence.actions.taking_over import merge_by_hand, take_over
from plainview.holdings.evidence.imports.matters import find_recordings, link_recordings
from plainview.holdings.evidence.matters import access, page
from plainview.holdings.evidence.matters.forms import FactsForm, LinkForm, MergeForm, MoveForm, OpenForm, UntieForm
from plainview.holdings.evidence.matters.found import changing, reader
from plainview.holdings.evidence.matters.holding import consequence, holds_now
from plainview.holdings.evidence.matters.untying import agree_to_untie, ask_to_untie, refuse_to_untie
from plainview.holdings.evidence.models import Recording, UntieRequest
from plainview.holdings.evidence.rules import Refused
from plainview.holdings.incidents.actions.matters import change_status, correct_matter, link_call, open_matter
from plainview.holdings.incidents.models import Call, Matter, Status
from plainview.holdings.incidents.rules import ImpossibleMove, Standing, check_move, holds

Named = dict[str, tuple[Any, str]]  # what was typed: (id, handle)


@never_cache
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Opens a matter; it holds what it concerns from that moment on."""
    account = reader(request)
    if not access.may_open(account):
        raise PermissionDenied("Matters are opened by technicians, detectives and commanders.")
    form = OpenForm(request.POST or None, roles=account.roles)
    if request.method == "POST" and form.is_valid():
        made = _open(form, account)
        if made is not None:
            what = "holds every recording that it concerns" if holds_now(made) else "holds nothing"
            messages.success(request, f"{made.number} is {made.get_status_display().lower()}. It {what}.")
            return redirect("matters:matter", made.pk)
    return render(request, "evidence/matters/open.html", {"form": form}, status=422 if form.errors else 200)


def _open(form: OpenForm, account: Account) -> Matter | None:
    """Opens what the form says; None where it can't be, with the reason on the form."""
    said = form.cleaned_data
    calls, recordings = _calls(form), _recordings(form, account)
    if Matter.objects.filter(number=said["number"]).exists():
        form.add_error("number", "There is a matter of that number already.")
    if form.errors:
        return None
    with transaction.atomic():
        made = open_matter(
            said["number"],
            said["kind"],
            Standing(said["status"], said["status_on"], said["reason"]),
            actor=account.actor,
            agency=said["agency"],
            title=said["title"],
            charge_class=said["charge_class"],
            calls=calls.values(),
        )
        link_recordings([(made, *each) for each in recordings.values()], actor=account.actor, why=said["reason"])
        take_over([made.number], actor=account.actor)
    return made


def _calls(form: OpenForm) -> dict[str, Call]:
    numbers = form.names("calls")
    calls = {call.number: call for call in Call.objects.filter(number__in=numbers)}
    missing = [each for each in numbers if each not in calls]
    if missing:
        form.add_error("calls", f"There is no call {', '.join(missing)}. Leave it out, or import the calls first.")
    return calls


def _recordings(form: OpenForm, account: Account) -> Named:
    names = form.names("recordings")
    named = _visible(names, account)
    missing = [each for each in names if each not in named]
    if missing:
        form.add_error("recordings", f"There is no recording {', '.join(missing)}. Leave it out.")
    return named


def _visible(names: list[str], account: Account) -> Named:
    """Returns those of the named recordings that the account may see."""
    named = find_recordings(names)
    rows = Recording.objects.filter(pk__in=[pk for pk, _ in named.values()])
    seen = set(reach(account).see.filter(rows).values_list("pk", flat=True))
    return {name: each for name, each in named.items() if each[0] in seen}


@never_cache
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes where a matter stands: first what follows from it, then, confirmed, done."""
    account, found = changing(request, pk)
    form = MoveForm(request.POST, matter=found)
    if not form.is_valid():
        return page.shown(request, account, found, move=form)
    then = Standing(form.cleaned_data["status"], form.cleaned_data["status_on"], form.cleaned_data["why"])
    try:
        check_move(found.kind, Standing(found.status, found.status_on, found.reason), then)
        if "confirm" not in request.POST:
            return _confirm(request, found, form, then)
        change_status(found, then, actor=account.actor)
    except ImpossibleMove as refused:
        form.add_error(None, _sentence(refused))
        return page.shown(request, account, found, move=form)
    messages.success(request, f"{found.number} is {Status(then.status).label.lower()} since {then.on:%B %-d, %Y}.")
    return redirect("matters:matter", pk)


def _confirm(request: HttpRequest, found: Matter, form: MoveForm, then: Standing) -> HttpResponse:
    context = {
        "matter": found,
        "then": then,
        "label": Status(then.status).label,
        "fields": [(name, value) for name, value in form.data.items() if name != "csrfmiddlewaretoken"],
        "follows": consequence(found, then),
        "held_before": holds(found.status),
        "releases": holds(found.status) and not holds(then.status),
    }
    return render(request, "evidence/matters/move.html", context)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what is known of a matter."""
    account, found = changing(request, pk)
    form = FactsForm(request.POST)
    if not form.is_valid():
        return page.shown(request, account, found, facts=form)
    if correct_matter(found, form.cleaned_data, actor=account.actor):
        messages.success(request, "Corrected. The old values stay in the history.")
    else:
        messages.info(request, "It says that already. Nothing changed.")
    return redirect("matters:matter", pk)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ties a call or a recording to a matter."""
    account, found = changing(request, pk)
    form = LinkForm(request.POST)
    if form.is_valid() and _link(form, account, found):
        messages.success(request, "Tied. As long as the matter is open or appealed, it holds it.")
        return redirect("matters:matter", pk)
    return page.shown(request, account, found, link=form)


def _link(form: LinkForm, account: Account, found: Matter) -> bool:
    said = form.cleaned_data
    if said["call"]:
        call = Call.objects.filter(number__iexact=said["call"]).first()
        if call is None:
            form.add_error("call", f"There is no call {said['call']}.")
            return False
        with transaction.atomic():
            link_call(found, call, actor=account.actor, why=said["why"])
            take_over([found.number], actor=account.actor)
        return True
    named = _visible([said["recording"]], account)
    if not named:
        form.add_error("recording", f"There is no recording {said['recording']}.")
        return False
    link_recordings([(found, *named[said["recording"]])], actor=account.actor, why=said["why"])
    return True


@require_POST
@fresh_login
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets another matter take over one that a rule had opened."""
    account, found = changing(request, pk)
    if not found.clause:  # only what a rule opened gives way; a case that a person entered is what it is
        raise Http404
    form = MergeForm(request.POST)
    if form.is_valid():
        into = access.visible(account).filter(number=form.cleaned_data["into"]).first()
        if into is None or not access.may_change(account, into):
            form.add_error("into", f"There is no matter {form.cleaned_data['into']} that could take it over.")
        elif _done(form, lambda: merge_by_hand(found, into, form.cleaned_data["why"], actor=account.actor)):
            messages.success(request, f"{into.number} took {found.number} over, with everything tied to it.")
            return redirect("matters:matter", into.pk)
    return page.shown(request, account, found, merge=form)


@require_POST
@fresh_login
def untie(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a call or a recording to be taken off a matter."""
    account, found = changing(request, pk)
    form = UntieForm(request.POST, tied=page.tied(found, reach(account)))
    if form.is_valid() and _done(form, lambda: _ask(form, found, account)):
        messages.success(request, "You asked for it to be taken off. It stays tied until a second person agrees.")
        return redirect("matters:matter", pk)
    return page.shown(request, account, found, untie=form)


def _ask(form: UntieForm, found: Matter, account: Account) -> None:
    what, _, key = form.cleaned_data["what"].partition("-")
    thing: dict[str, Any] = {
        what: Call.objects.get(pk=key) if what == "call" else Recording.objects.get(pk=key)  # one of the menu's
    }
    ask_to_untie(found, form.cleaned_data["why"], actor=account.actor, **thing)


@require_POST
@fresh_login
def agree(request: HttpRequest, request_id: int) -> HttpResponse:
    """Takes off what somebody else asked to take off."""
    account, asked = _asked(request, request_id)
    return _decide(request, asked, lambda: agree_to_untie(asked.pk, actor=account.actor), "It is taken off.")


@require_POST
def refuse(request: HttpRequest, request_id: int) -> HttpResponse:
    """Leaves it tied."""
    account, asked = _asked(request, request_id)
    why = request.POST.get("reason", "")
    return _decide(request, asked, lambda: refuse_to_untie(asked.pk, why, actor=account.actor), "It stays tied.")


def _asked(request: HttpRequest, request_id: int) -> tuple[Account, UntieRequest]:
    account = reader(request)
    asked = get_object_or_404(UntieRequest.objects.select_related("matter"), pk=request_id)
    visible = access.visible(account).filter(pk=asked.matter_id).exists()
    if not visible or not access.may_change(account, asked.matter):
        raise Http404
    return account, asked


def _decide(request: HttpRequest, asked: UntieRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refused:
        messages.error(request, str(refused))
    if request.POST.get("back") == "second":
        return redirect("evidence:second")
    return redirect("matters:matter", asked.matter_id)


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Does it; False where it can't be, with the reason on the form."""
    try:
        act()
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _sentence(problem: Exception) -> str:
    text = str(problem)
    return text[:1].upper() + text[1:]
