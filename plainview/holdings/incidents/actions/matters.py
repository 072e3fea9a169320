"""Opens matters, changes where they stand, ties them to calls; each act an event on the matter's own item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from plainview.base.custody.actions import Entry, open_item, open_items, record, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.people.table import ImportRefused, Problem
from plainview.holdings.incidents.matters_table import MatterEntry
from plainview.holdings.incidents.models import Call, Matter, MatterCall, StatusChange
from plainview.holdings.incidents.rules import ImpossibleMove, Standing, check_move
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


@dataclass(frozen=True)
class Taken:
    """What an import of matters did."""

    opened: list[Matter]
    changed: list[Matter]
    linked: int
    unchanged: int


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
    """Opens a matter in any standing: an import may bring one that was concluded long ago."""
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
    _note(matter, actor)
    record(Kind.INCIDENTS_MATTER_OPENED, matter.handle, actor=actor, facts=_facts(matter))
    for call in calls:
        link_call(matter, call, actor=actor)
    return matter


@transaction.atomic
def change_status(matter: Matter, then: Standing, *, actor: str) -> Matter:
    """Moves a matter on. Raises rules.ImpossibleMove. “Concluded, then appealed” holds again from that moment."""
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
    now = Standing(matter.status, matter.status_on, matter.reason)
    check_move(matter.kind, now, then)
    if now.status == then.status:
        return matter
    matter.status, matter.status_on, matter.reason = then.status, then.on, then.reason
    matter.save(update_fields=["status", "status_on", "reason"])
    _note(matter, actor)
    facts = {**_facts(matter), "from_status": now.status, "from_status_on": now.on.isoformat()}
    record(Kind.INCIDENTS_MATTER_MOVED, matter.handle, actor=actor, facts=facts)
    return matter


@transaction.atomic
def link_call(matter: Matter, call: Call, *, actor: str, why: str = "") -> bool:
    """Ties a call, and with it its recordings, to a matter. Returns whether that was new."""
    _, fresh = MatterCall.objects.get_or_create(matter=matter, call=call)
    if fresh:
        record(Kind.INCIDENTS_MATTER_LINKED, matter.handle, actor=actor, facts={"call": call.number, "why": why})
    return fresh


@transaction.atomic
def correct_matter(matter: Matter, facts: Mapping[str, str], *, actor: str) -> bool:
    """Corrects agency, charge class or title; the old values go into history. Returns whether anything changed."""
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
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
def take_matters(entries: Sequence[MatterEntry], name: str, *, actor: str) -> Taken:
    """Takes a whole file of matters, or nothing: set-based, re-runnable. Raises ImportRefused."""
    numbers = [e.number for e in entries]
    known = {m.number: m for m in Matter.objects.select_for_update().filter(number__in=numbers).order_by("pk")}
    _refuse_impossible(entries, known, name)
    fresh = [e for e in entries if e.number not in known]
    opened = open_many([Opening(e.number, e.kind, _standing(e), e.agency) for e in fresh], actor=actor)
    moved = [e for e in entries if e.number in known and known[e.number].status != e.status]
    changed = [change_status(known[e.number], _standing(e), actor=actor) for e in moved]
    known |= {m.number: m for m in opened}
    linked = _link_all(entries, known, name, actor)
    return Taken(opened, changed, linked, len(entries) - len(opened) - len(changed))


def _refuse_impossible(entries: Iterable[MatterEntry], known: dict[str, Matter], name: str) -> None:
    problems = []
    for entry in entries:
        matter = known.get(entry.number)
        if matter is None:
            continue
        if matter.kind != entry.kind:
            problems.append(Problem(entry.row, "kind", f"{entry.number} is a {matter.kind} matter here."))
            continue
        now = Standing(matter.status, matter.status_on, matter.reason)
        try:
            check_move(matter.kind, now, Standing(entry.status, entry.status_on, entry.reason))
        except ImpossibleMove as problem:
            problems.append(Problem(entry.row, "status", f"{entry.number}: {problem}"))
    if problems:
        raise ImportRefused(name, problems)


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
    StatusChange.objects.bulk_create([_change(m, actor) for m in matters], batch_size=5000)
    record_many([Entry(Kind.INCIDENTS_MATTER_OPENED, m.handle, _facts(m)) for m in matters], actor=actor, policy=policy)
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


def _link_all(entries: Sequence[MatterEntry], matters: dict[str, Matter], name: str, actor: str) -> int:
    wanted = {number: row for e in entries for number, row in e.calls.items()}
    calls = dict(Call.objects.filter(number__in=wanted).values_list("number", "pk"))
    unknown = [
        Problem(row, "call_id", f"no call {number} is here. Import the calls first, or leave the cell empty.")
        for number, row in wanted.items()
        if number not in calls
    ]
    if unknown:
        raise ImportRefused(name, unknown)
    return link_many([(matters[e.number], calls[number]) for e in entries for number in e.calls], actor=actor)


def _standing(entry: MatterEntry) -> Standing:
    return Standing(entry.status, entry.status_on, entry.reason)


def _note(matter: Matter, actor: str) -> None:
    _change(matter, actor).save()


def _change(matter: Matter, actor: str) -> StatusChange:
    return StatusChange(
        matter=matter, status=matter.status, status_on=matter.status_on, reason=matter.reason, entered_by=actor
    )


def _facts(matter: Matter) -> dict[str, str]:
    on: date = matter.status_on
    return {
        "number": matter.number,
        "kind": matter.kind,
        "agency": matter.agency,
        "status": matter.status,
        "status_on": on.isoformat(),
        "reason": matter.reason,
        "clause": matter.clause,
    }
