"""How far a disposal has come, as the published and signed log tells it. Rows have no say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils import timezone

from plainview.base.custody import checkpoints, keys, place, sequencer
from plainview.base.custody.actions import in_transaction
from plainview.base.custody.models import Event
from plainview.base.policy.lookup import current_policy
from plainview.base.policy.rules import Course, Disposal
from plainview.base.policy.rules.disposal import LONGEST_SILENCE
from plainview.duties.retention.disposal.models import Batch
from plainview.duties.retention.disposal.rules import Refused, clock_problem
from plainview.ledger.event import read_leaf
from plainview.ledger.merkle import leaf_hash
from plainview.ledger.tiles import TileError, TileLog

_MINE = """
select l.index, e.leaf from custody_event e join custody_leaf l on l.event_id = e.id
where e.item_id = %s order by e.n"""
_TIME = re.compile(rb'"t":"([0-9T:.-]{23})Z","v":1}\Z')


def duties() -> Disposal:
    """Returns what the policy in force asks of a disposal; the defaults where there is none."""
    policy = current_policy()
    return policy.duties.disposal if policy else Disposal()


def course_of(batch: Batch) -> Course:
    """Returns how far the batch has come. Every event of it must be in the published tiles, under a signed checkpoint.

    Reads the log from the announcement on: a second for a million entries. Raises Refused where rows and log differ.
    """
    if not in_transaction():
        sequencer.settle(Event.objects.filter(item_id=batch.handle).only("id"))
    log = place.tile_log()
    size = _signed(log)
    mine = _events(batch, log, size)
    course = Course()
    if not mine:
        return course
    own = dict(mine)
    for index, moment in _times(log, min(own), size):
        if index in own:
            facts = read_leaf(own[index])
            policy = facts.policy.hex() if facts.policy else ""
            course.take(facts.kind, facts.public, policy, facts.logged_at)
        else:
            course.pass_by(moment)
    return course


def why_not_now(batch: Batch) -> list[str]:
    """Returns why nothing of the batch may be destroyed at this moment, one sentence each; none where it may."""
    if problem := clock():  # before anything is drained: a fresh entry would hide a jump
        return [problem]
    course = course_of(batch)
    asked = duties()
    announced = course.announced
    waiting = max(asked.waiting_days, announced.waiting_days if announced else 0)
    approvals = max(asked.needed(bool(batch.early)), announced.approvals if announced else 0)
    problems = course.problems(waiting, approvals)
    if announced and (announced.early, announced.manifest) != (batch.early, batch.manifest.sha256):
        problems.append("Its row or its list isn't what was announced.")
    return [*problems, *filter(None, [clock(), _steady(course)])]


def _steady(course: Course) -> str:
    if course.clock is None or course.clock.steady >= LONGEST_SILENCE:
        return ""
    return (
        f"The log stood still, or the clock jumped, until {course.clock.steady.total_seconds() / 60:.0f} minutes ago. "
        "Nothing is destroyed in the first hour after that: see whether the clock is right."
    )


def clock() -> str:
    """Returns why this machine's clock can't be believed now, or nothing."""
    signed = checkpoints.latest()
    return clock_problem(timezone.now(), _last_entry(), signed.signed_at if signed else None)


def _signed(log: TileLog) -> int:
    note = log.checkpoint()
    if note is None:
        raise Refused("The log has no signed checkpoint yet. See that `plainview work` runs.")
    try:
        return keys.open_checkpoint(note).size
    except keys.KeyProblem as problem:
        raise Refused(f"The published checkpoint is {problem}. Look at `plainview doctor`.") from problem


def _events(batch: Batch, log: TileLog, size: int) -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [batch.handle])
        rows = [(index, bytes(leaf)) for index, leaf in cursor.fetchall() if index < size]
    for index, leaf in rows:
        try:
            published = log.leaf_hash(index)
        except TileError as problem:
            raise Refused(f"The published log can't be read: {problem}.") from problem
        if published != leaf_hash(leaf):
            raise Refused(f"Event {index:,} of this disposal isn't the one in the published log. Nothing is destroyed.")
    return rows


def _times(log: TileLog, begin: int, size: int) -> Iterator[tuple[int, datetime]]:
    """Yields the time of every published entry from one on."""
    for index, entry in enumerate(log.entries(begin, size), begin):
        found = _TIME.search(entry)
        if found is None:
            raise Refused(f"Entry {index:,} of the published log is no event. Look at `plainview log check`.")
        yield index, datetime.fromisoformat(found[1].decode() + "+00:00")


def _last_entry() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.logged_at from custody_leaf l join custody_event e on e.id = l.event_id "
            "order by l.index desc limit 1"
        )
        row = cursor.fetchone()
    return row[0] if row else None
