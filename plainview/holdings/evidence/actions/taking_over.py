"""A matter that a rule opened by itself gives way to the real one, once somebody enters that: one case, not two.

A rule knows no case number. When the clerk's matter of the same kind comes for the same call, everything that the
rule's matter was tied to is tied to the clerk's, and the rule's holds and counts no more: it has no ties left. Only
matters that nobody has touched since give way by themselves; others wait for a person (`merge_by_hand`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from plainview.base.custody.actions import Entry, record_many
from plainview.base.custody.kinds import Kind
from plainview.holdings.evidence.naming import matter_fact
from plainview.holdings.evidence.rules import Refused, reason_given
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import holds
from plainview.ledger.canonical import Json

Pair = tuple[int, str, str, int, str, str]  # placeholder (id, handle, number), real one (id, handle, number)


@transaction.atomic
def take_over(numbers: Sequence[str], *, actor: str) -> int:
    """Lets the matters of these numbers take over what rules opened for the same calls. Returns how many gave way."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACEHOLDERS, [list(numbers)])
        return merge(cursor.fetchall(), actor=actor)


@transaction.atomic
def merge_by_hand(placeholder: Matter, into: Matter, why: str, *, actor: str) -> None:
    """Lets one matter take over another that a rule opened and somebody has touched since. Raises rules.Refused."""
    both = Matter.objects.select_for_update().filter(pk__in=[placeholder.pk, into.pk]).in_bulk()
    old, new = both[placeholder.pk], both[into.pk]
    if not old.clause:
        raise Refused(f"{old.number} was not opened by a rule. Change its status instead.")
    if old.pk == new.pk or old.merged_into_id or new.merged_into_id:
        raise Refused("Name another matter, one that was not taken over itself.")
    if old.kind != new.kind:
        raise Refused(f"{new.number} is a matter of another kind. One case takes over the same case only.")
    if holds(old.status) and not holds(new.status):
        raise Refused(
            f"{new.number} is {new.status} and would hold nothing. Change the status of {old.number} instead."
        )
    pair = (old.pk, old.handle, old.number, new.pk, new.handle, new.number)
    merge([pair], actor=actor, why=reason_given(why))


@transaction.atomic
def merge(pairs: Sequence[Pair], *, actor: str, why: str = "") -> int:
    """Moves all ties of each first matter to its second, ends the first, and says so on both and on the recordings."""
    once = [next(same) for _, same in groupby(sorted(pairs), key=lambda pair: pair[0])]
    if not once:
        return 0
    old, new = [pair[0] for pair in once], [pair[3] for pair in once]
    with connection.cursor() as cursor:
        cursor.execute(_DIRECT, [old, new])
        direct = cursor.fetchall()
        for statement in _MOVE:
            cursor.execute(statement, _params(statement, old, new))
    told = [
        Entry(Kind.INCIDENTS_MATTER_MERGED, handle, {"number": number, "into": into, "why": why})
        for _, first, number, _, second, into in once
        for handle in (first, second)
    ]
    for recording, before, after in direct:
        gone: dict[str, Json] = {"matter": matter_fact(before), "why": "another matter took it over"}
        came: dict[str, Json] = {"matter": matter_fact(after), "why": "it took another matter over"}
        told.append(Entry(Kind.EVIDENCE_RECORDING_UNLINKED, recording, gone))
        told.append(Entry(Kind.EVIDENCE_RECORDING_LINKED, recording, came))
    record_many(told, actor=actor)
    return len(once)


def _params(statement: str, old: list[int], new: list[int]) -> list[Any]:
    return [old, new] if statement.count("%s") == 2 else [old]


# Untouched: no change of status since the one of its opening.
_PLACEHOLDERS = """
select distinct p.id, p.handle, p.number, m.id, m.handle, m.number
from incidents_matter m
join incidents_mattercall mc on mc.matter_id = m.id
join incidents_mattercall pc on pc.call_id = mc.call_id and pc.matter_id <> m.id
join incidents_matter p on p.id = pc.matter_id and p.kind = m.kind
where m.number = any(%s) and m.clause = '' and m.merged_into_id is null
  and p.clause <> '' and p.merged_into_id is null and p.status = 'open'
  and (select count(*) from incidents_statuschange s where s.matter_id = p.id) = 1
order by p.id, m.id"""
_DIRECT = """
select r.handle, o.handle, n.handle
from unnest(%s::bigint[], %s::bigint[]) w (old, new)
join evidence_recordingmatter t on t.matter_id = w.old
join evidence_recording r on r.id = t.recording_id
join incidents_matter o on o.id = w.old
join incidents_matter n on n.id = w.new
order by r.id, o.id"""
_MOVE = [
    """
insert into incidents_mattercall (matter_id, call_id)
select distinct w.new, mc.call_id from unnest(%s::bigint[], %s::bigint[]) w (old, new)
join incidents_mattercall mc on mc.matter_id = w.old
on conflict do nothing""",
    """
insert into evidence_recordingmatter (matter_id, recording_id)
select distinct w.new, t.recording_id from unnest(%s::bigint[], %s::bigint[]) w (old, new)
join evidence_recordingmatter t on t.matter_id = w.old
on conflict do nothing""",
    "delete from incidents_mattercall where matter_id = any(%s::bigint[])",
    "delete from evidence_recordingmatter where matter_id = any(%s::bigint[])",
    """
update incidents_matter m set merged_into_id = w.new from unnest(%s::bigint[], %s::bigint[]) w (old, new)
where m.id = w.old""",
]
