"""Acts with consequences ask for the password again unless it was given a moment ago (CJIS IA-11)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase

from plainview.base.people.access import View


def recently_logged_in(request: HttpRequest) -> bool:
    """Whether this session proved who it is within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def fresh_login(view: View) -> View:
    """Sends people to prove who they are first, and back afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not recently_logged_in(request):
            raise ReauthenticationRequired()  # allauth's middleware keeps the request and comes back to it
        return view(request, *args, **kwargs)

    return guarded


def proved_at(request: HttpRequest) -> datetime:
    """Returns when this session last proved who it is; the beginning of time where it never did."""
    records = get_authentication_records(request, request.user)
    return datetime.fromtimestamp(records[-1]["at"] if records else 0, UTC)
