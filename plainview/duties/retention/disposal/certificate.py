"""The certificate of a disposal: what was destroyed, on which path, what that proves and what nobody can prove."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from plainview.base.custody import checkpoints, keys
from plainview.base.people.lookup import home_agency, names_of
from plainview.base.policy.lookup import in_force
from plainview.base.storage.models import Epoch, StoredObject
from plainview.duties.retention.disposal import course
from plainview.duties.retention.disposal.models import Batch, Line

FORMAT = "plainview-certificate/1"
NAMED = 1000  # spared recordings, one by one
_LIVING = Q(storedobject__destroyed_at=None)
PROVES = [
    "Each recording was due under the policy text named here, judged again inside the transaction that destroyed it, "
    "or was destroyed before its time for the reason and by the order named here.",
    "The list was announced in the published log, and stood there for the days that the policy asks for, counted only "
    "while the log lived.",
    "So many different people as the policy asks for approved exactly this list afterwards, each having just shown who "
    "they are.",
    "What was held by a matter or a person at that moment was spared.",
    "The key of every file, and of everything made from it, was taken out of the database; its ciphertext was unlinked "
    "on every shelf, and the listing was looked at afterwards.",
]
CANNOT = [
    "That nobody kept a copy: an export, a package handed over, a picture of a screen, a copy of a key.",
    "That a disk keeps nothing of what was unlinked. What is left there is ciphertext without its key.",
    "That old backups can't be opened: a backup of the database holds wrapped keys, and whoever has the key of the "
    "month as well could unwrap them. That ends for good when the key of the month and its backups are destroyed.",
    "That the people named here are those who pressed the button: the department's server says so. Their approvals are "
    "not signed by keys of their own.",
    "That a matter which nobody entered or tied to a recording didn't exist.",
]


def write(batch: Batch) -> bytes:
    """Returns the certificate of a batch that has come to its end, as JSON."""
    return (json.dumps(facts(batch), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def facts(batch: Batch) -> dict[str, Any]:
    """Returns everything that it says."""
    gone = batch.lines.filter(state=Line.State.GONE)
    sums = gone.aggregate(
        recordings=Count("pk"), items=Sum("items"), bytes=Sum("size"), first=Min("gone_at"), last=Max("gone_at"),
        oldest=Min("recording__listed_at"), newest=Max("recording__listed_at"),
    )  # fmt: skip
    policy = in_force()
    early = course.duties().find(batch.early) if batch.early else None
    signed = checkpoints.latest()
    return {
        "format": FORMAT,
        "department": home_agency().name,
        "disposal": batch.handle,
        "number": batch.pk,
        "zone": settings.TIME_ZONE,
        "policy": {"version": policy.version, "sha256": policy.hash} if policy else None,
        "clauses": _clauses(batch),
        "before_its_time": _early(batch, early) if batch.early else None,
        "judged_for": str(batch.on),
        "destroyed": {
            "recordings": sums["recordings"],
            "files_and_what_was_made_from_them": sums["items"] or 0,
            "bytes": sums["bytes"] or 0,
            "oldest": _day(sums["oldest"]),
            "newest": _day(sums["newest"]),
            "first_at": _moment(sums["first"]),
            "last_at": _moment(sums["last"]),
        },
        "by_class": [
            {"classes": row["recording__classes"], "recordings": row["n"], "bytes": row["b"] or 0}
            for row in gone.values("recording__classes").annotate(n=Count("pk"), b=Sum("size")).order_by("-n")
        ],
        "spared": _spared(batch),
        "course": _course(batch),
        "list_sha256": batch.manifest.sha256,
        "log": {"origin": keys.signer_of_log().name, "checkpoint": signed.note if signed else None},
        "shelves": _shelves(batch),
        "months_of_keys": _months(batch),
        "proves": PROVES,
        "cannot_prove": CANNOT,
    }


def _course(batch: Batch) -> list[dict[str, Any]]:
    steps: list[tuple[str, str, datetime | None, str]] = [
        ("drafted", batch.drafted_by, batch.drafted_at, ""),
        ("reviewed and announced", batch.announced_by, batch.announced_at, ""),
        *(("approved", each.approved_by, each.approved_at, each.note) for each in batch.approvals.order_by("pk")),
        ("begun", batch.begun_by, batch.begun_at, ""),
        ("finished", "system:disposal", batch.ended_at, ""),
    ]
    names = names_of(actor for _, actor, _, _ in steps)
    return [
        {"what": what, "who": names[actor], "account": actor, "at": _moment(at), "note": note}
        for what, actor, at, note in steps
    ]


def _clauses(batch: Batch) -> list[str]:
    rule = course.duties().clause
    found = batch.lines.filter(state=Line.State.GONE).values_list("clause", flat=True).distinct()
    return sorted({*filter(None, found), *filter(None, [rule])})


def _early(batch: Batch, found: Any) -> dict[str, str]:
    return {
        "reason": found.label if found else batch.early,
        "clause": found.clause if found else "",
        "reference": batch.reference,
        "why": batch.reason,
    }


def _spared(batch: Batch) -> dict[str, Any]:
    stays = batch.lines.filter(state=Line.State.SPARED)
    named = stays.order_by("pk").values_list("recording__handle", "why")[:NAMED]
    return {"recordings": stays.count(), "named": [{"recording": handle, "why": why} for handle, why in named]}


def _shelves(batch: Batch) -> list[dict[str, Any]]:
    removed: dict[str, list[int]] = {}
    found = StoredObject.objects.filter(order=batch.handle).values_list("found", flat=True)
    for each in found.iterator(chunk_size=5000):
        for shelf, what in (each or {}).items():
            sums = removed.setdefault(shelf, [0, 0])
            sums[0] += int(what.get("removed") or 0)
            sums[1] += int(what.get("other_names") or 0)
    return [
        {"shelf": shelf, "removed": files, "other_names_of_the_same_file": others, "listed_afterwards": 0}
        for shelf, (files, others) in sorted(removed.items())
    ]


def _months(batch: Batch) -> list[dict[str, Any]]:
    mine: Iterable[str] = StoredObject.objects.filter(order=batch.handle).values_list("epoch", flat=True).distinct()
    return [
        {"key": epoch.fingerprint, "month": epoch.name[-7:], "living": epoch.living}
        for epoch in Epoch.objects.filter(pk__in=list(mine)).order_by("name").annotate(
            living=Count("storedobject", filter=_LIVING)
        )
    ]  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _day(at: datetime | None) -> str | None:
    return str(timezone.localdate(at)) if at else None
