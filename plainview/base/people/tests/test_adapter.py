"""What we change about allauth, apart from the pages."""

from __future__ import annotations

import time

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import override_settings

from conftest import Department
from plainview.base.people.adapter import ClosedAccountAdapter, SecondFactorAdapter
from plainview.base.people.fresh import recently_logged_in
from plainview.base.people.models import Account
from plainview.base.people.origin import AGENT_LIMIT, origin
from plainview.base.people.tests.browsing import give_app


def request_of(account: Account, *proofs: float) -> HttpRequest:
    """A request of an account that proved who it is so many seconds ago, each time."""
    request = RequestFactory().get("/")
    request.user = account
    request.session = SessionStore()
    request.session["account_authentication_methods"] = [{"method": "password", "at": time.time() - p} for p in proofs]
    request.session["account_authentication_methods_user"] = str(account.pk)
    return request


@pytest.mark.parametrize(("proofs", "recent"), [((), False), ((10,), True), ((301,), False), ((900, 10), True)])
def test_a_proof_counts_for_five_minutes(department: Department, proofs: tuple[float, ...], recent: bool) -> None:
    request = request_of(department.alice, *proofs)
    assert recently_logged_in(request) is recent
    with context.request_context(request):
        asked = ClosedAccountAdapter(request).is_reauthentication_required(app="allauth.mfa")
    assert asked is not recent


def test_a_proof_of_somebody_else_in_the_same_browser_does_not_count(department: Department) -> None:
    request = request_of(department.alice, 10)
    request.user = department.bob
    assert not recently_logged_in(request)


def test_a_stranger_proved_nothing(department: Department) -> None:
    request = request_of(department.alice, 10)
    request.user = AnonymousUser()
    assert not recently_logged_in(request)


def test_nobody_signs_up(db: None) -> None:
    assert not ClosedAccountAdapter().is_open_for_signup(HttpRequest())


def test_a_secret_is_encrypted_differently_each_time_and_comes_back() -> None:
    adapter = SecondFactorAdapter()
    first, second = adapter.encrypt("JBSWY3DPEHPK3PXP"), adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert first != second
    assert "JBSW" not in first
    assert adapter.decrypt(first) == adapter.decrypt(second) == "JBSWY3DPEHPK3PXP"


def test_a_secret_of_another_installation_does_not_open() -> None:
    sealed = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    with override_settings(SECRET_KEY="another installation"), pytest.raises(InvalidTag):
        SecondFactorAdapter().decrypt(sealed)


@pytest.mark.parametrize("demanded", [True, False])
def test_the_last_factor_stays_only_where_one_is_demanded(department: Department, demanded: bool) -> None:
    give_app(department.alice)
    app = Authenticator.objects.get(user=department.alice)
    Authenticator.objects.create(user=department.alice, type=Authenticator.Type.RECOVERY_CODES, data={})
    with override_settings(REQUIRE_SECOND_FACTOR=demanded):
        assert SecondFactorAdapter().can_delete_authenticator(app) is not demanded
        Authenticator.objects.create(user=department.alice, type=Authenticator.Type.WEBAUTHN, data={})
        assert SecondFactorAdapter().can_delete_authenticator(app)


def test_the_app_shows_the_departments_name(department: Department) -> None:
    assert SecondFactorAdapter().get_totp_issuer() == "Plainview, Testville Police Department"


def test_an_act_says_where_it_came_from_without_the_session_key(department: Department) -> None:
    request = request_of(department.alice)
    request.session.create()
    request.META |= {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "x" * 1000}
    said = origin(request)
    assert said["address"] == "192.0.2.7"
    assert len(str(said["browser"])) == AGENT_LIMIT
    assert len(str(said["session"])) == 16
    assert str(said["session"]) not in str(request.session.session_key)


def test_an_act_without_a_web_comes_from_nowhere() -> None:
    assert origin(HttpRequest()) == {"address": None, "browser": "", "session": None}
