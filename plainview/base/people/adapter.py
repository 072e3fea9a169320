"""How allauth behaves here: nobody signs up by themselves, and what it writes goes through our actions."""

from __future__ import annotations

import base64
import os
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes

from plainview.base.people import lockout
from plainview.base.people.actions import change_password
from plainview.base.people.agency import home_agency
from plainview.base.people.fresh import recently_logged_in
from plainview.base.people.models import Account
from plainview.base.people.origin import origin

NONCE = 12  # bytes


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; a locked one stays out, whatever it shows."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "That user name and password don't match. After five failures the account is "
        "locked until an administrator releases it.",
        "too_many_login_attempts": "Too many attempts from here. Wait five minutes, or ask an administrator to look "
        "at the account.",
        "incorrect_code": "That code is not right. Take the one that the app shows now.",
        "account_inactive": "This account is disabled. Ask an administrator.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """The last step of every way in: a lock-out may have come between password and second factor."""
        if Account.objects.filter(pk=user.pk, locked_at__isnull=False).exists():
            raise ImmediateHttpResponse(lockout.locked_page(request))
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:me")

    def set_password(self, user: Account, password: str) -> None:
        change_password(user, password, actor=user.actor, origin=origin(context.request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever logged in a moment ago need not show the same password again."""
        return not recently_logged_in(context.request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted, and the last factor in place where one is demanded."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": ClosedAccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": "This is your only second factor. Add another one before you remove it.",
    }

    def get_totp_issuer(self) -> str:
        return f"Plainview, {home_agency().name}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not settings.REQUIRE_SECOND_FACTOR or has_another_factor(authenticator)

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        data = base64.b64decode(encrypted_text)
        return _cipher().decrypt(data[:NONCE], data[NONCE:], None).decode()


def has_another_factor(authenticator: Authenticator) -> bool:
    """Whether the owner can still show a second factor without this one; recovery codes alone don't count."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
    return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _cipher() -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"plainview/second-factor/1")
    return AESGCM(kdf.derive(force_bytes(settings.SECRET_KEY)))
