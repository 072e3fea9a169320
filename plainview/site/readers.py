"""Who may read the private facts of an item's events: for each kind of item, the rule of the room that owns it.

`settings.CUSTODY_READERS` names these functions; a kind that is missing there is read by nobody.
"""

from __future__ import annotations

from plainview.base.people.access import holds
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.base.policy import access as policies
from plainview.duties.retention.disposal import access as disposals
from plainview.duties.review import access as reviews
from plainview.holdings.evidence import access as evidence
from plainview.holdings.evidence.matters import access as matters
from plainview.holdings.evidence.models import Derivative, File


def everyone(account: Account, handle: str) -> bool:
    """The log's own events and the like: whoever has a role."""
    return bool(account.roles)


def managers(account: Account, handle: str) -> bool:
    """Accounts, imports, cameras, what failed at a door: those who run the department's system, and auditors."""
    return holds(account, Role.ADMINISTRATOR, Role.AUDITOR, Role.TECHNICIAN)


def account_chain(account: Account, handle: str) -> bool:
    """An account's own acts: itself, administrators, auditors."""
    return account.handle == handle or holds(account, Role.ADMINISTRATOR, Role.AUDITOR)


def policy(account: Account, handle: str) -> bool:
    """A policy version: whoever may see its page."""
    return policies.visible(account).filter(handle=handle).exists()


def disposal(account: Account, handle: str) -> bool:
    """A disposal: whoever may see its page."""
    return disposals.may_read(account, handle)


def recording(account: Account, handle: str) -> bool:
    """A recording: whoever may see its page."""
    return evidence.visible(account).filter(handle=handle).exists()


def file(account: Account, handle: str) -> bool:
    """A file: whoever may see its recording's page."""
    return File.objects.filter(handle=handle, recording__in=evidence.visible(account)).exists()


def derivative(account: Account, handle: str) -> bool:
    """Something made from a file: whoever may see the recording's page."""
    made = Derivative.objects.filter(handle=handle)
    return made.filter(file__recording__in=evidence.visible(account)).exists()


def review(account: Account, handle: str) -> bool:
    """A review or a draw of them: whoever may see it, never the officer concerned."""
    return reviews.reads_chain(account, handle)


def matter(account: Account, handle: str) -> bool:
    """A matter: whoever may see its page."""
    return matters.visible(account).filter(handle=handle).exists()
