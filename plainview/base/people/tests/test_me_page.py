"""My account: what I may do, where I serve, where I am logged in."""

from __future__ import annotations

from django.test import Client

from conftest import Department
from plainview.base.people.models import Account
from plainview.base.people.tests.browsing import PAGE, log_in

ME = "/people/me/"


def page(department: Department, account: Account) -> str:
    return department.client(account).get(ME).content.decode()


def test_it_says_in_words_what_i_may_do_and_where_i_serve(department: Department) -> None:
    shown = page(department, department.alice)
    assert "May see, classify and number the recordings they made." in shown
    assert "Central Patrol / Central Squad 1" in shown
    assert "Sam Sergeant (110)" in shown


def test_a_supervisor_is_led_to_the_unit_and_an_officer_is_not(department: Department) -> None:
    link = f"/people/units/{department.first.pk}/"
    assert link in page(department, department.sam)
    assert link not in page(department, department.alice)


def test_an_account_without_a_role_is_told_what_to_do(department: Department) -> None:
    shown = page(department, department.nora)
    assert "this account has no role" in shown
    assert "not linked to an officer" in shown


def test_i_see_where_i_am_logged_in_and_can_end_the_rest(department: Department) -> None:
    first, _ = log_in("alice", client=Client(headers={"User-Agent": "Patrol car"}))
    second, _ = log_in("alice", client=Client(headers={"User-Agent": "Station"}))
    shown = first.get(ME).content.decode()
    assert "Patrol car" in shown
    assert "Station" in shown
    first.post("/people/me/end-sessions/")
    assert first.get(ME).status_code == 200
    assert second.get(ME, headers=PAGE).status_code == 302


def test_ending_sessions_is_not_done_by_a_link(department: Department) -> None:
    assert department.client(department.alice).get("/people/me/end-sessions/").status_code == 405


def test_i_see_what_was_tried_on_my_account(department: Department) -> None:
    log_in("alice", "wrong")
    assert "An attempt to log in failed as alice, at the password." in page(department, department.alice)


def test_strangers_see_nothing(department: Department) -> None:
    assert Client().get(ME, headers=PAGE).status_code == 302
