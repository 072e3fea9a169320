"""Why there is no footage: what the officer or sergeant gives, one by one or as a file. The finding stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind as Event
from plainview.base.people.lookup import home_agency
from plainview.base.people.table import ImportRefused, Line, Problem, read_table
from plainview.base.policy.lookup import by_hash, current_hash, current_policy
from plainview.duties.activation.models import Finding, GivenReason
from plainview.duties.activation.rules.finding import Status
from plainview.ledger.canonical import Json

COLUMNS = ("call_id", "badge", "reason", "text")
MOST_TEXT = 2000


class Refused(ValueError):
    """A reason that can't be taken; says why and what to do."""


@dataclass(frozen=True)
class ReasonsImported:
    """What a file of reasons did."""

    file: str
    rows: int
    given: int  # new ones: a reason that already stands is not given again


def allowed(finding: Finding | None = None) -> tuple[str, ...]:
    """Returns the reasons of the policy's list: the text that judged the finding, or the one in force."""
    policy = by_hash(finding.policy) if finding is not None else current_policy()
    return policy.activation.reasons if policy is not None and policy.activation is not None else ()


@transaction.atomic
def give_reason(finding: Finding, reason: str, text: str, *, actor: str) -> GivenReason:
    """Writes down why a dispatch has no footage. The finding stays; one without footage becomes excused at once.

    Raises Refused for a reason that the policy doesn't list, or none at all.
    """
    found = Finding.objects.select_for_update(of=("self",)).select_related("dispatch__call").get(pk=finding.pk)
    reason, text = reason.strip(), text.strip()[:MOST_TEXT]
    problem = _problem(reason, allowed(found))
    if problem:
        raise Refused(problem)
    if found.recordings:
        raise Refused("There is footage of this dispatch, so that no reason is called for.")
    given = GivenReason.objects.create(
        dispatch_id=found.pk, reason=reason, text=text, given_at=timezone.now(), given_by=actor
    )
    if found.status in (Status.NOT_RECORDED, Status.PENDING) or _was_given(found):
        Finding.objects.filter(pk=found.pk).update(status=Status.EXCUSED.value, reason=reason)
    facts: dict[str, Json] = {
        "call": found.dispatch.call.number, "badge": found.dispatch.badge, "reason": reason, "text": text,
    }  # fmt: skip
    custody.record(Event.ACTIVATION_REASON_GIVEN, home_agency().handle, actor=actor, facts=facts, policy=current_hash())
    return given


def _was_given(found: Finding) -> bool:
    """Whether what excuses it is what a person gave before, not something on record."""
    given = GivenReason.objects.filter(dispatch_id=found.pk).values_list("reason", flat=True)
    return found.status == Status.EXCUSED and found.reason in set(given)


def _problem(reason: str, listed: Sequence[str]) -> str:
    if not reason:
        return "Give a reason" + (f": {', '.join(listed)}." if listed else ".")
    if listed and reason not in listed:
        return f"“{reason}” is not on the policy's list: {', '.join(listed)}."
    return ""


def import_reasons(path: Path, *, actor: str) -> ReasonsImported:
    """Takes a table of reasons, all of it or nothing; the same file twice changes nothing.

    A row is of every dispatch of that badge to that call. What they do to findings the next audit says.
    Raises OSError, ImportRefused.
    """
    data = path.read_bytes()
    lines = read_table(data, path.name, COLUMNS)
    with transaction.atomic():
        found = _dispatches(lines)
        problems = list(_problems(lines, found))
        if problems:
            raise ImportRefused(path.name, problems)
        given = _give(lines, found, actor)
        digest = hashlib.sha256(data).hexdigest()
        facts: dict[str, Json] = {"file": path.name, "sha256": digest, "rows": len(lines), "given": given}
        custody.record(
            Event.ACTIVATION_REASON_GIVEN, home_agency().handle, actor=actor, facts=facts, policy=current_hash()
        )
    return ReasonsImported(path.name, len(lines), given)


def _dispatches(lines: Sequence[Line]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [[n.cells["call_id"] for n in lines], [n.cells["badge"] for n in lines]])
        for number, badge, dispatch in cursor.fetchall():
            found.setdefault((number, badge), []).append(dispatch)
    return found


def _problems(lines: Sequence[Line], found: dict[tuple[str, str], list[int]]) -> Iterable[Problem]:
    listed = allowed()
    seen: dict[tuple[str, str], Line] = {}
    for line in lines:
        key = line.cells["call_id"], line.cells["badge"]
        if key not in found:
            yield Problem(line.number, "call_id", f"badge {key[1]} was on no call {key[0]}. Import the calls first.")
        wrong = _problem(line.cells["reason"], listed)
        if wrong:
            yield Problem(line.number, "reason", wrong)
        before = seen.setdefault(key, line)
        if before.cells != line.cells:
            yield Problem(line.number, "reason", f"row {before.number} gives another reason for the same dispatch.")


def _give(lines: Sequence[Line], found: dict[tuple[str, str], list[int]], actor: str) -> int:
    rows = {
        dispatch: (line.cells["reason"], line.cells["text"][:MOST_TEXT])
        for line in lines
        for dispatch in found[line.cells["call_id"], line.cells["badge"]]
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _GIVE,
            [timezone.now(), actor, list(rows), [r for r, _ in rows.values()], [t for _, t in rows.values()]],
        )
        return int(cursor.rowcount)


_FIND = """
select c.number, d.badge, d.id
from (select distinct * from unnest(%s::text[], %s::text[]) as u (number, badge)) u
join incidents_call c on c.number = u.number join incidents_dispatch d on d.call_id = c.id and d.badge = u.badge"""
_GIVE = """
insert into activation_givenreason (dispatch_id, reason, text, given_at, given_by)
select u.dispatch, u.reason, u.text, %s, %s
from unnest(%s::bigint[], %s::text[], %s::text[]) as u (dispatch, reason, text)
left join lateral (
    select g.reason, g.text from activation_givenreason g where g.dispatch_id = u.dispatch order by g.id desc limit 1
) now on true
where (now.reason, now.text) is distinct from (u.reason, u.text)"""
