"""What an administrator does to an account: each act is explained and confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from plainview.base.people.access import require, viewer
from plainview.base.people.actions import (
    Refused,
    disable_account,
    enable_account,
    grant_role,
    release_account,
    reset_password,
    reset_second_factor,
    revoke_role,
)
from plainview.base.people.actions.credentials import end_sessions
from plainview.base.people.forms import Reason
from plainview.base.people.fresh import fresh_login
from plainview.base.people.models import Account
from plainview.base.people.origin import origin
from plainview.base.people.roles import MAY, Role


@dataclass(frozen=True)
class Act:
    """One thing to do: its button, what follows from it, and what was done."""

    button: str
    follows: str
    done: str
    do: Callable[..., Any]
    with_reason: bool = False
    with_role: bool = False
    stops: bool = False  # takes something away


ACTS = {
    "grant": Act(
        "Grant the role", "{name} {may}. It holds at once.", "{name} has the role {role}.", grant_role, with_role=True,
    ),
    "revoke": Act(
        "Revoke the role", "Until now, {name} {may}. That ends at once; the grant stays in the history.",
        "{name} no longer has the role {role}.", revoke_role, with_role=True, stops=True,
    ),
    "disable": Act(
        "Disable the account", "{name} can't log in any more, and open sessions end. Nothing is deleted; you can "
        "enable the account again.", "{name} is shut out.", disable_account, with_reason=True, stops=True,
    ),
    "enable": Act(
        "Enable the account", "{name} can log in again, with the roles held before.", "{name} can log in again.",
        enable_account, with_reason=True,
    ),
    "release": Act(
        "Release the account", "The count of failed attempts begins anew. Make sure that you speak with {name}, not "
        "with somebody who guessed the password.", "{name} can try again.", release_account,
    ),
    "reset-password": Act(
        "Make a temporary password", "The old password stops working and open sessions end. You see the new one once, "
        "to hand it over in person; {name} has to choose another at the next login.", "", reset_password, stops=True,
    ),
    "reset-second-factor": Act(
        "Remove the second factor", "App, keys and recovery codes of {name} stop working and open sessions end. At the "
        "next login {name} sets up a new one. Make sure whom you speak with.",
        "{name} sets up a new second factor at the next login.", reset_second_factor, stops=True,
    ),
    "end-sessions": Act(
        "End all sessions", "{name} is logged out everywhere.", "{name} is logged out everywhere.", end_sessions,
        stops=True,
    ),
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@require(Role.ADMINISTRATOR)
@fresh_login
def act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Explains an act, and does it when confirmed."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    account = get_object_or_404(Account, pk=pk)
    role = _role(request) if chosen.with_role else None
    form = Reason(request.POST or None) if chosen.with_reason else None
    error = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return _do(request, chosen, account, role, form)
        except Refused as refused:
            error = str(refused)
    context = {
        "tab": "accounts",
        "account": account,
        "act": chosen,
        "role": role,
        "follows": chosen.follows.format(name=account, may=MAY[role] if role else ""),
        "form": form,
        "error": error,
    }
    return render(request, "people/act.html", context, status=422 if error else 200)


def _do(request: HttpRequest, chosen: Act, account: Account, role: Role | None, form: Reason | None) -> HttpResponse:
    said: dict[str, Any] = {"actor": viewer(request).actor, "origin": origin(request)}
    if form is not None:
        said["reason"] = form.cleaned_data["reason"]
    result = chosen.do(account, *([role] if role else []), **said)
    if chosen.do is reset_password:
        return render(request, "people/password.html", {"tab": "accounts", "account": account, "password": result})
    label = role.label if role else ""
    messages.success(request, chosen.done.format(name=account, role=label))
    return redirect("people:account", pk=account.pk)


def _role(request: HttpRequest) -> Role:
    try:
        return Role(request.POST.get("role") or request.GET.get("role", ""))
    except ValueError:
        raise Http404 from None
