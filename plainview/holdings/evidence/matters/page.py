"""What the page of one matter shows, gathered for its template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from plainview.base.custody.history import describe, facts_of, title
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.base.people.story import Told
from plainview.holdings.evidence.access import Reach, reach
from plainview.holdings.evidence.choices import class_choices
from plainview.holdings.evidence.closing import grounds
from plainview.holdings.evidence.closing import terms as closing_terms
from plainview.holdings.evidence.matters import access
from plainview.holdings.evidence.matters.forms import FactsForm, LinkForm, MergeForm, MoveForm, UntieForm
from plainview.holdings.evidence.matters.holding import Grip, consequence, grip, holds_now
from plainview.holdings.evidence.models import Recording, RecordingCall, RecordingMatter, UntieRequest
from plainview.holdings.evidence.naming import names_in
from plainview.holdings.evidence.words import length
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing

MOST = 200  # recordings and calls shown on a page
FORESEEN = 2000  # recordings; beyond it only the step before the change counts what would follow
EVENTS = 50


@dataclass(frozen=True)
class Shown:
    """One recording as the page shows it."""

    recording: Recording
    picture: bool
    length: str
    classes: list[str]
    tied: str  # by what


def shown(request: HttpRequest, account: Account, found: Matter, **forms: Any) -> HttpResponse:
    """Returns the page; with a form that was refused, its errors."""
    may_change = access.may_change(account, found)
    context = {
        "matter": found,
        "holds_now": holds_now(found),
        "opened": _opened(found),
        "merged": found.merged.order_by("number"),
        "calls": found.calls.order_by("number")[:MOST],
        "changes": _changes(found),
        "events": _events(found, account),
        "may_change": may_change,
        **_recordings(found, reach(account)),
        **_untying(found, account),
        **(_forms(found, reach(account), forms) if may_change else {}),
    }
    return render(request, "evidence/matters/matter.html", context, status=422 if forms else 200)


def _recordings(found: Matter, held: Reach) -> dict[str, Any]:
    linked = Recording.objects.filter(pk__in=linked_ids(found))
    seen = held.see.filter(linked)
    rows = list(seen.select_related("officer", "camera").order_by("-listed_at", "-pk")[: MOST + 1])
    total = grip(found)
    return {
        "grip": total,
        "holding": _holding(found, total),
        "closing": _closing(found, total),
        "recordings": _shown(found, rows[:MOST], held),
        "more": len(rows) > MOST,
        "unseen": 0 if held.see.everything else total.recordings - seen.count(),
    }


def _holding(found: Matter, total: Grip) -> str:
    """Says what it holds, and what would be due if it were concluded today."""
    now, many = holds_now(found), f"{total.recordings:,} recording{'' if total.recordings == 1 else 's'}"
    if not total.recordings:
        return f"No recording is tied to it{' yet. As soon as one is, it is held' if now else ''}."
    if not now:
        free = "nothing holds it" if total.recordings == 1 else f"nothing holds {total.only:,} of them"
        return f"It holds nothing. It concerns {many}; {free if total.only else 'others hold all of that'}."
    if not total.only:
        return f"It holds {many}, which other matters or holds hold as well."
    alone = "which nothing else holds" if total.recordings == 1 else f"{total.only:,} of which nothing else holds"
    return f"It holds {many}, {alone}.{_foreseen(found, total)}"


def _foreseen(found: Matter, total: Grip) -> str:
    if total.recordings > FORESEEN:
        return ""
    due = consequence(found, Standing("concluded", timezone.localdate())).due
    return f" Were it concluded today, {due:,} of {total.only:,} would be due by their clock at once."


def _closing(found: Matter, total: Grip) -> str:
    """Says whether its recordings are closed records, because of it or of others."""
    said = closing_terms()
    if not total.recordings:
        return ""
    if found.kind in said.matter_kinds and holds_now(found):
        return f"Until it is over its recordings are closed records, by {grounds(said.clause)}."
    others = {0: "None of them is a closed record now.", 1: "1 of them is a closed record because of another matter."}
    rest = others.get(total.closed, f"{total.closed:,} of them are closed records because of other matters.")
    if found.kind in said.matter_kinds:
        return f"It no longer makes its recordings closed records. {rest}"
    return rest if total.closed else ""


def _shown(found: Matter, rows: Sequence[Recording], held: Reach) -> list[Shown]:
    names, ties = dict(class_choices()), _ties(found, rows)
    return [
        Shown(
            recording=each,
            picture=each.has_picture and held.play.covers(each),
            length=length(each.duration_ms),
            classes=[names.get(c, c.capitalize()) for c in each.classes],
            tied=", ".join(ties[each.pk]),
        )
        for each in rows
    ]


def _ties(found: Matter, rows: Sequence[Recording]) -> dict[UUID, list[str]]:
    ids, ties = [each.pk for each in rows], defaultdict(list)
    calls = RecordingCall.objects.filter(recording__in=ids, call__mattercall__matter=found).order_by("call__number")
    for pk, number in calls.values_list("recording", "call__number"):
        ties[pk].append(f"call {number}")
    for pk in RecordingMatter.objects.filter(recording__in=ids, matter=found).values_list("recording", flat=True):
        ties[pk].append("itself")
    return ties


def linked_ids(found: Matter) -> QuerySet[Any, Any]:
    """Returns the ids of the recordings that a matter concerns, directly or through its calls."""
    direct = RecordingMatter.objects.filter(matter=found).values("recording")
    return direct.union(RecordingCall.objects.filter(call__mattercall__matter=found).values("recording"))


def _opened(found: Matter) -> str:
    """Says who opened it: a person, a file, or a clause of the policy."""
    event = Event.objects.filter(item_id=found.handle, kind=Kind.INCIDENTS_MATTER_OPENED.value).order_by("n").first()
    if found.clause:
        return f"by itself, as clause {found.clause} of the policy says"
    if event is None:
        return "by an unknown hand"
    file, who = facts_of(event).get("file"), names_of([event.actor])[event.actor]
    return f"from the file {file}, by {_lower(who)}" if file else f"by {_lower(who)}"


def _lower(name: str) -> str:
    return f"the {name[4:]}" if name.startswith("The ") else name


def _changes(found: Matter) -> list[tuple[Any, str]]:
    changes = list(found.changes.order_by("-pk"))
    names = names_of(c.entered_by for c in changes)
    return [(c, names[c.entered_by]) for c in changes]


def _events(found: Matter, account: Account) -> list[Told]:
    events = list(Event.objects.filter(item_id=found.handle).order_by("-n")[:EVENTS])
    names = names_in(events, account)
    return [Told(event.logged_at, title(event), describe(event, names.get)) for event in events]


def _untying(found: Matter, account: Account) -> dict[str, Any]:
    """What waits for a second person."""
    rows = found.untie_requests.filter(decided_at=None).select_related("call", "recording").order_by("pk")
    return {"unties": untie_rows(rows, account)}


def untie_rows(rows: QuerySet[UntieRequest], account: Account) -> list[dict[str, Any]]:
    """Returns each request with what it is about, who asked, and whether the account may agree."""
    names = names_of({each.asked_by for each in rows})
    return [
        {
            "asked": each,
            "what": thing(each.call, each.recording),
            "who": names[each.asked_by],
            "own": each.asked_by == account.actor,
            "may_decide": access.may_change(account, each.matter),
        }
        for each in rows
    ]


def thing(call: Any, recording: Recording | None) -> str:
    """Returns what is tied, in words."""
    if call is not None:
        return f"call {call.number}"
    assert recording is not None
    return f"the recording of {timezone.localtime(recording.listed_at):%b %-d, %Y, %H:%M:%S}"


def tied(found: Matter, held: Reach) -> list[tuple[str, str]]:
    """Returns what can be taken off, for a menu: (its key, in words)."""
    calls = [(f"call-{c.pk}", f"Call {c.number}") for c in found.calls.order_by("number")[:MOST]]
    direct = Recording.objects.filter(matter_ties__matter=found)
    rows = held.see.filter(direct).order_by("-listed_at")[:MOST]
    return calls + [(f"recording-{r.pk}", thing(None, r).capitalize()) for r in rows]


def _forms(found: Matter, held: Reach, given: dict[str, Any]) -> dict[str, Any]:
    known = {"agency": found.agency, "charge_class": found.charge_class, "title": found.title}
    menu = tied(found, held)
    return {
        "move": given.get("move") or MoveForm(matter=found),
        "facts": given.get("facts") or FactsForm(initial=known),
        "link": given.get("link") or LinkForm(),
        "merge": (given.get("merge") or MergeForm()) if found.clause else None,
        "untie": (given.get("untie") or UntieForm(tied=menu)) if menu else None,
    }
