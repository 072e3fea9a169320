"""What waits for a person, and the page on which a technician decides."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from plainview.base.custody.history import facts_of
from plainview.base.custody.models import Event
from plainview.base.people.lookup import officer_on
from plainview.base.people.models import Account
from plainview.holdings.evidence import showing
from plainview.holdings.evidence.actions import Decision, note_view, resolve_quarantine
from plainview.holdings.evidence.actions.resolution import Verdict
from plainview.holdings.evidence.localtime import moment
from plainview.holdings.evidence.models import Quarantine, Recording
from plainview.holdings.evidence.rules import Reason, Refused
from plainview.holdings.evidence.views.found import seen, who
from plainview.holdings.fleet.models import Camera

PAGE = 50
FIELDS = ("verdict", "camera", "badge", "start", "note")


def _technician(request: HttpRequest) -> Account:
    account, held = who(request)
    if not held.resolve:
        raise Http404
    return account


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Recordings that wait for a decision, the longest waiting first."""
    _technician(request)
    reason = request.GET.get("reason", "")
    found = Quarantine.objects.filter(resolved_at__isnull=True).select_related(
        "recording__camera", "recording__officer"
    )
    if reason in list(Reason):
        found = found.filter(reason=reason)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 18:
        found = found.filter(pk__gt=int(after))
    rows = list(found.order_by("pk")[: PAGE + 1])
    groups = [
        (recording, [(Reason(row.reason), row.detail) for row in each])
        for recording, each in groupby(rows[:PAGE], key=lambda row: row.recording)
    ]
    context = {
        "groups": groups,
        "reasons": _counts(),
        "reason": reason,
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "begun": bool(after),
    }
    return render(request, "evidence/quarantine.html", context)


def _counts() -> list[tuple[Reason, int]]:
    rows = Quarantine.objects.filter(resolved_at__isnull=True).values_list("reason").annotate(n=Count("id"))
    found = dict(rows.order_by())
    return [(reason, found[reason.value]) for reason in Reason if reason.value in found]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """One recording that waits: what is the matter, what can be done, and the decision."""
    account = _technician(request)
    recording = seen(who(request)[1], recording_id)
    if request.method == "POST":
        try:
            event = resolve_quarantine(recording.pk, _decision(request, recording), actor=account.actor)
        except Refused as refused:
            return _form(request, recording, str(refused), status=422)
        return _decided(request, recording, event)
    if request.method == "GET":
        note_view(account, recording)
    return _form(request, recording)


def _form(request: HttpRequest, recording: Recording, problem: str = "", status: int = 200) -> HttpResponse:
    rows = list(recording.quarantines.order_by("pk"))
    files = showing.files_of(recording)
    context = {
        "recording": recording,
        "open": [(Reason(row.reason), row.detail) for row in rows if row.resolved_at is None],
        "decided": [(Reason(row.reason), row) for row in rows if row.resolved_at is not None],
        "files": showing.listed(files, set()),
        "parts": showing.parts_of(files),
        "problem": problem,
        "given": {name: request.POST.get(name, "") for name in FIELDS},
        "verdicts": list(Verdict),
        "registered": Camera.objects.filter(serial=recording.serial).exists() if recording.serial else False,
    }
    return render(request, "evidence/decide.html", context, status=status)


def _decided(request: HttpRequest, recording: Recording, event: Event) -> HttpResponse:
    facts = facts_of(event)
    if facts.get("open"):
        settled = "That is settled. Something" if facts.get("answered") else "What you entered is kept. But something"
        messages.info(request, f"{settled} else about this recording still waits.")
        return redirect("evidence:decide", recording.pk)
    messages.success(request, "Decided. The recording is out of the queue; its history says what you decided and why.")
    return redirect("evidence:quarantine")


def _decision(request: HttpRequest, recording: Recording) -> Decision:
    """Reads the form. Raises Refused with what to do about it."""
    given = {name: request.POST.get(name, "").replace("\0", "").strip() for name in FIELDS}
    if given["verdict"] not in list(Verdict):
        raise Refused("Choose what to do with the recording.")
    verdict, note = Verdict(given["verdict"]), given["note"][:2000]
    if verdict is not Verdict.ASSIGN:
        return Decision(verdict, note)
    start = moment(given["start"], ZoneInfo(settings.TIME_ZONE)) if given["start"] else None
    camera = Camera.objects.filter(serial=given["camera"]).first() if given["camera"] else None
    if given["camera"] and camera is None:
        raise Refused(
            f"No camera with the serial {given['camera'][:40]!r} is registered. Enter it in the fleet list first."
        )
    day = timezone.localdate(start or recording.start or timezone.now())
    officer = officer_on(given["badge"], day) if given["badge"] else None
    if given["badge"] and officer is None:
        raise Refused(f"Nobody had the badge {given['badge'][:40]!r} on {day}. Look it up in the roster.")
    return Decision(verdict, note, camera=camera, officer=officer, start=start)
