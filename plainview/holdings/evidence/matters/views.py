"""The list of matters, the page of one, and what can be done to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.access import viewer
from plainview.base.people.download import csv_response
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.base.people.paging import page_of
from plainview.base.people.story import recent_events
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence.access import reach
from plainview.holdings.evidence.actions.taking_over import take_over
from plainview.holdings.evidence.imports.matters import find_recordings, link_recordings
from plainview.holdings.evidence.matters import access
from plainview.holdings.evidence.matters.forms import FactsForm, LinkForm, MoveForm, OpenForm
from plainview.holdings.evidence.matters.holding import grip
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.actions.matters import change_status, correct_matter, link_call, open_matter
from plainview.holdings.incidents.models import Call, Matter, MatterKind, Status
from plainview.holdings.incidents.rules import HOLDING, ImpossibleMove, Standing, check_move
from plainview.ledger.canonical import Json

ONCE_IN = timedelta(minutes=10)
MOST = 200  # recordings and calls shown on a page
COLUMNS = ("matter_id", "kind", "agency", "charge_class", "title", "status", "status_on", "reason", "opened_by_clause")


def _reader(request: HttpRequest) -> Account:
    account = viewer(request)
    if not access.reads(account):
        raise PermissionDenied("Matters are for technicians, detectives, supervisors, commanders and auditors.")
    return account


def _found(request: HttpRequest, account: Account) -> tuple[QuerySet[Matter], dict[str, str]]:
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "kind", "status")}
    rows = access.visible(account)
    if asked["q"]:
        rows = rows.filter(number__istartswith=asked["q"])
    if asked["kind"] in MatterKind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["status"] in Status.values:
        rows = rows.filter(status=asked["status"])
    return rows if asked["q"] else rows.filter(merged_into=None), asked


@never_cache
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Lists matters, the newest first."""
    account = _reader(request)
    rows, asked = _found(request, account)
    context = {
        "page": page_of(rows, "id", request, newest_first=True),
        "asked": asked,
        "kinds": MatterKind.choices,
        "statuses": Status.choices,
        "may_open": access.may_open(account),
    }
    return render(request, "evidence/matters/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Hands the list out as a table."""
    account = _reader(request)
    rows, _ = _found(request, account)
    with transaction.atomic():
        facts: dict[str, Json] = {"list": "matters", "rows": rows.count()}
        record(Kind.INCIDENTS_LIST_EXPORTED, account.handle, actor=account.actor, facts=facts)
    cells = rows.order_by("-pk").values_list(
        "number", "kind", "agency", "charge_class", "title", "status", "status_on", "reason", "clause"
    )
    return csv_response("matters.csv", COLUMNS, cells.iterator(chunk_size=2000))


@never_cache
@require_safe
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one matter. Looking at it is an event."""
    account = _reader(request)
    found = get_object_or_404(access.visible(account), pk=pk)
    if found.merged_into_id is not None:
        messages.info(request, f"{found.number} was opened by a rule; this matter took it over.")
        return redirect("matters:matter", found.merged_into_id)
    if request.method == "GET":
        note_read(account, found)
    return _page(request, account, found)


def _page(request: HttpRequest, account: Account, found: Matter, **forms: Any) -> HttpResponse:
    held = reach(account)
    linked = Recording.objects.filter(pk__in=linked_ids(found))
    seen = held.see.filter(linked).select_related("officer", "camera").order_by("-listed_at", "-pk")
    rows = list(seen[: MOST + 1])
    total = grip(found)
    changes = list(found.changes.order_by("-pk"))
    may_change = access.may_change(account, found)
    context = {
        "matter": found,
        "holds_now": found.status in HOLDING,
        "grip": total,
        "recordings": [(r, held.play.covers(r) and r.has_picture) for r in rows[:MOST]],
        "more": len(rows) > MOST,
        "unseen": total.recordings - seen.count() if total.recordings else 0,
        "calls": found.calls.order_by("number")[:MOST],
        "merged": found.merged.order_by("number"),
        "changes": [(c, name) for c, name in zip(changes, _names(changes), strict=True)],
        "closes": found.kind in _closing_kinds(),
        "may_change": may_change,
        "move": forms.get("move") or MoveForm(matter=found),
        "facts": forms.get("facts") or FactsForm(initial=_known(found)),
        "link": forms.get("link") or LinkForm(),
        "events": recent_events(found.handle),
    }
    return render(request, "evidence/matters/matter.html", context, status=422 if forms else 200)


def _names(changes: list[Any]) -> list[str]:
    names = names_of(c.entered_by for c in changes)
    return [names[c.entered_by] for c in changes]


def _known(found: Matter) -> dict[str, str]:
    return {"agency": found.agency, "charge_class": found.charge_class, "title": found.title}


def _closing_kinds() -> tuple[str, ...]:
    in_force = policy.current_policy()
    return in_force.duties.closed_records.matter_kinds if in_force else ("criminal",)


def linked_ids(found: Matter) -> QuerySet[Any, Any]:
    """Returns the ids of the recordings that a matter concerns, directly or through its calls."""
    direct = Recording.objects.filter(matter_ties__matter=found).values("pk")
    return direct.union(Recording.objects.filter(call_ties__call__mattercall__matter=found).values("pk"))


@transaction.atomic
def note_read(account: Account, found: Matter) -> None:
    """Writes down that an account looked at a matter; once in ten minutes."""
    recently = Event.objects.filter(
        item_id=found.handle,
        kind=Kind.INCIDENTS_MATTER_READ.value,
        actor=account.actor,
        logged_at__gt=timezone.now() - ONCE_IN,
    )
    if not recently.exists():
        record(Kind.INCIDENTS_MATTER_READ, found.handle, actor=account.actor, facts={})


@never_cache
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Opens a matter; it holds what it concerns from that moment on."""
    account = _reader(request)
    if not access.may_open(account):
        raise PermissionDenied("Matters are opened by technicians, detectives and commanders.")
    form = OpenForm(request.POST or None, roles=account.roles)
    if request.method == "POST" and form.is_valid():
        made = _open(form, account)
        if made is not None:
            messages.success(request, f"{made.number} is open. It holds every recording that it concerns.")
            return redirect("matters:matter", made.pk)
    return render(request, "evidence/matters/open.html", {"form": form}, status=422 if form.errors else 200)


def _open(form: OpenForm, account: Account) -> Matter | None:
    """Opens what the form says; None where it can't be, with the reason on the form."""
    said, numbers = form.cleaned_data, form.call_numbers()
    calls = {call.number: call for call in Call.objects.filter(number__in=numbers)}
    missing = [each for each in numbers if each not in calls]
    if missing:
        form.add_error("calls", f"There is no call {', '.join(missing)}. Leave it out, or import the calls first.")
    if Matter.objects.filter(number=said["number"]).exists():
        form.add_error("number", "There is a matter of that number already.")
    if form.errors:
        return None
    with transaction.atomic():
        made = open_matter(
            said["number"],
            said["kind"],
            Standing(Status.OPEN, said["status_on"], said["reason"]),
            actor=account.actor,
            agency=said["agency"],
            title=said["title"],
            charge_class=said["charge_class"],
            calls=calls.values(),
        )
        take_over([made.number], actor=account.actor)
    return made


def _changing(request: HttpRequest, pk: int) -> tuple[Account, Matter]:
    account = _reader(request)
    found = get_object_or_404(access.visible(account), pk=pk)
    if not access.may_change(account, found):
        raise Http404
    return account, found


@never_cache
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes where a matter stands: first what follows from it, then, confirmed, done."""
    account, found = _changing(request, pk)
    form = MoveForm(request.POST, matter=found)
    if not form.is_valid():
        return _page(request, account, found, move=form)
    then = Standing(form.cleaned_data["status"], form.cleaned_data["status_on"], form.cleaned_data["why"])
    try:
        check_move(found.kind, Standing(found.status, found.status_on, found.reason), then)
        if "confirm" not in request.POST:
            context = {
                "matter": found,
                "then": then,
                "form": form,
                "grip": grip(found),
                "label": Status(then.status).label,
            }
            context |= {"releases": found.status in HOLDING and then.status not in HOLDING}
            return render(request, "evidence/matters/move.html", context)
        change_status(found, then, actor=account.actor)
    except ImpossibleMove as refused:
        form.add_error(None, str(refused))
        return _page(request, account, found, move=form)
    messages.success(request, f"{found.number} is {Status(then.status).label.lower()} since {then.on}.")
    return redirect("matters:matter", pk)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what is known of a matter."""
    account, found = _changing(request, pk)
    form = FactsForm(request.POST)
    if not form.is_valid():
        return _page(request, account, found, facts=form)
    correct_matter(found, form.cleaned_data, actor=account.actor)
    messages.success(request, "Corrected. The old values stay in the history.")
    return redirect("matters:matter", pk)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Ties a call or a recording to a matter."""
    account, found = _changing(request, pk)
    form = LinkForm(request.POST)
    if form.is_valid() and _link(form, account, found):
        messages.success(request, "Tied. As long as the matter is open or appealed, it holds it.")
        return redirect("matters:matter", pk)
    return _page(request, account, found, link=form)


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
    named = find_recordings([said["recording"]]).get(said["recording"])
    seen = named and reach(account).see.filter(Recording.objects.filter(pk=named[0])).exists()
    if not named or not seen:
        form.add_error("recording", f"There is no recording {said['recording']}.")
        return False
    link_recordings([(found, *named)], actor=account.actor, why=said["why"])
    return True
