"""A browser at the login page, as the tests of this room drive it."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.test import Client

from conftest import PASSWORD
from plainview.base.people.models import Account

LOGIN = "/accounts/login/"
PAGE = {"Accept": "text/html"}


def log_in(username: str, password: str = PASSWORD, client: Client | None = None) -> tuple[Client, Any]:
    """Returns a browser and what it was answered."""
    browser = client or Client()
    return browser, browser.post(LOGIN, {"login": username, "password": password}, headers=PAGE)


def prove(browser: Client, account: Account) -> Client:
    """Makes the browser's session one that has just shown its password."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return browser


def give_app(account: Account) -> str:
    """Sets up an authenticator app and returns its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def code(secret: str) -> str:
    """Returns what the app shows now."""
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"
