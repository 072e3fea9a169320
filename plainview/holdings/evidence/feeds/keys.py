"""Keys of programs: made once, shown once, kept as a hash, revoked at any time."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.people.lookup import home_agency
from plainview.holdings.evidence.feeds.actions import Refused
from plainview.holdings.evidence.feeds.models import FeedKey

PREFIX = "pvfeed_"


@transaction.atomic
def make_key(name: str, *, actor: str) -> tuple[FeedKey, str]:
    """Returns a new key and its secret, which is shown this once. Raises Refused."""
    name = " ".join(name.split())[:60]
    if not name:
        raise Refused("Name the program, such as CAD.")
    if FeedKey.objects.filter(name=name).exists():
        raise Refused(f"There is a key {name} already. Revoke it, or choose another name.")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = FeedKey.objects.create(
        name=name, sha256=sha256(secret.encode()).digest(), made_at=timezone.now(), made_by=actor
    )
    record(Kind.INCIDENTS_FEED_KEY_MADE, home_agency().handle, actor=actor, facts={"name": name})
    return key, secret


@transaction.atomic
def revoke_key(key: FeedKey, *, actor: str) -> None:
    """Ends a key at once."""
    ended = FeedKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
    if ended.update(revoked_at=timezone.now(), revoked_by=actor):
        record(Kind.INCIDENTS_FEED_KEY_REVOKED, home_agency().handle, actor=actor, facts={"name": key.name})


def key_of(secret: str) -> FeedKey | None:
    """Returns the key of a secret that counts now, and notes that it was used."""
    found = FeedKey.objects.filter(sha256=sha256(secret.encode()).digest(), revoked_at__isnull=True).first()
    if found is not None:
        FeedKey.objects.filter(pk=found.pk).update(used_at=timezone.now())
    return found
