"""The course of a disposal up to its last step: drafted, reviewed, announced, approved or withdrawn. All of it can be
taken back; only `destroying` can't.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.access import holds
from plainview.base.people.models import Account
from plainview.base.policy.lookup import current_hash
from plainview.duties.retention.disposal import course, drafting, listing, publishing, telling
from plainview.duties.retention.disposal.access import APPROVERS, DRAFTERS
from plainview.duties.retention.disposal.models import Approval, Batch, Line
from plainview.duties.retention.disposal.rules import Refused, proof_problem
from plainview.holdings.evidence.models import Recording
from plainview.ledger.canonical import Json

State, Is = Batch.State, Line.State
NAMED = 200  # recordings named in one event
LONGEST = 2000  # characters of a reason
UNPUBLISHED = "Its list doesn't lie in the published log as it was announced. It is written again within minutes."


@transaction.atomic
def draft(account: Account, *, classes: Collection[str] | None = None, most: int = drafting.MOST) -> Batch:
    """Lists what is due today. Raises Refused where nothing is."""
    _require(account, DRAFTERS)
    batch = _begin(account, timezone.localdate())
    if not drafting.list_due(batch, classes, most):
        raise Refused("Nothing more is due: all of it is kept, held, in quarantine, or listed.")
    facts: dict[str, Json] = {"recordings": batch.lines.count(), "on": str(batch.on), "classes": sorted(classes or ())}
    _record(Kind.DISPOSAL_BATCH_DRAFTED, batch, account, facts)
    return batch


@transaction.atomic
def draft_early(account: Account, recordings: Sequence[UUID], *, early: str, reference: str, reason: str) -> Batch:
    """Lists recordings to be destroyed before their time, for one of the policy's reasons. A hold wins here as well."""
    _require(account, DRAFTERS)
    found = course.duties().find(early)
    if found is None:
        raise Refused("The policy in force knows no such reason to destroy anything before its time.")
    if not reference.strip() or not reason.strip():
        raise Refused("Name the order or the report that asks for it, and say why.")
    wanted = list(dict.fromkeys(recordings))
    if not wanted:
        raise Refused("Name at least one recording.")
    batch = _begin(account, timezone.localdate(), early=early, reference=_tidy(reference), reason=_tidy(reason))
    if drafting.list_early(batch, wanted, found.clause) != len(wanted):
        raise Refused(
            "At least one of them can't go: it is held by a matter or a person, in quarantine, held elsewhere, "
            "destroyed, or on another list. Lift the hold first, with a second person."
        )
    handles = Recording.objects.filter(pk__in=wanted).values_list("handle", flat=True)
    facts: dict[str, Json] = {
        "recordings": len(wanted), "on": str(batch.on), "early": early, "clause": found.clause,
        "reference": batch.reference, "reason": batch.reason, "handles": sorted(handles)[:NAMED],
    }  # fmt: skip
    _record(Kind.DISPOSAL_BATCH_DRAFTED, batch, account, facts)
    return batch


@transaction.atomic
def decide(batch: Batch, account: Account, lines: Collection[int] | None, *, goes: bool, reason: str) -> int:
    """Says of lines whether they go: those on which a person has to decide, or any that shall stay after all.

    `lines` None means all that are asked. Returns how many. What stays is free to be listed again another time.
    """
    _require(account, DRAFTERS)
    batch = _locked(batch, State.DRAFT)
    if not reason.strip():
        raise Refused("Say why: it stays in the history of every one of them.")
    asked = batch.lines.filter(state=Is.ASKED) if lines is None else batch.lines.filter(pk__in=lines)
    chosen = asked.filter(state__in=[Is.ASKED] if goes else [Is.ASKED, Is.GOING])
    found = list(chosen.select_for_update().values_list("pk", "recording__handle"))
    if not found:
        raise Refused("None of them waits for that decision.")
    ids = [pk for pk, _ in found]
    update = {"state": Is.GOING, "decided": True} if goes else {"state": Is.KEPT, "why": _tidy(reason)}
    Line.objects.filter(pk__in=ids).update(**update)
    facts: dict[str, Json] = {"decision": "go" if goes else "stay", "reason": _tidy(reason), "disposal": batch.handle}
    entries = [custody.Entry(Kind.DISPOSAL_RECORDING_DECIDED, handle, facts, {"goes": goes}) for _, handle in found]
    custody.record_many(entries, actor=account.actor, policy=current_hash())
    return len(found)


@transaction.atomic
def announce(batch: Batch, account: Account, *, reason: str) -> Batch:
    """Ends the review and announces the list in the published log; from here on its waiting period runs."""
    _require(account, DRAFTERS)
    batch = _locked(batch, State.DRAFT)
    if batch.lines.filter(state=Is.ASKED).exists():
        raise Refused("Somebody has to decide on the recordings whose class asks for it: they go, or they stay.")
    if problem := course.clock():
        raise Refused(problem)
    drafting.judge_again(batch)
    drafting.weigh(batch)
    sums = batch.lines.filter(state=Is.GOING).aggregate(size=Sum("size"))
    batch.recordings, batch.size = batch.lines.filter(state=Is.GOING).count(), sums["size"] or 0
    if not batch.recordings:
        raise Refused("Nothing is left on the list. Withdraw it.")
    if not reason.strip():
        raise Refused("Say what you looked at, and what you found.")
    manifest, asked, now = listing.write(batch), course.duties(), timezone.now()
    batch.state, batch.reviewed_at, batch.announced_at = State.ANNOUNCED, now, now
    batch.reviewed_by = batch.announced_by = account.actor
    batch.save()
    stay = batch.lines.filter(state=Is.KEPT).count()
    looked: dict[str, Json] = {"going": batch.recordings, "kept": stay, "reason": _tidy(reason)}
    _record(Kind.DISPOSAL_BATCH_REVIEWED, batch, account, looked)
    public: dict[str, Json] = {
        "manifest": manifest.sha256,
        "recordings": batch.recordings,
        "bytes": batch.size,
        "early": batch.early,
        "waiting_days": asked.waiting_days,
        "approvals": asked.needed(bool(batch.early)),
    }
    _record(Kind.DISPOSAL_BATCH_ANNOUNCED, batch, account, {**public, "salt": batch.salt}, public)
    transaction.on_commit(publishing.publish, robust=True)  # and every ten minutes by a task, until it is there
    telling.announced(batch, asked.waiting_days)
    return batch


def approve(batch: Batch, account: Account, *, proved_at: datetime, note: str = "") -> Approval:
    """Approves the announced list: one of several different people, each having just shown who they are.

    Only once the announcement has stood for its time in a log that lived. Raises Refused.
    """
    _require(account, APPROVERS)
    if problem := proof_problem(timezone.now(), proved_at) or course.clock():
        raise Refused(problem)
    batch = Batch.objects.select_related("manifest").defer("manifest__data").get(pk=batch.pk)
    _require_state(batch, State.ANNOUNCED)
    found = course.course_of(batch)
    if found.announced is None or found.announced.manifest != batch.manifest.sha256:
        raise Refused("Its list isn't the one that was announced in the published log. Withdraw it, and find out why.")
    if not found.waited:
        days = -(-found.left.total_seconds() // 86400)
        still = "Hours in which the log stood still don't count."
        raise Refused(f"It has to stand in the published log for {days:.0f} more days. {still}")
    if not publishing.published(batch):
        raise Refused(
            "Its list doesn't lie in the published log as it was announced. It is written again within minutes."
        )
    return _approve(batch, account, proved_at, note)


@transaction.atomic
def _approve(batch: Batch, account: Account, proved_at: datetime, note: str) -> Approval:
    batch = _locked(batch, State.ANNOUNCED)
    if batch.approvals.filter(approved_by=account.actor).exists():
        raise Refused("You have approved it already: the others have to be other people.")
    made = Approval.objects.create(batch=batch, approved_by=account.actor, note=_tidy(note))
    public: dict[str, Json] = {"manifest": batch.manifest.sha256, "who": name_in_public(batch, account.actor)}
    facts: dict[str, Json] = {**public, "note": made.note, "shown_at": proved_at.isoformat()}
    _record(Kind.DISPOSAL_BATCH_APPROVED, batch, account, facts, public)
    return made


@transaction.atomic
def withdraw(batch: Batch, account: Account, *, reason: str) -> Batch:
    """Takes the list back: nothing of it is destroyed, everything on it is free to be listed again."""
    _require(account, DRAFTERS)
    batch = _locked(batch, State.DRAFT, State.ANNOUNCED)
    if not reason.strip():
        raise Refused("Say why it is withdrawn.")
    batch.lines.filter(state__in=[Is.ASKED, Is.GOING]).update(state=Is.KEPT, why=_tidy(reason))
    batch.state, batch.ended_at, batch.ended_by = State.WITHDRAWN, timezone.now(), account.actor
    batch.why_ended = _tidy(reason)
    batch.save()
    _record(Kind.DISPOSAL_BATCH_WITHDRAWN, batch, account, {"reason": batch.why_ended})
    telling.over(batch)
    transaction.on_commit(publishing.publish, robust=True)
    return batch


def begin(batch: Batch, account: Account, *, proved_at: datetime, count: str) -> Batch:
    """The last step: from here on nothing comes back. `count` is how many go, typed by the one who begins."""
    _require(account, APPROVERS)
    if problem := proof_problem(timezone.now(), proved_at):
        raise Refused(problem)
    batch = Batch.objects.select_related("manifest").defer("manifest__data").get(pk=batch.pk)
    if count.replace(",", "").strip() != str(batch.recordings):
        raise Refused(f"Type how many recordings go: {batch.recordings:,}. Nothing was destroyed.")
    _require_state(batch, State.ANNOUNCED)
    if problems := course.why_not_now(batch):
        raise Refused(" ".join(problems))
    if not publishing.published(batch):
        raise Refused(
            "Its list doesn't lie in the published log as it was announced. It is written again within minutes."
        )
    return _begin_destroying(batch, account)


@transaction.atomic
def _begin_destroying(batch: Batch, account: Account) -> Batch:
    batch = _locked(batch, State.ANNOUNCED)
    batch.state, batch.begun_at, batch.begun_by = State.DESTROYING, timezone.now(), account.actor
    batch.save()
    public: dict[str, Json] = {"manifest": batch.manifest.sha256}
    _record(Kind.DISPOSAL_BATCH_BEGUN, batch, account, {**public, "recordings": batch.recordings}, public)
    telling.over(batch)
    return batch


@transaction.atomic
def note_read(batch: Batch, account: Account) -> None:
    """Notes that somebody looked at the recordings on the list."""
    _record(Kind.DISPOSAL_BATCH_READ, batch, account, {})


@transaction.atomic
def note_certificate(batch: Batch, account: Account, form: str) -> None:
    """Notes that somebody took the certificate, which names people."""
    _record(Kind.DISPOSAL_CERTIFICATE_TAKEN, batch, account, {"form": form})


def name_in_public(batch: Batch, actor: str) -> str:
    """Returns what an approver is called in public leaves: tells two people of one batch apart, and nothing else."""
    return hmac.digest(bytes.fromhex(batch.salt), actor.encode(), "sha256").hex()[:32]


def _begin(account: Account, on: date, **more: str) -> Batch:
    return Batch.objects.create(handle=custody.open_item("disposal"), on=on, drafted_by=account.actor, **more)


def _locked(batch: Batch, *states: Batch.State) -> Batch:
    found = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("manifest")
        .defer("manifest__data")
        .get(pk=batch.pk)
    )
    _require_state(found, *states)
    return found


def _require_state(batch: Batch, *states: Batch.State) -> None:
    if batch.state not in states:
        raise Refused(f"It is {State(batch.state).label.lower()}: that can't be done with it any more.")


def _require(account: Account, roles: Sequence[object]) -> None:
    if not account.is_active or not holds(account, *roles):  # type: ignore[arg-type]
        raise Refused("That is for commanders and evidence technicians.")


def _record(
    kind: Kind, batch: Batch, account: Account, facts: dict[str, Json], public: dict[str, Json] | None = None
) -> None:
    custody.record(kind, batch.handle, actor=account.actor, facts=facts, public=public, policy=current_hash())


def _tidy(text: str) -> str:
    return text.strip()[:LONGEST]
