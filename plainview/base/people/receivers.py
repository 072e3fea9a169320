"""What Django, allauth and axes call when somebody comes or goes. Each receiver calls one action, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from plainview.base.people.actions import visits
from plainview.base.people.lockout import WHY_LOGGED_OUT
from plainview.base.people.models import Account
from plainview.base.people.origin import origin

FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "security key",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def connect() -> None:
    """Connects every receiver, once."""
    _connect((user_login_failed, login_failed))
    # only now: importing these connects axes, which locks; the failure is to be written before its consequence
    from axes.signals import user_locked_out

    _connect(
        (user_locked_out, locked_out),
        (user_logged_in, logged_in),
        (user_logged_out, logged_out),
        (authentication_failed, second_factor_failed),
        (authenticator_added, second_factor_added),
        (authenticator_removed, second_factor_removed),
    )


def _connect(*pairs: tuple[Signal, Callable[..., None]]) -> None:
    for signal, receiver in pairs:
        signal.connect(receiver, dispatch_uid=f"plainview.{receiver.__name__}")


def logged_in(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    visits.note_login(user, origin(request))


def logged_out(sender: Any, request: HttpRequest, user: Account | None, **kwargs: Any) -> None:
    if user is not None:
        visits.note_logout(user, origin(request), getattr(request, WHY_LOGGED_OUT, "asked"))


def login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, step: str = "password", **kwargs: Any
) -> None:
    if request is not None:
        visits.note_failed_login(str(credentials.get("username") or ""), origin(request), step)


def locked_out(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    visits.note_lockout(username, origin(request), getattr(request, "axes_failures_since_start", None) or 0)


def second_factor_failed(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """A wrong code counts toward the lock-out as a wrong password does: axes counts what this signal tells."""
    user_login_failed.send(
        sender=__name__, credentials={"username": user.username}, request=request, step="second factor"
    )


def second_factor_added(
    sender: Any, request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any
) -> None:
    visits.note_second_factor(user, origin(request), FACTORS.get(authenticator.type, "other"), added=True)


def second_factor_removed(
    sender: Any, request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any
) -> None:
    visits.note_second_factor(user, origin(request), FACTORS.get(authenticator.type, "other"), added=False)
