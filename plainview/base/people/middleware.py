"""Every page is closed unless its view says otherwise, and a session does not outlive its limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from plainview.base.people.lockout import WHY_LOGGED_OUT
from plainview.base.people.models import Account

# allauth's pages that a stranger may open; each of them knows by itself what is left to prove.
STRANGERS = frozenset({"account_login", "account_logout", "account_inactive", "mfa_authenticate"})
# … and those of somebody who is logged in. The rest of allauth (signing up, passwords by e-mail) does not exist here.
OWN = frozenset({"account_reauthenticate", "account_change_password"})
# What is open while something has to be done first.
TEMPORARY_PASSWORD = frozenset({"account_logout", "account_reauthenticate", "account_change_password"})
NO_SECOND_FACTOR = TEMPORARY_PASSWORD | {
    "mfa_index", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp", "mfa_add_webauthn",
    "mfa_list_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
}  # fmt: skip
# A playing video asks for bytes by itself: that is nobody at the keyboard.
PASSIVE_DESTINATIONS = frozenset({"audio", "image", "track", "video"})
BEGAN, SEEN, SECOND_FACTOR = "plainview_began", "plainview_seen", "plainview_second_factor"


class ClosedByDefault:
    """Lets nobody in without a session, a chosen password and a second factor; ends sessions that are idle or over.

    Open are views with `public = True` and allauth's login pages. A request counts as activity unless a player sent it
    (a range, a video, a picture) or its view says `passive = True`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = _address(request)
        _refuse_unused(view, name)
        if getattr(view, "public", False) or name in STRANGERS:
            return None
        if not request.user.is_authenticated:
            return turn_away(request, "Log in first.")
        over = _why_over(request)
        if over:
            setattr(request, WHY_LOGGED_OUT, over)
            logout(request)
            messages.info(request, SENTENCES[over])
            return turn_away(request, SENTENCES[over])
        if not is_passive(request, view):
            _touch(request)
        return _first_things_first(request, name)


SENTENCES = {
    "idle": "You were logged out because nothing happened for a while. Log in to go on where you were.",
    "over": "Twelve hours have passed since you logged in. Log in again to go on where you were.",
}


def is_passive(request: HttpRequest, view: Any) -> bool:
    """Whether a machine, not a person, sent the request."""
    return (
        getattr(view, "passive", False)
        or "Range" in request.headers
        or request.headers.get("Sec-Fetch-Dest") in PASSIVE_DESTINATIONS
    )


def turn_away(request: HttpRequest, why: str) -> HttpResponseBase:
    """Sends a person to the login page and back afterwards; tells a program 401."""
    login = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: _way_back(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(why, status=401, content_type="text/plain", headers={"HX-Redirect": login})
    if _sent_by_program(request):
        return HttpResponse(why, status=401, content_type="text/plain")
    return HttpResponseRedirect(login)


def _sent_by_program(request: HttpRequest) -> bool:
    """Whether a redirect to a page would help nobody: a player, a script, an upload."""
    accepted = request.headers.get("Accept", "*/*")
    return (
        request.method not in ("GET", "HEAD", "POST")
        or "Range" in request.headers
        or request.headers.get("Sec-Fetch-Dest", "document") != "document"
        or ("text/html" not in accepted and "*/*" not in accepted)
    )


def _address(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _refuse_unused(view: Any, name: str) -> None:
    of_allauth = getattr(view, "__module__", "").startswith("allauth.")
    if of_allauth and name not in STRANGERS | OWN and not name.startswith("mfa_"):
        raise Http404


def _why_over(request: HttpRequest) -> str:
    """Returns why the session may not go on, or nothing."""
    now = time.time()
    began = request.session.setdefault(BEGAN, now)
    if now - began > settings.SESSION_COOKIE_AGE:
        return "over"
    if now - request.session.get(SEEN, began) > settings.IDLE_LOCK_SECONDS:
        return "idle"
    return ""


def _touch(request: HttpRequest) -> None:
    """Notes that somebody is there; writes the session at most once a minute."""
    now = time.time()
    if now - request.session.get(SEEN, 0) > min(60, settings.IDLE_LOCK_SECONDS / 30):
        request.session[SEEN] = now


def _first_things_first(request: HttpRequest, name: str) -> HttpResponseBase | None:
    """Sends whoever has a temporary password, or no second factor, to mend that before anything else."""
    account = request.user
    assert isinstance(account, Account)
    if account.password_is_temporary:
        return None if name in TEMPORARY_PASSWORD else redirect("account_change_password")
    if settings.REQUIRE_SECOND_FACTOR and not _has_second_factor(request, account):
        return None if name in NO_SECOND_FACTOR else redirect("mfa_index")
    return None


def _has_second_factor(request: HttpRequest, account: Account) -> bool:
    """Asks the database once a session; removing a factor, or a reset, makes the session forget."""
    if not request.session.get(SECOND_FACTOR):
        request.session[SECOND_FACTOR] = bool(is_mfa_enabled(account))
    return bool(request.session[SECOND_FACTOR])


def _way_back(request: HttpRequest) -> str:
    """Where to go on after the login: this page, or the page that sent a form."""
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return "/"
    parts = urlsplit(came_from)
    return parts.path + (f"?{parts.query}" if parts.query else "")
