"""Who is told of a disposal: whoever may approve it, once it is announced and again when its time has come."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from plainview.base.notices import actions as notices
from plainview.base.people.models import Account
from plainview.duties.retention.disposal.access import APPROVERS
from plainview.duties.retention.disposal.models import Batch

TELLER = "system:disposal"


def announced(batch: Batch, days: int) -> None:
    """Says that a list stands in the published log."""
    subject = f"{batch.recordings:,} recordings are announced to be destroyed"
    body = f"After {days} days two different people have to approve it, three where it is before its time. A hold wins."
    _tell(batch, "announced", subject, body)


def ripe(batch: Batch) -> None:
    """Says that a list has stood long enough."""
    subject = f"{batch.recordings:,} recordings wait for approval to be destroyed"
    _tell(batch, "ripe", subject, "The announcement has stood for its time. Nothing goes before enough people approve.")


def over(batch: Batch) -> None:
    """Takes the notices of a list off everybody's desk."""
    for step in ("announced", "ripe"):
        notices.settle(_key(batch, step), actor=TELLER)


def _tell(batch: Batch, step: str, subject: str, body: str) -> None:
    notices.tell(
        _approvers(), _key(batch, step), subject, body, reverse("disposal:batch", args=[batch.pk]), actor=TELLER
    )


def _key(batch: Batch, step: str) -> str:
    return f"disposal.{step}:{batch.pk}"


def _approvers() -> QuerySet[Account]:
    held = {"grants__role__in": APPROVERS, "grants__revoked_at__isnull": True}
    return Account.objects.filter(is_active=True, **held).distinct()
