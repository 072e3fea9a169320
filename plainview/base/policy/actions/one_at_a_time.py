"""Changes of policy happen one after another, so that each sees what the one before it decided."""

from __future__ import annotations

from django.db import connection

from plainview.base.policy.models import PolicyVersion


def wait_for_turn() -> None:
    """Waits until no other transaction changes policy, and keeps others waiting until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('plainview.policy', 0))")


def latest(version: PolicyVersion) -> PolicyVersion:
    """Waits for its turn and returns the row as it is now, whatever the caller has seen before."""
    wait_for_turn()
    return PolicyVersion.objects.select_for_update().get(pk=version.pk)
