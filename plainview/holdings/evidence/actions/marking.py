"""Class marks: who, or which rule, gave a recording each class. Ended ones stay."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from plainview.holdings.evidence.models import ClassMark, Recording


def mark(recording: Recording, before: Collection[str], after: Collection[str], actor: str, reason: str) -> None:
    """Ends the marks of classes that go and makes marks of those that come. Inside a transaction."""
    now = timezone.now()
    recording.marks.filter(ended_at__isnull=True, class_id__in=set(before) - set(after)).update(
        ended_at=now, ended_by=actor
    )
    ClassMark.objects.bulk_create(
        ClassMark(recording=recording, class_id=each, marked_at=now, marked_by=actor, reason=reason)
        for each in after
        if each not in before
    )
