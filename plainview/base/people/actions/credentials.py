"""Passwords, second factors, lock-outs, sessions of one account."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset
from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions.accounts import Refused, check_password, temporary_password
from plainview.base.people.models import Account
from plainview.base.people.origin import Origin
from plainview.ledger.canonical import Json


@transaction.atomic
def change_password(account: Account, password: str, *, actor: str, origin: Origin | None = None) -> None:
    """Sets the password that the owner chose. Raises Refused for a weak one."""
    check_password(password, account)
    _set_password(account, password, temporary=False)
    _record(Kind.PEOPLE_PASSWORD_CHANGED, account, actor, {}, origin)


@transaction.atomic
def reset_password(account: Account, *, actor: str, origin: Origin | None = None) -> str:
    """Replaces a forgotten password by a temporary one and returns it, to be handed over in person. Ends sessions."""
    if account.actor == actor:
        raise Refused("Change your own password on your account page.")
    password = temporary_password()
    _set_password(account, password, temporary=True)
    ended = _end_sessions(account)
    _record(Kind.PEOPLE_PASSWORD_RESET, account, actor, {"sessions_ended": ended}, origin)
    return password


@transaction.atomic
def reset_second_factor(account: Account, *, actor: str, origin: Origin | None = None) -> None:
    """Removes every second factor, for somebody who lost theirs: the next login asks for a new one. Ends sessions."""
    if account.actor == actor:
        raise Refused("Ask another administrator: nobody removes their own second factor this way.")
    factors = Authenticator.objects.filter(user=account)
    old: Json = sorted(factors.values_list("type", flat=True))
    factors.delete()
    ended = _end_sessions(account)
    facts: dict[str, Json] = {"factors": {"old": old, "new": []}, "sessions_ended": ended}
    _record(Kind.PEOPLE_SECOND_FACTOR_RESET, account, actor, facts, origin)


@transaction.atomic
def release_account(account: Account, *, actor: str, origin: Origin | None = None) -> None:
    """Lifts a lock-out (CJIS AC-7)."""
    was = Account.objects.select_for_update().get(pk=account.pk).locked_at
    if was is None:
        raise Refused(f"{account} is not locked.")
    if account.actor == actor:
        raise Refused("You can't release your own account. Ask another administrator.")
    reset(username=account.username.lower())
    account.locked_at = None
    account.save(update_fields=["locked_at"])
    facts: dict[str, Json] = {"locked": {"old": was.isoformat(timespec="milliseconds"), "new": None}}
    _record(Kind.PEOPLE_ACCOUNT_RELEASED, account, actor, facts, origin)


@transaction.atomic
def end_sessions(account: Account, *, actor: str, keep: str = "", origin: Origin | None = None) -> int:
    """Ends the account's sessions everywhere, except the one with the key `keep`. Returns how many."""
    ended = _end_sessions(account, keep)
    if ended:
        _record(Kind.PEOPLE_SESSION_ENDED, account, actor, {"sessions_ended": ended}, origin)
    return ended


def _set_password(account: Account, password: str, *, temporary: bool) -> None:
    account.set_password(password)
    account.password_is_temporary = temporary
    account.save(update_fields=["password", "password_is_temporary"])


def _end_sessions(account: Account, keep: str = "") -> int:
    ended = 0
    for session in UserSession.objects.filter(user=account).exclude(session_key=keep):
        session.end()
        ended += 1
    return ended


def _record(kind: Kind, account: Account, actor: str, facts: dict[str, Json], origin: Origin | None) -> None:
    said: dict[str, Json] = {"account": account.actor, **facts, "origin": dict(origin or {})}
    custody.record(kind, account.handle, actor=actor, facts=said)
