"""Passwords, second factors, lock-outs, sessions."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axes.models import AccessAttempt
from django.utils import timezone

from conftest import PASSWORD, Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import (
    Refused,
    change_password,
    release_account,
    reset_password,
    reset_second_factor,
)
from plainview.base.people.models import Account


def latest(account: Account) -> str:
    return history(account.handle)[-1].kind


def test_the_owner_changes_the_password(department: Department) -> None:
    department.bob.password_is_temporary = True
    change_password(department.bob, "the-owl-reads-at-noon", actor=department.bob.actor)
    assert department.bob.check_password("the-owl-reads-at-noon")
    assert not Account.objects.get(pk=department.bob.pk).password_is_temporary
    assert latest(department.bob) == Kind.PEOPLE_PASSWORD_CHANGED


def test_a_weak_password_is_refused_and_nothing_changes(department: Department) -> None:
    with pytest.raises(Refused, match="too short"):
        change_password(department.bob, "owl", actor=department.bob.actor)
    assert Account.objects.get(pk=department.bob.pk).check_password(PASSWORD)
    assert not history(department.bob.handle)


def test_a_reset_gives_a_temporary_password_that_history_does_not_hold(department: Department) -> None:
    password = reset_password(department.bob, actor=department.adam.actor)
    bob = Account.objects.get(pk=department.bob.pk)
    assert bob.check_password(password)
    assert bob.password_is_temporary
    event = history(bob.handle)[-1]
    assert event.kind == Kind.PEOPLE_PASSWORD_RESET
    assert password.encode() not in bytes(event.body)


def test_a_reset_ends_the_sessions(department: Department) -> None:
    browser = department.client(department.bob)
    assert browser.get("/people/me/").status_code == 200
    reset_password(department.bob, actor=department.adam.actor)
    assert browser.get("/people/me/").status_code == 302


def test_resetting_the_second_factor_removes_all_of_it(department: Department) -> None:
    TOTP.activate(department.bob, generate_totp_secret())
    RecoveryCodes.activate(department.bob)
    reset_second_factor(department.bob, actor=department.adam.actor)
    assert not Authenticator.objects.filter(user=department.bob).exists()
    facts = facts_of(history(department.bob.handle)[-1])
    assert facts["factors"] == {"old": ["recovery_codes", "totp"], "new": []}


def test_the_secret_of_an_app_is_not_stored_in_clear(department: Department) -> None:
    secret = generate_totp_secret()
    made = TOTP.activate(department.bob, secret).instance
    assert secret not in str(made.data)
    assert Authenticator.objects.get(pk=made.pk).wrap().validate_code("000000") is False


@pytest.mark.parametrize("act", [reset_password, reset_second_factor])
def test_nobody_resets_their_own(department: Department, act: object) -> None:
    with pytest.raises(Refused):
        act(department.adam, actor=department.adam.actor)  # type: ignore[operator]


def test_a_locked_account_is_released_with_its_count(department: Department) -> None:
    Account.objects.filter(pk=department.bob.pk).update(locked_at=timezone.now())
    AccessAttempt.objects.create(username="bob", failures_since_start=5, ip_address="10.0.0.1", user_agent="x")
    release_account(Account.objects.get(pk=department.bob.pk), actor=department.adam.actor)
    assert Account.objects.get(pk=department.bob.pk).locked_at is None
    assert not AccessAttempt.objects.filter(username="bob").exists()
    assert latest(department.bob) == Kind.PEOPLE_ACCOUNT_RELEASED


def test_what_is_not_locked_is_not_released(department: Department) -> None:
    with pytest.raises(Refused, match="not locked"):
        release_account(department.bob, actor=department.adam.actor)
