"""The page of one recording, and what can be changed on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.custody.history import facts_of
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.holdings.evidence import access, lease, showing
from plainview.holdings.evidence.access import Reach
from plainview.holdings.evidence.actions import note_view, set_call_number, set_classes, set_title
from plainview.holdings.evidence.actions.lowering import waits
from plainview.holdings.evidence.actions.places import standing_places
from plainview.holdings.evidence.calls import access as calls
from plainview.holdings.evidence.choices import class_choices, clauses_known
from plainview.holdings.evidence.closing import closed
from plainview.holdings.evidence.keeping import kept_until, masked
from plainview.holdings.evidence.matters.access import hidden_kinds, reads
from plainview.holdings.evidence.models import File, Playable, PrivatePlace, Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED, Reason, Refused
from plainview.holdings.evidence.views.found import edited, played, reader, seen, who
from plainview.holdings.evidence.views.second import may_decide
from plainview.holdings.evidence.words import length, size

UNDO = {
    Kind.EVIDENCE_RECORDING_CALL_NUMBERED: ("evidence:call_number", "call_number"),
    Kind.EVIDENCE_RECORDING_CLASSED: ("evidence:classes", "class"),
    Kind.EVIDENCE_RECORDING_TITLED: ("evidence:title", "title"),
}


@never_cache
@require_safe
def page(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Everything about one recording. Looking at it is an event."""
    account, held = reader(request)
    recording = seen(held, recording_id)
    if request.method == "GET":
        note_view(account, recording)
    files = showing.files_of(recording)
    may_play = held.play.covers(recording)
    told, more = showing.history_of(recording, files, account)
    context = {
        "recording": recording,
        "length": length(recording.duration_ms),
        "size": size(recording.size),
        "files": showing.listed(files, _visible_twins(held, files)),
        "open": _open_reasons(recording),
        "may_resolve": held.resolve,
        "may_play": may_play,
        "may_edit": held.edit.covers(recording) and not recording.destroyed_at,
        "classes": [(id, name, id in recording.classes) for id, name in _offered(recording)],
        "class_names": dict(class_choices()),
        "ended": recording.destroyed_at is not None,
        "calls": calls.of_recording(account, recording),
        "kept": masked(kept_until(recording), hidden_kinds(account)),
        "sees_matters": reads(account),
        "clauses": clauses_known(),
        "closed": closed(recording, hidden_kinds(account)),
        **_keeping(account, held, recording),
        "history": told,
        "more_history": more,
        "undo": _undo(request, account, recording),
        **(_to_play(recording, files) if may_play and not recording.destroyed_at else {}),
    }
    return render(request, "evidence/recording.html", context)


def _keeping(account: Account, held: Reach, recording: Recording) -> dict[str, Any]:
    """What holds it, what waits for a second person, and which places in it are private."""
    holds = list(recording.person_holds.filter(lifted_at=None).order_by("pk"))
    asked = waits(recording.pk)
    places = standing_places(recording.pk)
    actors = [*(h.placed_by for h in holds), *(h.lift_asked_by for h in holds if h.lift_asked_by)]
    actors += [asked.asked_by] if asked else []
    actors += [place.marked_by for place in places]
    names = names_of(actors)
    return {
        "holds": [(h, names[h.placed_by], names.get(h.lift_asked_by, "")) for h in holds],
        "may_hold": held.hold.covers(recording) and not recording.destroyed_at,
        "may_lift": access.may_lift(account),
        "asked": asked,
        "asked_by": names[asked.asked_by] if asked else "",
        "may_decide": may_decide(account) and held.edit.covers(recording),
        "account": account,
        "places": [(place, names[place.marked_by], _stretch(recording, place)) for place in places],
        "decisions": PrivatePlace.Decision.choices,
    }


def _stretch(recording: Recording, place: PrivatePlace) -> str:
    """Which part of the recording a place is, as the player counts."""
    if place.began is None or place.ended is None or recording.start is None:
        return "the whole recording"
    first, last = (round((m - recording.start).total_seconds() * 1000) for m in (place.began, place.ended))
    return f"{length(max(first, 0))} to {length(last)}"


def _to_play(recording: Recording, files: list[File]) -> dict[str, Any]:
    parts = showing.parts_of(files)
    drawn = showing.trail_of(files, parts)
    for file in parts:
        if file.prepared_at is None and file.preparing_until is None:
            lease.queue(file.pk)  # asked for once however often the page is opened
    return {
        "parts": parts,
        "trail": drawn,
        "player": showing.player(recording, parts, drawn),
        "waiting": _waiting(parts),
    }


def _visible_twins(held: Reach, files: list[File]) -> set[UUID]:
    twins = [file.duplicate_of.recording_id for file in files if file.duplicate_of]
    if not twins:
        return set()
    return set(held.see.filter(Recording.objects.filter(pk__in=twins)).values_list("pk", flat=True))


def _open_reasons(recording: Recording) -> list[tuple[Reason, str]]:
    rows = recording.quarantines.filter(resolved_at__isnull=True).order_by("id")
    return [(Reason(row.reason), row.detail) for row in rows]


def _offered(recording: Recording) -> list[tuple[str, str]]:
    """The classes of the policy in force, and those of older policies that it still bears."""
    offered = [each for each in class_choices() if each[0] != UNCLASSIFIED]
    known = {id for id, _ in offered}
    return [*offered, *((id, id) for id in recording.classes if id not in known and id != UNCLASSIFIED)]


def _undo(request: HttpRequest, account: Account, recording: Recording) -> dict[str, Any] | None:
    """What the account changed a moment ago, with the values from before; None unless it just did."""
    try:
        changed = UUID(request.GET.get("changed", ""))
    except ValueError:
        return None
    event = Event.objects.filter(pk=changed, item_id=recording.handle, actor=account.actor).first()
    if event is None or event.kind not in UNDO:
        return None
    address, field = UNDO[Kind(event.kind)]
    facts = facts_of(event)
    old, new = facts.get("old"), facts.get("new")
    names = dict(class_choices())
    return {
        "action": reverse(address, args=[recording.pk]),
        "field": field,
        "old": old if isinstance(old, list) else [old],
        "new": ", ".join(names.get(str(each), str(each)) for each in new) if isinstance(new, list) else new,
        "what": {"class": "Class", "call_number": "Call number", "title": "Title"}[field],
    }


@never_cache
@require_safe
def history(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Everything that ever happened to the recording."""
    account, held = reader(request)
    recording = seen(held, recording_id)
    if request.method == "GET":
        note_view(account, recording)
    told, _ = showing.history_of(recording, showing.files_of(recording), account, most=None)
    return render(request, "evidence/history.html", {"recording": recording, "history": told})


@never_cache
@require_safe
def preparation(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """How far the preparation is, and what can be played by now, for the page that waits for it."""
    _, held = who(request)
    recording = played(held, recording_id)
    context = {"recording": recording, **_to_play(recording, showing.files_of(recording))}
    return render(request, "evidence/preparation.html", context)


def _waiting(parts: list[File]) -> dict[str, Any]:
    """What is still to come, and what will never play."""
    left = [file for file in parts if file.prepared_at is None]
    step = next((file.preparing for file in left if file.preparing), "")
    return {
        "left": len(left),
        "step": step,
        "playable": any(file.playable == Playable.READY for file in parts),
        "why_not": [(file.name, file.why_not) for file in parts if file.playable == Playable.UNPLAYABLE],
    }


@require_POST
def classes(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Sets the classes to those that are ticked."""
    account, held = who(request)
    recording = edited(held, recording_id)
    reason = request.POST.get("reason", "").strip()[:200]
    wanted = request.POST.getlist("class")
    return _changed(request, recording, lambda: set_classes(recording.pk, wanted, actor=account.actor, reason=reason))


@require_POST
def call_number(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Sets the call number."""
    account, held = who(request)
    recording = edited(held, recording_id)
    text = request.POST.get("call_number", "")
    return _changed(request, recording, lambda: set_call_number(recording.pk, text, actor=account.actor))


@require_POST
def title(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Sets the title."""
    account, held = who(request)
    recording = edited(held, recording_id)
    text = request.POST.get("title", "")
    return _changed(request, recording, lambda: set_title(recording.pk, text, actor=account.actor))


def _changed(request: HttpRequest, recording: Recording, act: Any) -> HttpResponse:
    address = reverse("evidence:recording", args=[recording.pk])
    try:
        event = act()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{address}#about")
    return redirect(f"{address}?changed={event.pk}#about" if event else f"{address}#about")
