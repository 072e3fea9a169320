"""Who may read which version, comment on it, and bring it further. One rule for page, download and command."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from plainview.base.people.access import holds
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.base.policy.models import PolicyVersion

READERS = tuple(Role)
"""Every role: what the board adopts is meant to be known. An account without a role sees nothing."""


def account_of(request: HttpRequest) -> Account:
    """Returns who asks; the views are reached by logged-in accounts only."""
    assert isinstance(request.user, Account)
    return request.user


def visible(account: Account) -> QuerySet[PolicyVersion]:
    """Returns the versions an account may see: drafts are the administrators' until they are published."""
    versions = PolicyVersion.objects.all()
    if may_edit(account):
        return versions
    if not holds(account, *READERS):
        return versions.none()
    seen = versions.exclude(state=PolicyVersion.State.DRAFT)
    return seen.exclude(state=PolicyVersion.State.WITHDRAWN, published_at=None, adopted_at=None)


def may_edit(account: Account) -> bool:
    """Whether an account may draft, publish, adopt and withdraw, and enter what others said."""
    return holds(account, Role.ADMINISTRATOR)


def may_comment(account: Account, version: PolicyVersion) -> bool:
    """Whether an account may comment on a version now."""
    return holds(account, *READERS) and version.takes_comments()
