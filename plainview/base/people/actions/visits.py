"""What the login libraries tell: who came, who went, who was turned away. Called by `receivers`, nothing else."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account
from plainview.base.people.origin import Origin
from plainview.ledger.canonical import Json

NAME_LIMIT = 150  # characters of a name that somebody typed
STRANGER = "system:login"  # acts for whom nobody stands yet


@transaction.atomic
def note_login(account: Account, origin: Origin) -> None:
    """Somebody logged in."""
    _record(Kind.PEOPLE_ACCOUNT_LOGGED_IN, account, account.actor, {}, origin)


@transaction.atomic
def note_logout(account: Account, origin: Origin, why: str) -> None:
    """Somebody logged out, or was: `why` is asked, idle, or over."""
    _record(Kind.PEOPLE_ACCOUNT_LOGGED_OUT, account, account.actor, {"why": why}, origin)


@transaction.atomic
def note_failed_login(username: str, origin: Origin, step: str) -> None:
    """Somebody failed at a step (password, second factor). An unknown name is noted with the department."""
    typed = _storable(username)
    account = Account.objects.filter(username__iexact=typed).first()
    facts: dict[str, Json] = {"username": typed, "step": step, "origin": dict(origin)}
    if account is not None:
        facts |= {"account": account.actor, "locked": account.locked_at is not None}
    handle = account.handle if account is not None else home_agency().handle
    custody.record(Kind.PEOPLE_LOGIN_FAILED, handle, actor=STRANGER, facts=facts)


@transaction.atomic
def note_lockout(username: str, origin: Origin, failures: int) -> None:
    """The failures reached the limit: the account stays locked until an administrator releases it."""
    account = Account.objects.select_for_update().filter(username__iexact=username, locked_at__isnull=True).first()
    if account is None:
        return  # nobody by that name, or locked before
    account.locked_at = timezone.now()
    account.save(update_fields=["locked_at"])
    _record(Kind.PEOPLE_ACCOUNT_LOCKED, account, STRANGER, {"failures": failures}, origin)


@transaction.atomic
def note_second_factor(account: Account, origin: Origin, factor: str, *, added: bool) -> None:
    """Somebody set up or removed a second factor of their own."""
    kind = Kind.PEOPLE_SECOND_FACTOR_ADDED if added else Kind.PEOPLE_SECOND_FACTOR_REMOVED
    _record(kind, account, account.actor, {"factor": factor}, origin)


def _record(kind: Kind, account: Account, actor: str, facts: dict[str, Json], origin: Origin) -> None:
    said: dict[str, Json] = {"account": account.actor, **facts, "origin": dict(origin)}
    custody.record(kind, account.handle, actor=actor, facts=said)


def _storable(text: str) -> str:
    """What was typed, cut, without what no database or canonical text can hold."""
    return text[:NAME_LIMIT].encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
