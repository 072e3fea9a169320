"""Logging in: the banner, the second factor, the lock-out, and what history keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.test.utils import override_settings

from conftest import PASSWORD, Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import disable_account, release_account
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account
from plainview.base.people.tests.browsing import LOGIN, PAGE, code, give_app, log_in, prove

NEW_PASSWORD = "the-owl-reads-at-noon"


def kinds(account: Account) -> list[str]:
    return [event.kind for event in history(account.handle)]


def test_the_login_page_shows_the_terms_of_use_before_anything(department: Department) -> None:
    page = Client().get(LOGIN).content.decode()
    for words in ("restricted information system", "monitored and recorded", "forbidden", "you consent"):
        assert words in page
    assert "Accept and log in" in page


def test_whoever_knows_the_password_comes_in(department: Department) -> None:
    browser, answer = log_in("alice")
    assert answer.status_code == 302
    assert browser.get("/people/me/").status_code == 200
    (event,) = history(department.alice.handle)
    assert event.kind == Kind.PEOPLE_ACCOUNT_LOGGED_IN
    assert facts_of(event)["origin"]["address"] == "127.0.0.1"  # type: ignore[index,call-overload]


def test_a_name_may_be_written_in_any_case(department: Department) -> None:
    assert log_in("ALICE")[1].status_code == 302


def test_logging_out_is_written(department: Department) -> None:
    browser, _ = log_in("alice")
    browser.post("/accounts/logout/")
    assert kinds(department.alice) == [Kind.PEOPLE_ACCOUNT_LOGGED_IN, Kind.PEOPLE_ACCOUNT_LOGGED_OUT]
    assert browser.get("/people/me/", headers=PAGE).status_code == 302


def test_a_wrong_password_is_told_and_written_without_the_password(department: Department) -> None:
    _, answer = log_in("alice", "not-the-password")
    assert b"don&#x27;t match" in answer.content
    (event,) = history(department.alice.handle)
    assert event.kind == Kind.PEOPLE_LOGIN_FAILED
    assert facts_of(event)["step"] == "password"
    assert b"not-the-password" not in bytes(event.body)


def test_an_unknown_name_gets_the_same_answer_and_is_written_with_the_department(department: Department) -> None:
    known = log_in("alice", "wrong")[1].content.decode()
    unknown = log_in("alicf", "wrong")[1].content.decode()
    assert "don&#x27;t match" in unknown
    assert len(known) == len(unknown)
    assert facts_of(history(home_agency().handle)[-1])["username"] == "alicf"


@pytest.mark.parametrize("spelled", [["alice"] * 5, ["alice", "Alice", "ALICE", " alice ", "aLiCe"]])
def test_five_failures_lock_the_account_however_the_name_is_spelled(department: Department, spelled: list[str]) -> None:
    answers = [log_in(name, "wrong")[1] for name in spelled]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]
    assert b"Call an administrator" in answers[-1].content
    assert log_in("alice")[1].status_code == 429  # even with the right password
    assert Account.objects.get(username="alice").locked_at is not None
    assert kinds(department.alice).count(Kind.PEOPLE_ACCOUNT_LOCKED) == 1


def test_a_locked_account_stays_locked_until_it_is_released(department: Department) -> None:
    for _ in range(5):
        log_in("alice", "wrong")
    release_account(Account.objects.get(username="alice"), actor=department.adam.actor)
    assert log_in("alice")[1].status_code == 302


def test_a_success_starts_the_count_anew(department: Department) -> None:
    for _ in range(4):
        log_in("alice", "wrong")
    assert log_in("alice")[1].status_code == 302
    assert log_in("alice", "wrong")[1].status_code == 200


def test_one_locked_account_does_not_lock_the_station(department: Department) -> None:
    for _ in range(5):
        log_in("alice", "wrong")
    assert log_in("bob")[1].status_code == 302


def test_an_unknown_name_is_locked_out_as_a_known_one_is(department: Department) -> None:
    assert [log_in("nobody-here", "wrong")[1].status_code for _ in range(5)][-1] == 429


def test_a_disabled_account_does_not_come_in(department: Department) -> None:
    disable_account(department.bob, actor=department.adam.actor, reason="left")
    browser, _ = log_in("bob")
    assert browser.get("/people/me/", headers=PAGE).status_code == 302


def test_a_disabled_account_is_out_at_once(department: Department) -> None:
    browser, _ = log_in("bob")
    disable_account(department.bob, actor=department.adam.actor, reason="left")
    assert browser.get("/people/me/", headers=PAGE).status_code == 302


def test_who_has_an_app_must_show_its_code(department: Department) -> None:
    secret = give_app(department.alice)
    browser, answer = log_in("alice")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/people/me/", headers=PAGE).status_code == 302  # not in yet
    assert b"second factor" in browser.get("/accounts/2fa/authenticate/").content
    browser.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert browser.get("/people/me/").status_code == 200


def test_a_code_works_once(department: Department) -> None:
    secret = give_app(department.alice)
    shown = code(secret)
    first, second = log_in("alice")[0], log_in("alice")[0]
    assert first.post("/accounts/2fa/authenticate/", {"code": shown}).status_code == 302
    assert second.post("/accounts/2fa/authenticate/", {"code": shown}).status_code == 200


def test_five_wrong_codes_lock_the_account_and_the_right_one_no_longer_helps(department: Department) -> None:
    secret = give_app(department.alice)
    browser, _ = log_in("alice")
    answers = [browser.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(5)]
    assert answers[-1].status_code == 429
    assert browser.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 429
    assert browser.get("/people/me/", headers=PAGE).status_code == 302
    assert kinds(department.alice) == [Kind.PEOPLE_LOGIN_FAILED] * 5 + [Kind.PEOPLE_ACCOUNT_LOCKED]
    assert facts_of(history(department.alice.handle)[0])["step"] == "second factor"


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_who_has_no_second_factor_is_led_to_set_one_up(department: Department) -> None:
    browser, _ = log_in("alice")
    answer = browser.get("/people/me/", headers=PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    assert b"Set one up to go on" in browser.get("/accounts/2fa/").content
    page = browser.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200  # just logged in: not asked again
    secret = browser.session["mfa.totp.secret"]
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert browser.get("/people/me/").status_code == 200


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_where_one_is_demanded_the_last_second_factor_stays(department: Department) -> None:
    give_app(department.alice)
    browser = prove(department.client(department.alice), department.alice)
    answer = browser.post("/accounts/2fa/totp/deactivate/")
    assert b"your only second factor" in answer.content
    assert Authenticator.objects.filter(user=department.alice, type="totp").exists()


def test_setting_up_and_removing_a_second_factor_is_written(
    department: Department, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]]
) -> None:
    browser, _ = log_in("alice")
    browser.get("/accounts/2fa/totp/activate/")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/2fa/totp/activate/", {"code": code(browser.session["mfa.totp.secret"])})
    browser.post("/accounts/2fa/totp/deactivate/")
    told = kinds(department.alice)
    assert Kind.PEOPLE_SECOND_FACTOR_ADDED in told
    assert facts_of(history(department.alice.handle)[-1])["factor"] in ("authenticator app", "recovery codes")
    assert told[-1] == Kind.PEOPLE_SECOND_FACTOR_REMOVED


def test_a_temporary_password_has_to_be_changed_first(department: Department) -> None:
    Account.objects.filter(pk=department.alice.pk).update(password_is_temporary=True)
    browser, _ = log_in("alice")
    assert browser.get("/people/me/", headers=PAGE)["Location"] == "/accounts/password/change/"
    assert b"Choose your own password" in browser.get("/accounts/password/change/").content
    said = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    browser.post("/accounts/password/change/", said)
    assert browser.get("/people/me/").status_code == 200
    assert kinds(department.alice)[-1] == Kind.PEOPLE_PASSWORD_CHANGED


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/", "login/code/confirm/", "sessions/"],
)
def test_what_allauth_brings_and_we_do_not_want_is_not_there(department: Department, path: str) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404
    assert department.client(department.adam).get(f"/accounts/{path}").status_code == 404


def test_no_form_leads_to_a_page_that_is_not_there(department: Department) -> None:
    browser = prove(department.client(department.alice), department.alice)
    for page in (
        Client().get(LOGIN),
        browser.get("/accounts/password/change/"),
        browser.get("/accounts/reauthenticate/"),
    ):
        assert page.status_code == 200
        assert b"password/reset" not in page.content


def test_the_way_back_leads_nowhere_else(department: Department) -> None:
    browser = Client()
    answer = browser.post(f"{LOGIN}?next=https://evil.test/", {"login": "alice", "password": PASSWORD})
    assert "evil.test" not in answer["Location"]
