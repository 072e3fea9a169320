"""What is always reviewed: recordings of calls that ended in an outcome the policy names; the gravest go to command.

A rule is the text in force on the day of the dispatch, as for classes. It only ever adds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.policy import lookup as policy
from plainview.base.policy.rules import Term
from plainview.duties.review.making import SYSTEM, Wanted, alone, make, recordings
from plainview.duties.review.models import Task
from plainview.duties.review.rules import COMMAND
from plainview.holdings.evidence.models import Recording, RecordingMatter
from plainview.holdings.incidents.actions.matters import Opening, open_many
from plainview.holdings.incidents.models import Call, Matter, MatterKind, Status
from plainview.holdings.incidents.rules import Standing

REACH = {Task.Why.RULE: timedelta(days=60), Task.Why.COMMAND: timedelta(days=366)}


@dataclass(frozen=True)
class Ruled:
    """What the rules did."""

    tasks: int
    opened: int  # matters


@transaction.atomic
def apply(*, actor: str = SYSTEM) -> Ruled:
    """Makes the reviews that the outcomes of calls ask for, and opens the matters. Running it again changes nothing."""
    rules = list(_rules(policy.terms(), timezone.localdate()))
    if not rules:
        return Ruled(0, 0)
    alone()
    values = ", ".join(["(%s::date, %s::date, %s, %s, %s, %s::int, %s)"] * len(rules))
    hits = _HITS.format(values=values)
    asked = [*(cell for rule in rules for cell in rule), settings.TIME_ZONE]
    opened = _open_matters(hits, asked, actor)
    with connection.cursor() as cursor:
        cursor.execute(f"{hits} {_TO_REVIEW}", asked)
        found = cursor.fetchall()
    here = recordings(list({row[0] for row in found}))
    by_text: dict[str, list[Wanted]] = defaultdict(list)
    for pk, why, call, cause, clause, days, text in found:
        by_text[text].append(Wanted(here[pk], why, days, cause, clause, call_id=call))
    made = [make(wanted, actor=actor, policy=text) for text, wanted in by_text.items()]
    return Ruled(sum(len(each) for each in made), opened)


def _rules(terms: Sequence[Term], today: date) -> Iterator[tuple[Any, ...]]:
    """Yields (first day, day after the last, outcome, why, clause, days, hash of the text). Command comes first.

    Years of calls that a department brings along are history: they give no supervisor a thousand reviews to do.
    """
    begun = sorted(terms, key=lambda t: t.effective)
    ends = [following.effective for _, following in pairwise(begun)]
    for term, until in zip(begun, [*ends, date.max][: len(begun)], strict=True):
        review = term.policy.duties.review
        command = {each.upper() for each in review.command}
        always = {each.upper() for each in review.always} - command
        for outcomes, why in ((command, Task.Why.COMMAND), (always, Task.Why.RULE)):
            for outcome in sorted(outcomes):
                text = term.policy.sha256
                first = max(term.effective, today - REACH[why])
                yield first, until, outcome, why.value, review.clause, review.days, text


_HITS = """
with rules (first, until, outcome, why, clause, days, text) as (values {values}),
hits as (
    select d.call_id, rules.*, d.day
    from rules join lateral (
        select call_id, (begun at time zone %s)::date as day from incidents_dispatch d
        where upper(btrim(d.disposition)) = rules.outcome
    ) d on d.day >= rules.first and d.day < rules.until
)"""
_TO_REVIEW = """
select distinct on (t.recording_id, h.why) t.recording_id, h.why, h.call_id, h.outcome, h.clause, h.days, h.text
from hits h join evidence_recordingcall t on t.call_id = h.call_id
where not exists (select from review_task k where k.recording_id = t.recording_id and k.why = h.why)
order by t.recording_id, h.why, h.day, h.call_id, h.outcome"""
_TO_OPEN = """
select distinct on (h.call_id) h.call_id, c.number, h.clause, h.outcome, h.text, h.day
from hits h join incidents_call c on c.id = h.call_id
where h.why = 'command' and not exists (
    select from incidents_mattercall mc join incidents_matter m on m.id = mc.matter_id
    where mc.call_id = h.call_id and m.kind = 'force')
order by h.call_id, h.day, h.outcome"""


def _open_matters(hits: str, asked: list[Any], actor: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"{hits} {_TO_OPEN}", asked)
        found = cursor.fetchall()
    by_text: dict[str, list[Opening]] = defaultdict(list)
    for call, number, clause, outcome, text, day in found:
        standing = Standing(Status.OPEN, day, f"the call ended in {outcome}")
        by_text[text].append(Opening(_number(number, call), MatterKind.FORCE, standing, clause=clause, calls=(call,)))
    for text, openings in by_text.items():
        open_many(openings, actor=actor, policy=text)
    return len(found)


def _number(call: str, more: int) -> str:
    """A number that is free; calls of commands are few, so a query each does no harm."""
    name = f"{call}-force"
    return f"{name}-{more}" if Matter.objects.filter(number=name).exists() else name


def raise_to_command(task: Task, outcomes: Sequence[str], *, actor: str) -> Matter | None:
    """Does at once what a reviewer's finding asks for: a review by command, and a matter unless one is there.

    Returns the matter where it was opened. The caller holds `alone()`.
    """
    cause = ", ".join(COMMAND[each].lower() for each in outcomes)
    opened = _matter_of_review(task, cause, actor)
    if not Task.objects.filter(recording=task.recording, why=Task.Why.COMMAND).exists():
        days = (task.due - timezone.localdate(task.made_at)).days
        make([Wanted(task.recording, Task.Why.COMMAND, days, cause, task.clause)], actor=actor)
    return opened


def _matter_of_review(task: Task, cause: str, actor: str) -> Matter | None:
    recording = task.recording
    calls = list(Call.objects.filter(recording_ties__recording=recording).order_by("pk"))
    force = Matter.objects.filter(kind=MatterKind.FORCE)
    if force.filter(calls__in=calls).exists() or force.filter(recording_ties__recording=recording).exists():
        return None
    number = _number(calls[0].number if calls else f"review-{task.pk}", task.pk)
    standing = Standing(Status.OPEN, timezone.localdate(), f"a review found: {cause}")
    opening = Opening(number, MatterKind.FORCE, standing, clause=task.clause, calls=tuple(call.pk for call in calls))
    [matter] = open_many([opening], actor=actor, policy=policy.current_hash())
    if not calls:
        _name_directly(matter, recording, actor)
    return matter


def _name_directly(matter: Matter, recording: Recording, actor: str) -> None:
    """A recording without a call is held by the matter all the same."""
    RecordingMatter.objects.create(matter=matter, recording=recording)
    facts = {"recording": str(recording.pk), "why": "a review of it asked for the matter"}
    record(Kind.INCIDENTS_MATTER_LINKED, matter.handle, actor=actor, facts=facts)
