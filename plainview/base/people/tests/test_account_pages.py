"""The administrator's pages: the list of accounts, one account, what may be done to it."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account, Assignment, RoleGrant
from plainview.base.people.paging import SIZE
from plainview.base.people.roles import Role
from plainview.base.people.tests.browsing import PAGE, give_app, log_in, prove

PEOPLE = "/people/"


@pytest.fixture
def adam(department: Department) -> Client:
    """The administrator's browser, in a session that has just shown its password."""
    return prove(department.client(department.adam), department.adam)


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def act(account: Account, name: str) -> str:
    return f"/people/accounts/{account.pk}/{name}/"


@pytest.mark.parametrize("name", ["alice", "sam", "tess", "audrey", "nora"])
@pytest.mark.parametrize("path", ["", "accounts/new/", "accounts.csv", "accounts/{pk}/", "accounts/{pk}/disable/"])
def test_only_administrators_come_in(department: Department, name: str, path: str) -> None:
    browser = prove(department.client(getattr(department, name)), getattr(department, name))
    assert browser.get(PEOPLE + path.format(pk=department.bob.pk)).status_code == 403


def test_the_list_shows_accounts_with_roles(adam: Client) -> None:
    shown = page(adam, PEOPLE)
    for text in ("Alice", "Evidence technician", "none: sees nothing"):
        assert text in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ali", {"alice"}),
        ("q=102", {"bob"}),
        ("role=auditor", {"audrey"}),
        ("state=disabled", {"charlie"}),
        ("state=locked", {"bob"}),
        ("state=left", {"alice"}),
        ("q=zzz", set()),
        ("role=nonsense&q=tess", {"tess"}),
    ],
)
def test_the_list_is_searched_and_filtered(department: Department, adam: Client, asked: str, found: set[str]) -> None:
    Account.objects.filter(username="charlie").update(is_active=False)
    Account.objects.filter(username="bob").update(locked_at=timezone.now())
    Assignment.objects.filter(officer=department.alice.officer).update(ended=date(2024, 1, 1))
    names = {row.username for row in adam.get(f"{PEOPLE}?{asked}").context["page"].rows}
    assert names == found


def test_an_empty_list_says_what_to_do(adam: Client) -> None:
    assert "make a new one" in page(adam, f"{PEOPLE}?q=zzz")


def test_a_long_list_is_paged_in_both_directions(department: Department, adam: Client) -> None:
    Account.objects.bulk_create(
        Account(username=f"many{n:03}", handle=uuid4().hex, agency=department.agency) for n in range(2 * SIZE + 10)
    )
    path, seen = f"{PEOPLE}?q=many", []
    while path:
        shown = adam.get(path).context["page"]
        seen += [row.username for row in shown.rows]
        last, path = shown, shown.older and PEOPLE + shown.older
    assert seen == [f"many{n:03}" for n in range(2 * SIZE + 10)]
    back = adam.get(PEOPLE + last.newer).context["page"]
    assert [row.username for row in back.rows] == [f"many{n:03}" for n in range(SIZE, 2 * SIZE)]
    assert "q=many" in back.newer


def test_the_list_takes_the_same_queries_however_long(
    department: Department, adam: Client, django_assert_max_num_queries: object
) -> None:
    adam.get(PEOPLE)
    Account.objects.bulk_create(
        Account(username=f"many{n:03}", handle=uuid4().hex, agency=department.agency) for n in range(SIZE)
    )
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        adam.get(PEOPLE)


def test_a_name_is_shown_as_text(department: Department, adam: Client) -> None:
    nasty = "<script>alert(1)</script>"
    Account.objects.filter(pk=department.bob.pk).update(full_name=nasty)
    shown = page(adam, PEOPLE)
    assert nasty not in shown
    assert escape(nasty) in shown


def test_the_export_is_harmless_and_written(department: Department, adam: Client) -> None:
    Account.objects.filter(pk=department.bob.pk).update(full_name="=HYPERLINK(1)")
    answer = adam.get("/people/accounts.csv?q=bob")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert rows[0][:4] == ["username", "name", "badge", "roles"]
    assert rows[1][:4] == ["bob", "'=HYPERLINK(1)", "102", "officer"]
    assert len(rows) == 2
    assert history(department.adam.handle)[-1].kind == Kind.PEOPLE_LIST_EXPORTED


def test_an_account_is_made_and_its_password_shown_once(department: Department, adam: Client) -> None:
    answer = adam.post("/people/accounts/new/", {"full_name": "New By", "username": "newby", "roles": ["auditor"]})
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    made = Account.objects.get(username="newby")
    assert made.roles == {Role.AUDITOR}
    assert password not in page(adam, f"/people/accounts/{made.pk}/")
    browser, _ = log_in("newby", password)
    assert browser.get("/people/me/", headers=PAGE)["Location"] == "/accounts/password/change/"


def test_what_the_rules_refuse_is_said_at_its_field(adam: Client) -> None:
    answer = adam.post("/people/accounts/new/", {"full_name": "Other Alice", "username": "Alice", "badge": "999"})
    assert answer.status_code == 422
    assert "Nobody holds badge 999 today" in answer.context["form"].errors["badge"][0]


def test_acts_with_consequences_ask_for_the_password_again(department: Department) -> None:
    browser = department.client(department.adam)
    for path in ("/people/accounts/new/", act(department.bob, "disable")):
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert "Confirm that it" in page(browser, "/accounts/reauthenticate/")


@pytest.mark.parametrize(
    "name", ["grant/?role=auditor", "release/", "reset-password/", "reset-second-factor/", "disable/", "end-sessions/"]
)
def test_looking_at_an_act_does_nothing(department: Department, adam: Client, name: str) -> None:
    shown = page(adam, f"/people/accounts/{department.bob.pk}/{name}")
    assert "Leave it as it is" in shown
    assert not history(department.bob.handle)


def test_a_role_is_granted_and_revoked(department: Department, adam: Client) -> None:
    adam.post(act(department.nora, "grant"), {"role": "auditor"})
    assert RoleGrant.objects.get(account=department.nora).granted_by == department.adam.actor
    assert "held" in page(adam, f"/people/accounts/{department.nora.pk}/")
    adam.post(act(department.nora, "revoke"), {"role": "auditor"})
    assert not Account.objects.get(pk=department.nora.pk).roles


def test_what_an_act_refuses_is_said_on_its_page(department: Department, adam: Client) -> None:
    answer = adam.post(act(department.adam, "grant"), {"role": "technician"})
    assert answer.status_code == 422
    assert b"give yourself a role" in answer.content
    answer = adam.post(act(department.adam, "revoke"), {"role": "administrator"})
    assert b"last administrator" in answer.content


@pytest.mark.parametrize("name", ["grant", "revoke"])
def test_a_role_that_does_not_exist_is_not_found(department: Department, adam: Client, name: str) -> None:
    assert adam.post(act(department.nora, name), {"role": "emperor"}).status_code == 404


def test_an_act_that_does_not_exist_is_not_found(department: Department, adam: Client) -> None:
    assert adam.get(act(department.nora, "promote")).status_code == 404
    assert adam.get(f"/people/accounts/{uuid4()}/").status_code == 404


def test_disabling_needs_a_reason(department: Department, adam: Client) -> None:
    adam.post(act(department.bob, "disable"), {"reason": " "})
    assert Account.objects.get(pk=department.bob.pk).is_active
    adam.post(act(department.bob, "disable"), {"reason": "left the department"})
    assert not Account.objects.get(pk=department.bob.pk).is_active
    shown = page(adam, f"/people/accounts/{department.bob.pk}/")
    assert "Adam disabled the account, because: left the department." in shown


def test_a_locked_account_is_released_from_its_page(department: Department, adam: Client) -> None:
    for _ in range(5):
        log_in("bob", "wrong")
    shown = page(adam, f"/people/accounts/{department.bob.pk}/")
    assert "Locked since" in shown
    adam.post(act(department.bob, "release"))
    assert log_in("bob")[1].status_code == 302


def test_a_reset_shows_the_password_once(department: Department, adam: Client) -> None:
    answer = adam.post(act(department.bob, "reset-password"))
    password = answer.context["password"]
    assert log_in("bob", password)[1].status_code == 302
    assert "no-store" in answer["Cache-Control"]


def test_a_lost_second_factor_is_removed(department: Department, adam: Client) -> None:
    give_app(department.bob)
    assert "authenticator app" in page(adam, f"/people/accounts/{department.bob.pk}/")
    adam.post(act(department.bob, "reset-second-factor"))
    assert "not set up yet" in page(adam, f"/people/accounts/{department.bob.pk}/")


def test_sessions_are_ended(department: Department, adam: Client) -> None:
    browser, _ = log_in("bob")
    adam.post(act(department.bob, "end-sessions"))
    assert browser.get("/people/me/", headers=PAGE).status_code == 302


def test_ones_own_page_offers_nothing_that_is_refused(department: Department, adam: Client) -> None:
    shown = page(adam, f"/people/accounts/{department.adam.pk}/")
    assert "This is you" in shown
    assert "grant" not in shown.split("History")[0].lower().replace("granted", "")
