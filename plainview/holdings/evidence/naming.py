"""How history names matters and recordings to each other: by handle, so that a number is told only to who may know it.

The history of a recording goes to its officer and, in a package, out of the house. The number of a complaint must not.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format

from plainview.base.custody.history import facts_of
from plainview.base.custody.models import Event
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.holdings.evidence import access as evidence
from plainview.holdings.evidence.matters.access import hidden_kinds
from plainview.holdings.evidence.models import Recording
from plainview.holdings.incidents.models import Matter

MATTER, RECORDING = "matter:", "recording:"
UNNAMED = "a matter that is not shown to you"


def matter_fact(handle: str) -> str:
    """Returns what a fact calls a matter."""
    return MATTER + handle


def recording_fact(handle: str) -> str:
    """Returns what a fact calls a recording."""
    return RECORDING + handle


def names_in(events: Iterable[Event], account: Account) -> dict[str, str]:
    """Returns what to call everybody and everything that the events name, as far as the account may know."""
    events = list(events)
    facts = [facts_of(event) for event in events]
    named = {str(said[key]) for said in facts for key in ("matter", "recording") if said.get(key)}
    names = names_of(event.actor for event in events)
    return {**names, **_matters(named, account), **_recordings(named, account)}


def _matters(named: Iterable[str], account: Account) -> dict[str, str]:
    handles = [each.removeprefix(MATTER) for each in named if each.startswith(MATTER)]
    found = Matter.objects.filter(handle__in=handles).exclude(kind__in=hidden_kinds(account)) if handles else []
    known = {matter_fact(m.handle): f"matter {m.number}" for m in found}
    return {matter_fact(each): known.get(matter_fact(each), UNNAMED) for each in handles}


def _recordings(named: Iterable[str], account: Account) -> dict[str, str]:
    handles = [each.removeprefix(RECORDING) for each in named if each.startswith(RECORDING)]
    if not handles:
        return {}
    seen = evidence.visible(account).filter(handle__in=handles)
    known = {recording_fact(r.handle): _when(r) for r in seen}
    return {recording_fact(each): known.get(recording_fact(each), "a recording") for each in handles}


def _when(recording: Recording) -> str:
    return f"the recording of {date_format(timezone.localtime(recording.listed_at), 'M j, Y, H:i:s')}"
