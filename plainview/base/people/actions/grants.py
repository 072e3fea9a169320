"""Roles: granted, revoked. Who may do what follows from them at once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions.accounts import Refused, keep_an_administrator
from plainview.base.people.models import Account, RoleGrant
from plainview.base.people.origin import Origin
from plainview.base.people.roles import Role
from plainview.ledger.canonical import Json


def grant_role(account: Account, role: Role, *, actor: str, origin: Origin | None = None) -> RoleGrant:
    """Gives the account a role. Refuses to give oneself one, and writes down that it was tried."""
    if account.actor == actor:
        _note_refusal(account, role, actor, origin)
        raise Refused("You can't give yourself a role. Ask another administrator.")
    return _grant(account, role, actor, origin)


@transaction.atomic
def revoke_role(account: Account, role: Role, *, actor: str, origin: Origin | None = None) -> None:
    """Takes a role away; the grant stays as a record. Refuses to take the last administrator's."""
    if role == Role.ADMINISTRATOR:
        keep_an_administrator(account)
    old = _held(account)
    ended = account.grants.filter(role=role, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if not ended:
        raise Refused(f"{account} does not hold the role {role.label}.")
    account.forget_roles()
    custody.record(Kind.PEOPLE_ROLE_REVOKED, account.handle, actor=actor, facts=_facts(account, role, old, origin))


@transaction.atomic
def _grant(account: Account, role: Role, actor: str, origin: Origin | None) -> RoleGrant:
    old = _held(account)
    if role in old:
        raise Refused(f"{account} holds the role {role.label} already.")
    grant = RoleGrant.objects.create(account=account, role=role, granted_by=actor)
    account.forget_roles()
    custody.record(Kind.PEOPLE_ROLE_GRANTED, account.handle, actor=actor, facts=_facts(account, role, old, origin))
    return grant


@transaction.atomic
def _note_refusal(account: Account, role: Role, actor: str, origin: Origin | None) -> None:
    facts = {"account": account.actor, "role": str(role), "why": "nobody grants themselves a role"}
    facts["origin"] = dict(origin or {})  # type: ignore[assignment]
    custody.record(Kind.PEOPLE_ROLE_REFUSED, account.handle, actor=actor, facts=facts)


def _held(account: Account) -> list[str]:
    """The roles as they stand, with the account locked, so that two changes at once tell one story."""
    Account.objects.select_for_update().get(pk=account.pk)
    return sorted(account.grants.filter(revoked_at__isnull=True).values_list("role", flat=True))


def _facts(account: Account, role: Role, old: list[str], origin: Origin | None) -> dict[str, Json]:
    return {
        "account": account.actor,
        "role": str(role),
        "roles": {"old": old, "new": _held(account)},
        "origin": dict(origin or {}),
    }
