"""Ties recordings to the calls that they name. A call has many recordings, and a recording may belong to many calls."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from plainview.base.custody.actions import Entry, record_many
from plainview.base.custody.kinds import Kind
from plainview.holdings.evidence.actions.rules_of_policy import apply_rules
from plainview.ledger.canonical import Json

BY_NUMBER = "its call number says so"
CHUNK = 20_000  # events written at a time


@dataclass(frozen=True)
class Tie:
    """A recording and a call that were tied, or untied."""

    recording: UUID
    handle: str  # of the recording
    call: int
    number: str  # of the call


@transaction.atomic
def tie_calls(call_ids: Collection[int] | None = None, *, actor: str) -> int:
    """Ties every recording that names one of the calls, all of them unless given; then the policy's rules apply.

    Returns how many ties are new. Set-based, and safe to run again.
    """
    made = _tied(_TIE.format(only="and c.id = any(%s)" if call_ids is not None else ""), _only(call_ids))
    _tell(made, Kind.EVIDENCE_RECORDING_LINKED, actor)
    apply_rules(call_ids, actor=actor)
    return len(made)


@transaction.atomic
def tie_recordings(recording_ids: Collection[UUID], *, actor: str, how: str = "number") -> int:
    """Ties recordings to the calls that they name, where those are known by now; then the policy's rules apply."""
    made = _tied(_TIE.format(only="and r.id = any(%s)"), [list(recording_ids)], how)
    _tell(made, Kind.EVIDENCE_RECORDING_LINKED, actor)
    if made:
        apply_rules({tie.call for tie in made}, actor=actor)
    return len(made)


@transaction.atomic
def untie_numbers(recording_ids: Collection[UUID], *, actor: str) -> int:
    """Takes away the ties of recordings to calls that they no longer name; what the matcher found stays."""
    gone = _tied(_UNTIE, [list(recording_ids)], "")
    _tell(gone, Kind.EVIDENCE_RECORDING_UNLINKED, actor, "its call number was changed")
    return len(gone)


def _only(call_ids: Collection[int] | None) -> list[Any]:
    return [] if call_ids is None else [list(call_ids)]


def _tied(statement: str, params: list[Any], how: str = "number") -> list[Tie]:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("<how>", how), params)
        return [Tie(*row) for row in cursor.fetchall()]


def _tell(ties: list[Tie], kind: Kind, actor: str, why: str = BY_NUMBER) -> None:
    for begin in range(0, len(ties), CHUNK):
        facts: list[tuple[str, dict[str, Json]]] = [
            (tie.handle, {"call": tie.number, "why": why}) for tie in ties[begin : begin + CHUNK]
        ]
        record_many([Entry(kind, handle, said) for handle, said in facts], actor=actor)


# A number is upper case on a recording, whatever a CAD writes.
_TIE = """
with made as (
    insert into evidence_recordingcall as t (recording_id, call_id, how, sure)
    select r.id, c.id, '<how>', ''
    from evidence_recording r join incidents_call c on upper(c.number) = r.call_number
    where r.call_number <> '' {only}
    on conflict (recording_id, call_id) do update set how = excluded.how, sure = '' where t.how = 'match'
    returning recording_id, call_id
)
select r.id, r.handle, c.id, c.number
from made join evidence_recording r on r.id = made.recording_id join incidents_call c on c.id = made.call_id
order by r.id, c.id"""
_UNTIE = """
with gone as (
    delete from evidence_recordingcall t using evidence_recording r, incidents_call c
    where t.recording_id = any(%s) and r.id = t.recording_id and c.id = t.call_id and t.how in ('number', 'import')
      and upper(c.number) <> r.call_number
    returning r.id, r.handle, c.id as call, c.number
)
select * from gone"""
