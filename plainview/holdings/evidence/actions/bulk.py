"""Classes for many recordings at once, in one transaction, and the same undone whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, open_item, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence import rules
from plainview.holdings.evidence.actions.lowering import ask_to_lower
from plainview.holdings.evidence.lowering import lowers, needs_second
from plainview.holdings.evidence.models import BulkChange, BulkLine, ClassMark, ClassRequest, Recording
from plainview.holdings.evidence.rules import Refused
from plainview.ledger.canonical import Json

MOST = 500  # recordings at once: as many as a person can answer for


@dataclass(frozen=True)
class Plan:
    """What a bulk change would do to each recording."""

    change: list[tuple[Recording, list[str]]]
    ask: list[tuple[Recording, list[str]]]  # a second person has to agree
    same: list[Recording]  # bear these classes already, or wait for a second person


@dataclass(frozen=True)
class Undone:
    """What undoing did."""

    back: int
    left: list[Recording]  # somebody has changed them since


def plan(recordings: Sequence[Recording], wanted: Collection[str], *, add: bool) -> Plan:
    """Returns what would happen: `add` keeps the classes that are there. Raises Refused for an unknown class."""
    if len(recordings) > MOST:
        raise Refused(f"At most {MOST} recordings at once. Choose fewer.")
    in_force = policy.current_policy()
    known = [each.id for each in in_force.classes] if in_force else []
    serious = needs_second([r.pk for r in recordings])
    waiting = set(
        ClassRequest.objects.filter(recording__in=recordings, decided_at=None).values_list("recording_id", flat=True)
    )
    found = Plan([], [], [])
    for recording in recordings:
        before = sorted(recording.classes)
        after = rules.class_change(before, [*before, *wanted] if add else wanted, known)
        if before == after or recording.pk in waiting:
            found.same.append(recording)
        elif recording.pk in serious and lowers(before, after, in_force):
            found.ask.append((recording, after))
        else:
            found.change.append((recording, after))
    return found


@transaction.atomic
def change_many(
    recording_ids: Collection[UUID], wanted: Collection[str], reason: str, *, actor: str, add: bool = True
) -> BulkChange | None:
    """Gives many recordings classes; where that lowers one after an arrest or force, a second person is asked.

    Returns the change, which can be undone; None where nothing was changed at once. Raises Refused.
    """
    reason = rules.reason_given(reason)
    locked = (
        Recording.objects.filter(pk__in=recording_ids, destroyed_at=None).select_for_update(no_key=True).order_by("pk")
    )
    what = plan(list(locked), wanted, add=add)
    if what.ask:
        ask_to_lower(what.ask, reason, actor=actor)
    if not what.change:
        return None
    change = BulkChange.objects.create(
        handle=open_item("bulk"), made_at=timezone.now(), made_by=actor, reason=reason, count=len(what.change)
    )
    BulkLine.objects.bulk_create(
        BulkLine(change=change, recording=r, before=sorted(r.classes), after=after) for r, after in what.change
    )
    _write([(r, sorted(r.classes), after) for r, after in what.change], actor, reason)
    _tell(Kind.EVIDENCE_CLASSES_CHANGED, change, what.change, actor)
    return change


@transaction.atomic
def undo_many(change: BulkChange, *, actor: str) -> Undone:
    """Puts every recording back that still bears what the change gave it. Raises Refused where it is undone already."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise Refused("It is undone already.")
    if change.made_by != actor:
        raise Refused("Only the person who made a change can undo it.")
    lines = list(change.lines.all())
    locked = Recording.objects.filter(pk__in=[line.recording_id for line in lines]).select_for_update(no_key=True)
    now = {r.pk: r for r in locked.order_by("pk")}
    back = [(now[line.recording_id], line.after, line.before) for line in lines if _as_left(now, line)]
    left = [now[line.recording_id] for line in lines if not _as_left(now, line)]
    _write(back, actor, "undone")
    change.undone_at, change.undone_by = timezone.now(), actor
    change.save(update_fields=["undone_at", "undone_by"])
    _tell(Kind.EVIDENCE_CLASSES_UNDONE, change, [(r, new) for r, _, new in back], actor)
    return Undone(len(back), left)


def _as_left(now: dict[UUID, Recording], line: BulkLine) -> bool:
    return sorted(now[line.recording_id].classes) == sorted(line.after)


def _write(cases: Sequence[tuple[Recording, list[str], list[str]]], actor: str, reason: str) -> None:
    """Writes (recording, before, after) in a handful of statements: rows, marks, an event of each recording."""
    moment = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_SET, [[r.pk for r, _, _ in cases], [";".join(after) for _, _, after in cases]])
        gone = [(r.pk, each) for r, before, after in cases for each in set(before) - set(after)]
        cursor.execute(_END, [moment, actor, [pk for pk, _ in gone], [each for _, each in gone]])
    ClassMark.objects.bulk_create(
        ClassMark(recording=r, class_id=each, marked_at=moment, marked_by=actor, reason=reason)
        for r, before, after in cases
        for each in after
        if each not in before
    )
    record_many(
        [
            Entry(Kind.EVIDENCE_RECORDING_CLASSED, r.handle, {"old": list(b), "new": list(a), "reason": reason})
            for r, b, a in cases
        ],
        actor=actor,
        policy=policy.current_hash(),
    )


def _tell(kind: Kind, change: BulkChange, cases: Sequence[tuple[Recording, list[str]]], actor: str) -> None:
    facts: dict[str, Json] = {"count": len(cases), "reason": change.reason, "recordings": [r.handle for r, _ in cases]}
    record_many([Entry(kind, change.handle, facts)], actor=actor)


_SET = """
update evidence_recording r set classes = string_to_array(new.classes, ';')
from unnest(%s::uuid[], %s::text[]) new (id, classes) where r.id = new.id"""
_END = """
update evidence_classmark m set ended_at = %s, ended_by = %s from unnest(%s::uuid[], %s::text[]) gone (id, class_id)
where m.recording_id = gone.id and m.class_id = gone.class_id and m.ended_at is null"""
