"""Opens matters, changes where they stand, ties them to calls; each act an event on the matter's own item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_item, open_items, record, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.holdings.incidents.models import Call, Matter, MatterCall, StatusChange
from plainview.holdings.incidents.rules import ImpossibleMove, Standing, check_day, check_move
from plainview.ledger.canonical import Json


@dataclass(frozen=True)
class Opening:
    """A matter to be opened, with the ids of the calls it concerns."""

    number: str
    kind: str
    standing: Standing
    agency: str = ""
    clause: str = ""  # of the policy whose rule opens it
    calls: tuple[int, ...] = ()
    file: str = ""  # that it comes from


@transaction.atomic
def open_matter(
    number: str,
    kind: str,
    standing: Standing,
    *,
    actor: str,
    agency: str = "",
    title: str = "",
    charge_class: str = "",
    calls: Iterable[Call] = (),
) -> Matter:
    """Opens a matter in any standing: one may come to us that was concluded long ago. Raises rules.ImpossibleMove."""
    check_day(standing, timezone.localdate())
    matter = Matter.objects.create(
        handle=open_item("matter"),
        number=number,
        kind=kind,
        agency=agency,
        title=title,
        charge_class=charge_class,
        status=standing.status,
        status_on=standing.on,
        reason=standing.reason,
    )
    status_change(matter, actor).save()
    record(Kind.INCIDENTS_MATTER_OPENED, matter.handle, actor=actor, facts=facts_of(matter))
    for call in calls:
        link_call(matter, call, actor=actor)
    return matter


@transaction.atomic
def change_status(matter: Matter, then: Standing, *, actor: str) -> Matter:
    """Moves a matter on. Raises rules.ImpossibleMove. “Concluded, then appealed” holds again from that moment."""
    matter = _locked(matter)
    now = Standing(matter.status, matter.status_on, matter.reason)
    check_day(then, timezone.localdate())
    check_move(matter.kind, now, then)
    if now.status == then.status:
        return matter
    matter.status, matter.status_on, matter.reason = then.status, then.on, then.reason
    matter.save(update_fields=["status", "status_on", "reason"])
    status_change(matter, actor).save()
    record(Kind.INCIDENTS_MATTER_MOVED, matter.handle, actor=actor, facts=moved_facts(matter, now))
    return matter


@transaction.atomic
def link_call(matter: Matter, call: Call, *, actor: str, why: str = "") -> bool:
    """Ties a call, and with it its recordings, to a matter. Returns whether that was new."""
    matter = _locked(matter)
    _, fresh = MatterCall.objects.get_or_create(matter=matter, call=call)
    if fresh:
        record(Kind.INCIDENTS_MATTER_LINKED, matter.handle, actor=actor, facts={"call": call.number, "why": why})
    return fresh


@transaction.atomic
def correct_matter(matter: Matter, facts: Mapping[str, str], *, actor: str) -> bool:
    """Corrects agency, charge class or title; the old values go into history. Returns whether anything changed."""
    matter = _locked(matter)
    names = [name for name in ("agency", "charge_class", "title") if facts.get(name, "") != getattr(matter, name)]
    if not names:
        return False
    old: dict[str, Json] = {name: getattr(matter, name) for name in names}
    new: dict[str, Json] = {name: facts.get(name, "") for name in names}
    for name in names:
        setattr(matter, name, facts.get(name, ""))
    matter.save(update_fields=names)
    told: dict[str, Json] = {"changed": list(names), "old": old, "new": new}
    record(Kind.INCIDENTS_MATTER_CORRECTED, matter.handle, actor=actor, facts=told)
    return True


@transaction.atomic
def open_many(openings: Sequence[Opening], *, actor: str, policy: str | None = None) -> list[Matter]:
    """Opens many matters and ties them to their calls in a handful of statements, in the order given."""
    handles = open_items("matter", [new_handle() for _ in openings])
    matters = Matter.objects.bulk_create(
        [
            Matter(
                handle=handle,
                number=o.number,
                kind=o.kind,
                agency=o.agency,
                status=o.standing.status,
                status_on=o.standing.on,
                reason=o.standing.reason,
                clause=o.clause,
            )
            for handle, o in zip(handles, openings, strict=True)
        ],
        batch_size=5000,
    )
    StatusChange.objects.bulk_create([status_change(m, actor) for m in matters], batch_size=5000)
    told = [
        Entry(Kind.INCIDENTS_MATTER_OPENED, m.handle, {**facts_of(m), "file": o.file})
        for m, o in zip(matters, openings, strict=True)
    ]
    record_many(told, actor=actor, policy=policy)
    pairs = [(m, call) for m, o in zip(matters, openings, strict=True) for call in o.calls]
    link_many(pairs, actor=actor)
    return matters


def link_many(pairs: Sequence[tuple[Matter, int]], *, actor: str) -> int:
    """Ties matters to calls, named by their ids; returns how many ties are new. Inside a transaction."""
    there = set(MatterCall.objects.filter(matter__in={m.pk for m, _ in pairs}).values_list("matter_id", "call_id"))
    fresh = {(m.pk, call): m for m, call in pairs if (m.pk, call) not in there}
    MatterCall.objects.bulk_create([MatterCall(matter_id=m, call_id=c) for m, c in fresh], batch_size=5000)
    numbers = dict(Call.objects.filter(pk__in={call for _, call in fresh}).values_list("pk", "number"))
    record_many(
        [Entry(Kind.INCIDENTS_MATTER_LINKED, m.handle, {"call": numbers[key[1]]}) for key, m in fresh.items()],
        actor=actor,
    )
    return len(fresh)


def _locked(matter: Matter) -> Matter:
    """Returns the matter as it stands now, locked. One that another took over is changed no more."""
    found = Matter.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=matter.pk)
    if found.merged_into is not None:
        raise ImpossibleMove(f"{found.number} was taken over by {found.merged_into.number}: change that one.")
    return found


def status_change(matter: Matter, actor: str) -> StatusChange:
    """Returns the line that says where the matter stands now, not yet saved."""
    return StatusChange(
        matter=matter, status=matter.status, status_on=matter.status_on, reason=matter.reason, entered_by=actor
    )


def facts_of(matter: Matter) -> dict[str, Json]:
    """Returns what history keeps of a matter as it stands."""
    return {
        "number": matter.number,
        "kind": matter.kind,
        "agency": matter.agency,
        "status": matter.status,
        "status_on": matter.status_on.isoformat(),
        "reason": matter.reason,
        "clause": matter.clause,
    }


def moved_facts(matter: Matter, before: Standing) -> dict[str, Json]:
    """Returns what history keeps of a change of status."""
    return {**facts_of(matter), "from_status": before.status, "from_status_on": before.on.isoformat()}
