"""Accounts, as an administrator sees them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import require, viewer
from plainview.base.people.actions import Refused, create_account
from plainview.base.people.actions.accounts import temporary_password
from plainview.base.people.actions.exports import note_export
from plainview.base.people.download import csv_response
from plainview.base.people.forms import NewAccount
from plainview.base.people.fresh import fresh_login
from plainview.base.people.lookup import assignment_on, serving
from plainview.base.people.models import Account, RoleGrant
from plainview.base.people.origin import origin
from plainview.base.people.paging import page_of
from plainview.base.people.roles import Role
from plainview.base.people.story import recent_events

STATES = {
    "active": "In use",
    "disabled": "Disabled",
    "locked": "Locked",
    "left": "Officer has left",
    "no-factor": "No second factor",
    "never": "Never logged in",
}


@require_safe
@require(Role.ADMINISTRATOR)
def people(request: HttpRequest) -> HttpResponse:
    """Lists the accounts."""
    context = {
        "tab": "accounts",
        "page": page_of(found(request), "username", request),
        "roles": Role.choices,
        "states": STATES.items(),
        "asked": {name: request.GET.get(name, "") for name in ("q", "role", "state")},
        "today": timezone.localdate(),
    }
    return render(request, "people/accounts.html", context)


def found(request: HttpRequest) -> QuerySet[Account]:
    """Returns the accounts that the request's filters let through, with all that a row shows."""
    open_grants = RoleGrant.objects.filter(revoked_at__isnull=True).order_by("role")
    rows = Account.objects.select_related("officer").prefetch_related(
        Prefetch("grants", queryset=open_grants, to_attr="open_grants")
    )
    rows = rows.annotate(has_factor=Exists(_factors()), serves=Exists(_service()))
    text, role, state = (request.GET.get(name, "").strip() for name in ("q", "role", "state"))
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(full_name__icontains=text) | Q(officer__badge=text))
    if role in Role.values:
        rows = rows.filter(Exists(open_grants.filter(account=OuterRef("pk"), role=role)))
    return rows.filter(_STATES[state]) if state in _STATES else rows


_STATES: dict[str, Q] = {
    "active": Q(is_active=True),
    "disabled": Q(is_active=False),
    "locked": Q(locked_at__isnull=False),
    "left": Q(is_active=True, officer__isnull=False, serves=False),
    "no-factor": Q(is_active=True, has_factor=False),
    "never": Q(is_active=True, last_login__isnull=True),
}


def _factors() -> QuerySet[Any]:
    codes = Authenticator.Type.RECOVERY_CODES
    factors: QuerySet[Any] = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=codes)
    return factors


def _service() -> QuerySet[Any]:
    return serving(timezone.localdate()).filter(officer=OuterRef("officer"))


@require_safe
@require(Role.ADMINISTRATOR)
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one account: its roles, its state, what may be done, its history."""
    account = get_object_or_404(Account.objects.select_related("officer"), pk=pk)
    today = timezone.localdate()
    context = {
        "tab": "accounts",
        "account": account,
        "roles": [(role, role in _held(account)) for role in Role],
        "assignment": account.officer and assignment_on(account.officer, today),
        "factors": Authenticator.objects.filter(user=account).values_list("type", flat=True),
        "own": account == request.user,
        "events": recent_events(account.handle),
        "today": today,
    }
    return render(request, "people/account.html", context)


def _held(account: Account) -> set[str]:
    """The roles granted, whether or not the account is disabled."""
    return set(account.grants.filter(revoked_at__isnull=True).values_list("role", flat=True))


@never_cache
@require(Role.ADMINISTRATOR)
@fresh_login
def new(request: HttpRequest) -> HttpResponse:
    """Makes an account, and shows its temporary password once."""
    form = NewAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = temporary_password()
        said = form.cleaned_data
        try:
            made = create_account(
                said["username"],
                said["full_name"],
                actor=viewer(request).actor,
                password=password,
                roles=[Role(role) for role in said["roles"]],
                badge=said["badge"],
                email=said["email"],
                origin=origin(request),
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return render(
                request,
                "people/password.html",
                {"tab": "accounts", "account": made, "password": password, "made": True},
            )
    return render(
        request, "people/account_new.html", {"tab": "accounts", "form": form}, status=422 if form.errors else 200
    )


@require_safe
@require(Role.ADMINISTRATOR)
def export(request: HttpRequest) -> HttpResponseBase:
    """Hands out the accounts that the filters let through, as a table."""
    header = ["username", "name", "badge", "roles", "active", "locked_since", "second_factor", "last_login"]
    rows = [_row(each) for each in found(request).order_by("username")]
    note_export(viewer(request), "accounts", len(rows), origin(request))
    return csv_response("accounts.csv", header, rows)


def _row(account: Any) -> list[object]:
    """One line of the table; the account comes with what `found` adds to it."""
    return [
        account.username,
        account.full_name,
        account.officer.badge if account.officer else "",
        "; ".join(grant.role for grant in account.open_grants),
        account.is_active,
        account.locked_at,
        account.has_factor,
        account.last_login,
    ]
