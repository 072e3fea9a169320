"""What a call's outcome does by itself: the [[rule]]s of the policy raise classes and open matters.

Nobody has to remember it. A rule only ever adds: nothing is taken away when an outcome is corrected, and a class that
two people took off after a rule had given it is not given again by that rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import Entry, record_many
from plainview.base.custody.kinds import Kind
from plainview.base.policy import lookup as policy
from plainview.base.policy.rules import Rule, Term
from plainview.holdings.evidence.models import ClassMark
from plainview.holdings.evidence.rules import settled_classes
from plainview.holdings.incidents.actions.matters import Opening, open_many
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing

CHUNK = 5000


@dataclass(frozen=True)
class Applied:
    """What the rules did."""

    classed: int  # recordings that bear one more class
    opened: int  # matters


@transaction.atomic
def apply_rules(call_ids: Collection[int] | None = None, *, actor: str) -> Applied:
    """Applies the rules of the policy in force on the day of each dispatch to the calls, all of them unless given.

    Set-based; running it again changes nothing. Raises nothing where no policy has rules.
    """
    rules = list(_rules(policy.terms()))
    if not rules or (call_ids is not None and not call_ids):
        return Applied(0, 0)
    values, params = _values(rules), [cell for row in rules for cell in row]
    only, which = ("", []) if call_ids is None else ("and d.call_id = any(%s)", [list(call_ids)])
    hits = _HITS.format(values=values, only=only)
    asked = [*params, settings.TIME_ZONE, *which]
    opened = _open_matters(hits, asked, actor)
    return Applied(_add_classes(hits, asked, actor), opened)


def _rules(terms: Sequence[Term]) -> Iterator[tuple[Any, ...]]:
    """Yields (first day, day after the last, outcome, class, kind of matter, clause, hash of the text)."""
    begun = sorted(terms, key=lambda t: t.effective)
    ends = [following.effective for _, following in pairwise(begun)]
    if not begun:
        return
    for term, until in zip(begun, [*ends, date.max], strict=True):
        for rule in term.policy.rules:
            yield from _rows(rule, term, until)


def _rows(rule: Rule, term: Term, until: date) -> Iterator[tuple[Any, ...]]:
    for outcome in rule.dispositions:
        yield term.effective, until, outcome, rule.add_class, rule.open_matter, rule.clause, term.policy.sha256


def _values(rules: Sequence[tuple[Any, ...]]) -> str:
    return ", ".join(["(%s::date, %s::date, %s, %s, %s, %s, %s)"] * len(rules))


@dataclass
class _Raise:
    """A recording that gets classes: which, and by which clause and outcome each."""

    handle: str
    classes: list[str]
    added: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def after(self) -> list[str]:
        return settled_classes([*self.classes, *self.added])

    @property
    def reason(self) -> str:
        """Why, as history tells it."""
        causes = [f"clause {clause}: its call ended in {outcome}" for clause, outcome in self.added.values()]
        return "; ".join(dict.fromkeys(causes))


def _add_classes(hits: str, params: list[Any], actor: str) -> int:
    raised: dict[str, dict[UUID, _Raise]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(f"{hits} {_TO_RAISE}", params)
        for recording, handle, classes, added, clause, outcome, text in cursor.fetchall():
            case = raised[text].setdefault(recording, _Raise(handle, classes))
            case.added.setdefault(added, (clause, outcome))
    return sum(_raise(text, cases, actor) for text, cases in raised.items())


def _raise(text: str, cases: dict[UUID, _Raise], actor: str) -> int:
    """Writes the classes that one policy text gives."""
    now = timezone.now()
    todo = list(cases.items())
    for begin in range(0, len(todo), CHUNK):
        part = todo[begin : begin + CHUNK]
        with connection.cursor() as cursor:
            cursor.execute(_SET, [[r for r, _ in part], [";".join(case.after) for _, case in part]])
        ended = [r for r, case in part if set(case.classes) - set(case.after)]
        ClassMark.objects.filter(recording__in=ended, ended_at=None, class_id="unclassified").update(
            ended_at=now, ended_by=actor
        )
        ClassMark.objects.bulk_create(
            ClassMark(
                recording_id=r, class_id=c, marked_at=now, marked_by=f"rule:{clause}", reason=f"its call ended in {why}"
            )
            for r, case in part
            for c, (clause, why) in case.added.items()
        )
        entries = [
            Entry(
                Kind.EVIDENCE_RECORDING_CLASSED,
                case.handle,
                {"old": list(case.classes), "new": list(case.after), "reason": case.reason},
            )
            for _, case in part
        ]
        record_many(entries, actor=actor, policy=text)
    return len(todo)


def _open_matters(hits: str, params: list[Any], actor: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"{hits} {_TO_OPEN}", params)
        found = cursor.fetchall()
    if not found:
        return 0
    names = [f"{number}-{kind}" for _, number, kind, *_ in found]
    names += [f"{name}-{call}" for name, (call, *_) in zip(names, found, strict=True)]
    taken = set(Matter.objects.filter(number__in=names).values_list("number", flat=True))
    by_text: dict[str, list[Opening]] = defaultdict(list)
    for call, number, kind, clause, outcome, text, day in found:
        name = f"{number}-{kind}"
        name = f"{name}-{call}" if name in taken else name
        if name in taken:  # both were taken over, and then somebody took the real one away
            continue
        standing = Standing("open", day, f"the call ended in {outcome}")
        by_text[text].append(Opening(name, kind, standing, clause=clause, calls=(call,)))
    for text, openings in by_text.items():
        open_many(openings, actor=actor, policy=text)
    return sum(len(openings) for openings in by_text.values())


# Every outcome of a call that a rule names: the rule of the policy in force on the day of the dispatch.
_HITS = """
with rules (first, until, outcome, class_id, kind, clause, text) as (values {values}),
hits as (
    select d.call_id, rules.*, d.day
    from rules join lateral (
        select call_id, disposition, (begun at time zone %s)::date as day from incidents_dispatch d
        where d.disposition = rules.outcome {only}
    ) d on d.day >= rules.first and d.day < rules.until
)"""
_TO_RAISE = """
select r.id, r.handle, r.classes, h.class_id, min(h.clause), min(h.outcome), min(h.text)
from hits h
join evidence_recordingcall t on t.call_id = h.call_id
join evidence_recording r on r.id = t.recording_id
where h.class_id <> '' and not h.class_id = any (r.classes)
  and not exists (
    select from evidence_classmark m
    where m.recording_id = r.id and m.class_id = h.class_id and m.marked_by like 'rule:%%' and m.ended_at is not null)
group by r.id, r.handle, r.classes, h.class_id
order by r.id, h.class_id"""
_SET = """
update evidence_recording r set classes = string_to_array(new.classes, ';')
from unnest(%s::uuid[], %s::text[]) new (id, classes) where r.id = new.id"""
# A matter of that kind that is there already, opened by whomever, is the one; and where two people took such a matter
# off the call, no rule opens another.
_TO_OPEN = """
select distinct on (h.call_id, h.kind) h.call_id, c.number, h.kind, h.clause, h.outcome, h.text, h.day
from hits h join incidents_call c on c.id = h.call_id
where h.kind <> ''
  and not exists (
    select from incidents_mattercall mc join incidents_matter m on m.id = mc.matter_id
    where mc.call_id = h.call_id and m.kind = h.kind)
  and not exists (
    select from evidence_untierequest u join incidents_matter m on m.id = u.matter_id
    where u.call_id = h.call_id and m.kind = h.kind and u.granted)
order by h.call_id, h.kind, h.day, h.clause, h.outcome"""
