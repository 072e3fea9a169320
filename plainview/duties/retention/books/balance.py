"""Strikes a balance: what history says came in, against what storage holds, has destroyed, or is set apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from plainview.base.custody import sequencer
from plainview.base.custody.actions import in_transaction
from plainview.base.custody.kinds import Kind
from plainview.base.custody.mend import LOST
from plainview.duties.retention.books import entries
from plainview.duties.retention.books.models import Finding, Line
from plainview.duties.retention.books.problem import Problem, What

PILES = ("in", "held", "destroyed", "quarantined")
FIGURES = tuple(f"{kind}_{pile}" for pile in PILES for kind in ("items", "bytes"))
MOST_NAMED = 1000  # differences that are named one by one
STORED = (Kind.EVIDENCE_FILE_STORED, Kind.EVIDENCE_DERIVATIVE_MADE)


@dataclass(frozen=True)
class Balance:
    """The lines of one moment, and every difference by name."""

    lines: list[Line]
    problems: list[Problem]
    differences: int  # without those that a person has accepted
    accepted: int = 0

    def total(self, figure: str) -> int:
        """The sum of one figure over all lines."""
        return sum(getattr(line, figure) for line in self.lines)

    @property
    def balanced(self) -> bool:
        """Whether each line's items and bytes add up and nothing stands on one side alone."""
        return not self.differences and bool(self.accepted or all(map(_adds_up, self.lines)))


def strike() -> Balance:
    """Counts both sides at one moment. Items that are being registered meanwhile are on both sides or on neither."""
    if not in_transaction():
        sequencer.drain()
    with _one_moment():
        entries.bring_up()
        found = rows(_LINES)
        lines = [Line(**dict(zip(_COLUMNS, row, strict=False))) for row in found]
        apart = rows(_APART) if any(row[-1] for row in found) else []
        lost = rows(_LOST, kinds=[kind.value for kind in STORED], actor=LOST)
        problems = [*map(_difference, apart), *map(_unordered, rows(_UNORDERED)), *map(_lost, lost)]
    known = accepted_keys(each.key for each in problems)
    return Balance(lines, problems, len(problems) - len(known), len(known))


def accepted_keys(keys: Iterable[str]) -> set[str]:
    """Returns those of the keys that a person has accepted as they are."""
    return set(Finding.objects.filter(alarm__accepted=True, key__in=list(keys)).values_list("key", flat=True))


def rows(statement: str, **more: Any) -> list[Any]:
    """Runs a statement of the books and returns its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"zone": settings.TIME_ZONE, "most": MOST_NAMED, **more})
        return list(cursor.fetchall())


@contextmanager
def _one_moment() -> Iterator[None]:
    """All statements see the database as it stood at one moment."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read")
                cursor.execute("set local work_mem = '256MB'")  # millions of rows are joined in memory
        yield


def _adds_up(line: Line) -> bool:
    return all(
        getattr(line, f"{kind}_in") == sum(getattr(line, f"{kind}_{pile}") for pile in PILES[1:])
        for kind in ("items", "bytes")
    )


def _difference(row: Any) -> Problem:
    handle, object_id, entered, stored, entered_sha, stored_sha = row
    if object_id is None:
        says = f"Item {handle} came in with {entered:,} bytes, as history says, but storage has no row of it."
        return Problem(What.BALANCE, f"gone:{handle}", says)
    if entered is None:
        says = f"Object {object_id} (item {handle}) is stored, but no event says that it came in."
        return Problem(What.HISTORY, f"unregistered:{object_id}", says, object_id)
    if entered != stored:
        says = f"Object {object_id} (item {handle}) came in with {entered:,} bytes; its row says {stored:,}."
    else:
        says = f"Object {object_id} (item {handle}) came in with SHA-256 {entered_sha}; its row says {stored_sha}."
    return Problem(What.BALANCE, f"other:{object_id}", says, object_id)


def _unordered(row: Any) -> Problem:
    object_id, order = row
    says = f"Object {object_id} was destroyed by the order {order or 'of nobody'}, which is no disposal that was begun."
    return Problem(What.HISTORY, f"unordered:{object_id}", says, object_id)


def _lost(row: Any) -> Problem:
    says = f"Item {row[0]} came in, as the public log says; its private facts were lost, and storage has no row of it."
    return Problem(What.BALANCE, f"gone:{row[0]}", says)


_COLUMNS = ("what", "classes", "month", *FIGURES)
_BOTH = """
from books_entry e full join storage_storedobject o on o.handle = e.handle"""
_DIFFERS = "(e.handle is null or o.id is null or e.size <> o.size or e.sha256 <> encode(o.sha256, 'hex'))"
_PILE = """
count(o.id) filter (where {0}), coalesce(sum(o.size) filter (where {0}), 0)::bigint"""
_LINES = f"""
select coalesce(e.what, 'unknown'), coalesce(array_to_string(r.classes, ' + '), ''),
       coalesce(e.month, date_trunc('month', o.stored_at at time zone %(zone)s)::date) as month,
       count(e.handle), coalesce(sum(e.size), 0)::bigint,
       {_PILE.format("o.destroyed_at is null and not coalesce(r.quarantined, false)")},
       {_PILE.format("o.destroyed_at is not null")},
       {_PILE.format("o.destroyed_at is null and r.quarantined")},
       count(*) filter (where {_DIFFERS})
{_BOTH}
left join evidence_file f on f.object_id = o.id
left join evidence_derivative d on d.object_id = o.id
left join evidence_file source on source.id = d.file_id
left join evidence_recording r on r.id = coalesce(f.recording_id, source.recording_id)
group by 1, 2, 3 order by 3, 1, 2"""
_APART = f"""
select coalesce(e.handle, o.handle), o.id, e.size, o.size, e.sha256, encode(o.sha256, 'hex')
{_BOTH}
where {_DIFFERS}
order by 1 limit %(most)s"""
_UNORDERED = """
select o.id, o."order" from storage_storedobject o
where o.destroyed_at is not null
  and not exists (select from custody_event e where e.item_id = o."order" and e.kind = 'disposal.batch.begun')
order by 1 limit %(most)s"""
_LOST = """
select e.item_id from custody_event e
where e.actor = %(actor)s and e.kind = any(%(kinds)s) and e.n = 1
  and not exists (select from storage_storedobject o where o.handle = e.item_id)
  and not exists (select from books_entry b where b.handle = e.item_id)
order by 1 limit %(most)s"""
