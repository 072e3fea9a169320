"""Accounts: made, disabled, enabled. Never deleted, for history names them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.agency import HOME, home_agency
from plainview.base.people.lookup import officer_on
from plainview.base.people.models import Account, Officer, RoleGrant, new_handle
from plainview.base.people.origin import Origin
from plainview.base.people.roles import Role
from plainview.ledger.canonical import Json


class Refused(Exception):
    """An act that the rules don't allow; the message says what to do instead."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@transaction.atomic
def create_account(
    username: str,
    full_name: str,
    *,
    actor: str,
    password: str | None = None,
    temporary: bool = True,
    roles: Iterable[Role] = (),
    badge: str = "",
    email: str = "",
    origin: Origin | None = None,
) -> Account:
    """Creates an account, linked to the officer who holds the badge today. Without a password nobody can log in.

    A temporary password has to be changed at the first login. Raises Refused.
    """
    account = Account(
        username=username.strip().lower(),
        full_name=full_name.strip(),
        email=email.strip(),
        agency=home_agency(),
        officer=_officer(badge.strip()) if badge.strip() else None,
        handle=new_handle(),
        password_is_temporary=temporary and password is not None,
    )
    _check(account, password)
    account.set_password(password)
    account.save()
    custody.open_item("account", account.handle)
    held = sorted(set(roles))
    RoleGrant.objects.bulk_create(RoleGrant(account=account, role=role, granted_by=actor) for role in held)
    facts: dict[str, Json] = {
        "account": account.actor,
        "username": account.username,
        "name": account.full_name,
        "badge": badge.strip(),
        "roles": [str(role) for role in held],
        "origin": dict(origin or {}),
    }
    custody.record(Kind.PEOPLE_ACCOUNT_CREATED, account.handle, actor=actor, facts=facts)
    return account


@transaction.atomic
def create_first_administrator(
    username: str,
    full_name: str,
    password: str,
    *,
    actor: str,
    another: bool = False,
    origin: Origin | None = None,
) -> Account:
    """Creates the administrator who makes every other account. Refuses where there is one, unless told `another`."""
    if not another and administrators().exists():
        raise Refused("There is an administrator already. Further accounts are made on the page People.")
    return create_account(
        username,
        full_name,
        actor=actor,
        password=password,
        temporary=False,
        roles=[Role.ADMINISTRATOR],
        origin=origin,
    )


@transaction.atomic
def disable_account(account: Account, *, actor: str, reason: str, origin: Origin | None = None) -> None:
    """Shuts an account: its sessions end with the next request. Refuses one's own, and the last administrator."""
    if account.actor == actor:
        raise Refused("You can't disable your own account. Ask another administrator.")
    keep_an_administrator(account)
    _set_active(account, False)
    facts: dict[str, Json] = {"active": {"old": True, "new": False}, "reason": reason, "origin": dict(origin or {})}
    custody.record(Kind.PEOPLE_ACCOUNT_DISABLED, account.handle, actor=actor, facts=facts)


@transaction.atomic
def enable_account(account: Account, *, actor: str, reason: str, origin: Origin | None = None) -> None:
    """Opens a disabled account again, with the roles it had."""
    _set_active(account, True)
    facts: dict[str, Json] = {"active": {"old": False, "new": True}, "reason": reason, "origin": dict(origin or {})}
    custody.record(Kind.PEOPLE_ACCOUNT_ENABLED, account.handle, actor=actor, facts=facts)


def temporary_password() -> str:
    """Returns a password to hand over once: four groups of five letters and digits, none easily mistaken."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


def check_password(password: str, account: Account) -> None:
    """Raises Refused for a weak password, saying everything that is weak about it."""
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages), "password") from problem


def administrators() -> QuerySet[RoleGrant]:
    """Returns the administrator grants that are in force, of accounts that can be used."""
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revoked_at__isnull=True, account__is_active=True)


def keep_an_administrator(without: Account) -> None:
    """Refuses what would leave nobody to administer.

    Locks grants and accounts, so that two administrators can't remove each other at the same moment.
    """
    held = administrators().select_related("account").select_for_update(of=("self", "account")).order_by("pk")
    ids = {grant.account_id for grant in held}
    if without.pk in ids and len(ids) == 1:
        raise Refused(f"{without} is the last administrator. Make somebody else one first.")


def _set_active(account: Account, active: bool) -> None:
    values = {"is_active": active} | ({"enabled_at": timezone.now()} if active else {})
    if not Account.objects.filter(pk=account.pk, is_active=not active).update(**values):
        raise Refused(f"{account} is {'enabled' if active else 'disabled'} already.")
    account.is_active = active
    account.forget_roles()


def _officer(badge: str) -> Officer:
    officer = officer_on(badge, timezone.localdate()) or _only_holder(badge)
    if officer is None:
        raise Refused(f"Nobody holds badge {badge} today. Import the roster first, or correct the badge.", "badge")
    if Account.objects.filter(officer=officer).exists():
        raise Refused(f"{officer} has an account already: {officer.account.username}.", "badge")
    return officer


def _only_holder(badge: str) -> Officer | None:
    found = list(Officer.objects.filter(badge=badge, agency__slug=HOME)[:2])
    return found[0] if len(found) == 1 else None


def _check(account: Account, password: str | None) -> None:
    if not account.full_name:
        raise Refused("Write the name of the person who will use the account.", "full_name")
    if Account.objects.filter(username__iexact=account.username).exists():
        raise Refused(f"The user name {account.username} is taken. Choose another.", "username")
    try:
        account.clean_fields(exclude=["password"])
    except ValidationError as problem:
        field, messages = next(iter(problem.message_dict.items()))
        raise Refused(" ".join(messages), field) from problem
    if password is not None:
        check_password(password, account)
